import { firstPage, writeTurn, type Turn } from '#lib/enterprises/turn.ts';
import { ends, pairs, shiftOf, shifts, spans, stepsOf, type End, type Shift, type Span } from './moves.ts';
import { isAmong, isMonth, isOne, isRegion, notUnderstood } from '#lib/address/understood.ts';

/** What the address of the page of classes says. */
export type ClassQuery = {
	/** GB/T 2260 code. */
	readonly region: string;
	/** First day of the month shown. */
	readonly month: string;
	readonly back: Span;
	/** Section or division; null: all. */
	readonly industry: string | null;
	/** The figures that led to rows, as they were shown. */
	readonly snapshot?: string | null;
};

/** Which of the moves; what is left out does not narrow. */
export type MoveFilter = {
	readonly from: End | null;
	readonly to: End | null;
	readonly shift: Shift | null;
	/** Risen (above 0) or fallen by so many steps. */
	readonly steps: number | null;
};

export const anyMove: MoveFilter = { from: null, to: null, shift: null, steps: null };

/** What is shown where the address says nothing. */
export type ClassDefaults = {
	readonly region: string;
	readonly month: string;
	/** No later month can be shown. */
	readonly latest: string;
};

/** Reads an address; `320400`, `3204` and `32` all name regions. What makes no sense falls back, so that old links open. */
export function parseClassQuery(params: URLSearchParams, defaults: ClassDefaults): ClassQuery {
	const region = params.get('region') ?? '';
	const asked = params.get('month') ?? '';
	const month = `${asked}-01`;
	const back = Number(params.get('back'));
	const industry = params.get('industry') ?? '';
	return {
		region: /^(\d\d){1,3}$/.test(region) ? region.padEnd(6, '0') : defaults.region,
		month: !isMonth(asked) ? defaults.month : month > defaults.latest ? defaults.latest : month,
		back: spans.find((span) => span === back) ?? 1,
		industry: isIndustry(industry) ? industry : null
	};
}

/** Section or division, or `-` for enterprises whose industry nobody said. */
export const isIndustry = (key: string): boolean => /^([A-T](\d\d)?|-)$/.test(key);

export function classHref(query: ClassQuery, change: Partial<ClassQuery> = {}): string {
	return `/map/classes?${classParams({ ...query, ...change })}`;
}

function classParams(query: ClassQuery): URLSearchParams {
	const params = new URLSearchParams({ region: query.region, month: query.month.slice(0, 7), back: String(query.back) });
	if (query.industry !== null) params.set('industry', query.industry);
	return params;
}

/** The enterprises behind a figure. `exact`: of this very region code, none below it. */
export function classRowsHref(query: ClassQuery & { readonly exact?: boolean }, filter: Partial<MoveFilter>, turn: Turn = firstPage): string {
	const params = classParams(query);
	for (const name of ['from', 'to', 'shift'] as const) if (filter[name]) params.set(name, filter[name]);
	if (filter.steps !== undefined && filter.steps !== null) params.set('steps', String(filter.steps));
	if (query.exact) params.set('exact', '1');
	if (query.snapshot) params.set('snapshot', query.snapshot);
	writeTurn(params, turn);
	return `/map/classes/rows?${params}`;
}

/** @param latest first day of the last month there can be. */
export const misreadMoves = (params: URLSearchParams, latest: string): readonly string[] =>
	notUnderstood(params, {
		region: isRegion, month: (given) => isMonth(given) && `${given}-01` <= latest, back: isAmong(spans), industry: isIndustry, exact: isOne,
		from: isAmong(ends), to: isAmong(ends), shift: isAmong(shifts), steps: (given) => /^(0|-?[123])$/.test(given)
	});

export function parseMoveFilter(params: URLSearchParams): MoveFilter {
	const steps = Number(params.get('steps') ?? 'none');
	return {
		from: ends.find((end) => end === params.get('from')) ?? null,
		to: ends.find((end) => end === params.get('to')) ?? null,
		shift: shifts.find((shift) => shift === params.get('shift')) ?? null,
		steps: Number.isInteger(steps) && Math.abs(steps) <= 3 ? steps : null
	};
}

/** The pairs of ends that a filter lets through. */
export function pairsOf(filter: MoveFilter): readonly (readonly [End, End])[] {
	return pairs.filter(
		([from, to]) =>
			(filter.from === null || filter.from === from) &&
			(filter.to === null || filter.to === to) &&
			(filter.shift === null || filter.shift === shiftOf(from, to)) &&
			(filter.steps === null || filter.steps === stepsOf(from, to))
	);
}
