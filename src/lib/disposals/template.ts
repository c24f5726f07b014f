import { factsText, inThirdPerson, paperDay, paperMatter, type PaperFacts } from './facts.ts';
import { basisFor, type Measure, type MeasureField } from './measure.ts';

/** Values of a measure's fields by key; a date as `YYYY-MM-DD`, a time as `HH:MM`. */
export type FieldValues = Readonly<Record<string, string>>;

/** What stands in the text for a field that nobody has filled in yet. */
export const gapOf = (field: Pick<MeasureField, 'label'>): string => `【${field.label}】`;

/** A field's value as the paper says it; '' when there is none. */
export function saidValue(field: MeasureField, values: FieldValues): string {
	const value = values[field.key]?.trim() ?? '';
	return (field.type === 'date' || field.type === 'any-date') && value !== '' ? paperDay(value) : value;
}

export type TemplateInput = {
	readonly measure: Measure;
	readonly facts: PaperFacts;
	readonly addressee: string;
	readonly values: FieldValues;
	readonly agency: string;
};

/** The paper's title and text from its template, ready to be worked on. Lines of optional fields that are empty are left out. */
export function fillTemplate({ measure, facts, addressee, values, agency }: TemplateInput): { readonly title: string; readonly body: string } {
	const said = factsText(facts);
	const known: Readonly<Record<string, string>> = {
		facts: measure.sendTo === null ? said : inThirdPerson(said),
		basis: basisFor(measure, facts.item),
		addressee,
		uscc: facts.enterprise?.uscc ?? '',
		matter: paperMatter(facts.item),
		agency
	};
	const value = (name: string): string => {
		const field = name.startsWith('field:') ? measure.fields.find(({ key }) => key === name.slice('field:'.length)) : undefined;
		return field === undefined ? (known[name] ?? '') : saidValue(field, values) || (field.required ? gapOf(field) : '');
	};
	const fill = (text: string) => text.replace(/\{([^{}]*)\}/g, (_, name: string) => value(name)).replaceAll('（统一社会信用代码：）', '');
	const isIdle = (line: string) =>
		[...line.matchAll(/\{field:([^{}]*)\}/g)].some(([, key]) => {
			const field = measure.fields.find((one) => one.key === key);
			return field !== undefined && !field.required && saidValue(field, values) === '';
		});
	return { title: fill(measure.title), body: measure.body.split('\n').filter((line) => !isIdle(line)).map((line) => closed(fill(line))).join('\n') };
}

/** A paragraph that ends with a field ends like a sentence all the same. */
const closed = (line: string) => (/[。！？：；…]$/.test(line) ? line : `${line}。`);

/** Puts values that came later where their gaps stand; what people wrote stays. */
export function fillGaps(text: string, measure: Pick<Measure, 'fields'>, values: FieldValues): string {
	return measure.fields.reduce((filled, field) => {
		const said = saidValue(field, values);
		return said === '' ? filled : filled.replaceAll(gapOf(field), said).replaceAll('。。', '。');
	}, text);
}

/** Required fields without a value, by key. */
export function missingFields(measure: Pick<Measure, 'fields'>, values: FieldValues): readonly MeasureField[] {
	return measure.fields.filter((field) => field.required && saidValue(field, values) === '');
}

/** Whom the paper goes to (主送). */
export function recipientOf(measure: Measure, addressee: string, values: FieldValues): string {
	const field = measure.fields.find(({ key }) => key === measure.sendTo);
	return field === undefined ? addressee : saidValue(field, values);
}
