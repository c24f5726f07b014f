import { addMonths, isDay, monthEnd, monthOf } from '#lib/calendar/days.ts';

/** What a region's colour says. */
export const measures = ['warnings', 'count', 'rate', 'change'] as const;
export type Measure = (typeof measures)[number];

export const views = ['map', 'industry', 'matrix'] as const;
export type View = (typeof views)[number];

/** What the address of the map says. */
export type MapQuery = {
	/** GB/T 2260 code of the region shown. */
	readonly region: string;
	/** First day of the month shown. */
	readonly month: string;
	readonly measure: Measure;
	/** Event kind for all measures but `warnings`. */
	readonly kind: string;
	readonly view: View;
	/** Industry key that narrows everything, or null. */
	readonly industry: string | null;
	/** `county`: a province by counties instead of cities. */
	readonly detail: 'county' | null;
};

/** What is shown where the address says nothing. */
export type MapDefaults = {
	readonly region: string;
	readonly month: string;
	/** No later month can be shown. */
	readonly latest: string;
	readonly kinds: readonly string[];
};

/** Reads an address; `320400`, `3204` and `32` all name regions. What makes no sense falls back rather than refusing an old link. */
export function parseMapQuery(params: URLSearchParams, defaults: MapDefaults): MapQuery {
	const region = params.get('region') ?? '';
	const month = params.get('month') ?? '';
	const kind = params.get('kind') ?? '';
	const industry = params.get('industry') ?? '';
	const day = isDay(`${month}-01`) ? `${month}-01` : isDay(month) ? monthOf(month) : defaults.month;
	return {
		region: /^(\d\d){1,3}$/.test(region) ? region.padEnd(6, '0') : defaults.region,
		month: day > defaults.latest ? defaults.latest : day,
		measure: oneOf(params.get('measure'), measures) ?? 'warnings',
		kind: defaults.kinds.includes(kind) ? kind : 'complaint',
		view: oneOf(params.get('view'), views) ?? 'map',
		industry: /^[A-T](\d\d)?$/.test(industry) ? industry : null,
		detail: params.get('detail') === 'county' ? 'county' : null
	};
}

/** The address of a query, with changes; only what differs from the plain case is written. */
export function mapHref(query: MapQuery, change: Partial<MapQuery> = {}): string {
	const q = { ...query, ...change };
	const params = new URLSearchParams({ region: q.region, month: q.month.slice(0, 7), measure: q.measure });
	if (q.measure !== 'warnings') params.set('kind', q.kind);
	if (q.view !== 'map') params.set('view', q.view);
	if (q.industry !== null) params.set('industry', q.industry);
	if (q.detail !== null) params.set('detail', q.detail);
	return `/map?${params}`;
}

/** What stands behind a figure: the address of its rows. `kind` null asks for warnings. */
export type RowsQuery = {
	readonly kind: string | null;
	readonly region: string;
	/** Industry key, '-' unknown, '*' across industries (warnings only); null: all. */
	readonly industry: string | null;
	/** Days, both included. */
	readonly from: string;
	readonly to: string;
	readonly level: string | null;
	/** Only rows that say this very region, none below it. */
	readonly exact: boolean;
	/** As known on the evening of this day; left out: now. */
	readonly known?: string | null;
	/** Only rows that were corrected, withdrawn or folded after they had counted. */
	readonly changed?: boolean;
};

export function rowsHref(rows: RowsQuery): string {
	const params = new URLSearchParams({ kind: rows.kind ?? 'warning', region: rows.region, from: rows.from, to: rows.to });
	if (rows.industry !== null) params.set('industry', rows.industry);
	if (rows.level !== null) params.set('level', rows.level);
	if (rows.exact) params.set('exact', '1');
	if (rows.known) params.set('known', rows.known);
	if (rows.changed) params.set('changed', '1');
	return `/rows?${params}`;
}

/** Null where the address names no rows. */
export function parseRowsQuery(params: URLSearchParams, kinds: readonly string[]): RowsQuery | null {
	const [kind, region, from, to] = ['kind', 'region', 'from', 'to'].map((name) => params.get(name) ?? '') as [string, string, string, string];
	const [industry, level] = [params.get('industry') ?? '', params.get('level')];
	if (kind !== 'warning' && !kinds.includes(kind)) return null;
	if (!/^\d{6}$/.test(region) || !isDay(from) || !isDay(to) || to < from || to > addMonths(from, 24)) return null;
	return {
		kind: kind === 'warning' ? null : kind,
		region,
		from,
		to,
		industry: /^([A-T](\d\d)?|[-*])$/.test(industry) ? industry : null,
		level: level !== null && ['red', 'orange', 'yellow', 'blue'].includes(level) ? level : null,
		exact: params.get('exact') === '1',
		...(params.get('changed') === '1' && kind !== 'warning' ? { changed: true } : {})
	};
}

function oneOf<T extends string>(value: string | null, allowed: readonly T[]): T | null {
	return allowed.includes(value as T) ? (value as T) : null;
}

/** The same day a year before. */
export function yearBefore(day: string): string {
	return addMonths(day, -12);
}

/** All rows of a map's kind, region and month. */
export function monthRows(query: MapQuery): RowsQuery {
	return { kind: query.kind, region: query.region, industry: query.industry, from: query.month, to: monthEnd(query.month), level: null, exact: false };
}
