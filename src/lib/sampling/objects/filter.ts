import { riskClasses } from '../classes.ts';

/** Which objects are looked for. Everything null or empty: all of the jurisdiction. */
export type ObjectFilter = {
	/** The whole credit code, or a part of the name. */
	readonly q: string;
	readonly region: string | null;
	readonly industry: string | null;
	/** A class; `none`: never classified. */
	readonly class: string | null;
	readonly keyClass: boolean | null;
	/** A tag, from the source or the office; `-`: without any. */
	readonly tag: string | null;
	/** Under observation today. */
	readonly observed: boolean | null;
};

export const anyObject: ObjectFilter = { q: '', region: null, industry: null, class: null, keyClass: null, tag: null, observed: null };

/** Stands for objects without a tag. */
export const untagged = '-';

const yesNo = (value: string | null): boolean | null => (value === '1' ? true : value === '0' ? false : null);

/** The filter an address or a form asks for. */
export function parseObjectFilter(params: { get(name: string): unknown }): ObjectFilter {
	const text = (name: string): string => {
		const value = params.get(name);
		return typeof value === 'string' ? value.trim() : '';
	};
	const region = text('region');
	const industry = text('industry');
	return {
		q: text('q').slice(0, 60),
		region: /^\d{6}$/.test(region) ? region : null,
		industry: /^[A-Z]\d{0,4}$/.test(industry) ? industry : null,
		class: [...riskClasses, 'none'].find((one) => one === text('class')) ?? null,
		keyClass: yesNo(text('key')),
		tag: text('tag') === untagged ? untagged : text('tag').slice(0, 40) || null,
		observed: yesNo(text('observed'))
	};
}

const yes = (value: boolean | null): string => (value === null ? '' : value ? '1' : '0');

/** A filter as parameters of an address or fields of a form; what is not set stays out of it. */
export function objectFilterFields(filter: ObjectFilter): Record<string, string> {
	const all = {
		q: filter.q, region: filter.region ?? '', industry: filter.industry ?? '', class: filter.class ?? '', key: yes(filter.keyClass), tag: filter.tag ?? '', observed: yes(filter.observed)
	};
	return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== ''));
}
