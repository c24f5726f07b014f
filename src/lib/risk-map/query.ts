import { asWritten, firstMonth, notUnderstood } from '#lib/address/understood.ts';
import { addMonths, isDay, monthEnd, monthOf } from '#lib/calendar/days.ts';
import { levelsNamed } from '#lib/warnings/levels.ts';
import { isOfKind, measures, type Measure } from './layers.ts';
import { progressSteps, type ProgressStep } from './progress.ts';

export { measures, type Measure };

/** `multiples`: one small map for each indicator or kind. */
export const views = ['map', 'industry', 'matrix', 'multiples'] as const;
export type View = (typeof views)[number];

/** What the address of the map says. */
export type MapQuery = {
	/** GB/T 2260 code of the region shown. */
	readonly region: string;
	/** First day of the month shown. */
	readonly month: string;
	readonly measure: Measure;
	/** Event kind of the measures that are of one. */
	readonly kind: string;
	readonly view: View;
	/** Industry key that narrows everything, or null. */
	readonly industry: string | null;
	/** `county`: a province by counties instead of cities. */
	readonly detail: 'county' | null;
	/** First day of another month drawn beside it. */
	readonly compare?: string | null;
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
	const month = monthIn(params.get('month'), defaults.latest);
	const compare = monthIn(params.get('compare'), defaults.latest);
	const kind = params.get('kind') ?? '';
	const industry = params.get('industry') ?? '';
	return {
		region: /^(\d\d){1,3}$/.test(region) ? region.padEnd(6, '0') : defaults.region,
		month: month ?? defaults.month,
		measure: oneOf(params.get('measure'), measures) ?? 'warnings',
		kind: defaults.kinds.includes(kind) ? kind : 'complaint',
		view: oneOf(params.get('view'), views) ?? 'map',
		industry: /^[A-T](\d\d)?$/.test(industry) ? industry : null,
		detail: params.get('detail') === 'county' ? 'county' : null,
		compare: compare === month ? null : compare
	};
}

/** What an address asks for and the query does not show, as `name=value`: what was not understood, or lies beyond what there is. */
export function misreadIn(params: URLSearchParams, query: MapQuery): readonly string[] {
	const month = (day: string | null | undefined) => (day ?? '').slice(0, 7);
	return notUnderstood(params, {
		region: (given) => given.padEnd(6, '0') === query.region,
		month: (given) => month(given) === month(query.month),
		compare: (given) => [query.month, query.compare].some((day) => month(given) === month(day)),
		measure: (given) => given === query.measure,
		kind: (given) => given === query.kind,
		view: (given) => given === query.view,
		industry: (given) => given === query.industry,
		detail: (given) => given === query.detail
	});
}

/** `2026-11` or any day of it as its first day, none after the latest; null where it is no month that can be shown. */
function monthIn(text: string | null, latest: string): string | null {
	const day = isDay(`${text}-01`) ? `${text}-01` : isDay(text ?? '') ? monthOf(text!) : null;
	return day === null || day < firstMonth ? null : day > latest ? latest : day;
}

/** The address of a query, with changes; only what differs from the plain case is written. */
export function mapHref(query: MapQuery, change: Partial<MapQuery> = {}): string {
	const q = { ...query, ...change };
	const params = new URLSearchParams({ region: q.region, month: q.month.slice(0, 7), measure: q.measure });
	if (isOfKind(q.measure) || q.view === 'multiples') params.set('kind', q.kind);
	if (q.view !== 'map') params.set('view', q.view);
	if (q.industry !== null) params.set('industry', q.industry);
	if (q.detail !== null) params.set('detail', q.detail);
	if (q.compare) params.set('compare', q.compare.slice(0, 7));
	return `/map?${params}`;
}

/**
 * What the rows behind a figure are: warnings raised, disposed of, due to be disposed of, past their day; events, enterprises by class,
 * in business at the end of a month, visited, visits.
 */
export const rowKinds = ['warnings', 'disposed', 'due', 'overdue', 'events', 'classes', 'active', 'visited', 'visits'] as const;
export type RowKind = (typeof rowKinds)[number];
export type WarningRowKind = 'warnings' | 'disposed' | 'due' | 'overdue';
export type EnterpriseRowKind = Exclude<RowKind, WarningRowKind | 'events'>;
/** Whether these rows are warnings. */
export const isOfWarnings = (of: RowKind): of is WarningRowKind => ['warnings', 'disposed', 'due', 'overdue'].includes(of);

/** Visits by what they found: a problem, something not yet decided or in words nobody understands, or anything decided. */
export const visitResults = ['problem', 'undecided', 'decided'] as const;
export type VisitResult = (typeof visitResults)[number];

export const rowsPerPage = 50;

/** What stands behind a figure: the address of its rows. */
export type RowsQuery = {
	/** Left out: events of the kind, or warnings raised where there is none. */
	readonly of?: RowKind;
	readonly kind: string | null;
	readonly region: string;
	/** Industry key down to a group, '-' unknown, '*' across industries (warnings only); null: all. */
	readonly industry: string | null;
	/** Days, both included. Of enterprises and visits whole months, of those visited twelve; of what is overdue: twice the day it is overdue on. */
	readonly from: string;
	readonly to: string;
	/** Of warnings: a level or a pair of them, `severe`. */
	readonly level: string | null;
	/** Of classes: these only, e.g. `CD`. */
	readonly classes?: string | null;
	readonly found?: VisitResult;
	/** Of warnings raised: those whose work stands at this step now. */
	readonly work?: ProgressStep;
	/** Of warnings that fell due: only those disposed of by their day. */
	readonly kept?: boolean;
	/** Of warnings: one indicator's. */
	readonly indicator?: string | null;
	/** Only rows that say this very region, none below it. */
	readonly exact: boolean;
	/** As known on the evening of this day; left out: now. */
	readonly known?: string | null;
	/** Only rows that were corrected, withdrawn or folded after they had counted. */
	readonly changed?: boolean;
	/** The figures that led here, as they were shown. */
	readonly snapshot?: string | null;
};

export const rowKindOf = ({ of, kind }: Pick<RowsQuery, 'of' | 'kind'>): RowKind => of ?? (kind === null ? 'warnings' : 'events');

export function rowsHref(rows: RowsQuery): string {
	const of = rowKindOf(rows);
	const params = new URLSearchParams({ ...(of === 'events' ? { kind: rows.kind ?? '' } : { of }), region: rows.region, from: rows.from, to: rows.to });
	if (rows.industry !== null) params.set('industry', rows.industry);
	if (rows.level !== null) params.set('level', rows.level);
	if (rows.classes) params.set('classes', rows.classes);
	if (rows.found) params.set('found', rows.found);
	if (rows.work) params.set('work', rows.work);
	if (rows.kept) params.set('kept', '1');
	if (rows.indicator) params.set('indicator', rows.indicator);
	if (rows.exact) params.set('exact', '1');
	if (rows.known) params.set('known', rows.known);
	if (rows.changed) params.set('changed', '1');
	if (rows.snapshot) params.set('snapshot', rows.snapshot);
	return `/rows?${params}`;
}

/** Null where the address names no rows. `kind=warning` of older addresses means warnings raised. */
export function parseRowsQuery(params: URLSearchParams, kinds: readonly string[]): RowsQuery | null {
	const read = readRows(params, kinds);
	return 'misread' in read ? null : read;
}

/** What is wrong with an address of rows, as `name=value`; empty where it is understood. */
export function misreadRows(params: URLSearchParams, kinds: readonly string[]): readonly string[] {
	const read = readRows(params, kinds);
	return 'misread' in read ? read.misread.map((name) => asWritten(params, name)) : [];
}

function readRows(params: URLSearchParams, kinds: readonly string[]): RowsQuery | { readonly misread: readonly string[] } {
	const misread = (...names: string[]) => ({ misread: names });
	const [kind, region, from, to] = ['kind', 'region', 'from', 'to'].map((name) => params.get(name) ?? '') as [string, string, string, string];
	const [industry, level, classes, indicator, found, work, snapshot] = ['industry', 'level', 'classes', 'indicator', 'found', 'work', 'snapshot'].map((name) => params.get(name) ?? '');
	const of = kind === 'warning' ? 'warnings' : kind !== '' ? 'events' : oneOf(params.get('of'), rowKinds);
	if (of === null) return misread('of');
	if (of === 'events' && !kinds.includes(kind)) return misread('kind');
	// What the summaries count by month and division is listed by these alone.
	const ofEnterprises = of !== 'events' && !isOfWarnings(of);
	if (!/^\d{6}$/.test(region)) return misread('region');
	const days = Object.entries({ from, to }).flatMap(([name, day]) => (isDay(day) ? [] : [name]));
	if (days.length > 0) return misread(...days);
	if (to < from || to > addMonths(from, 24)) return misread('from', 'to');
	if (ofEnterprises && (from !== monthOf(from) || to !== monthEnd(to))) return misread('from', 'to');
	if (of === 'visited' ? from !== addMonths(monthOf(to), -11) : ofEnterprises && of !== 'visits' && monthOf(to) !== from) return misread('from', 'to');
	if (ofEnterprises && industry!.length > 3) return misread('industry');
	// A filter that is not understood is no filter left out: the rows would be others than those asked for.
	const understood = (value: string | undefined, pattern: RegExp) => !value || pattern.test(value);
	if (!understood(industry, /^([A-T](\d{2,3})?|[-*])$/)) return misread('industry');
	if (level && levelsNamed(level).length === 0) return misread('level');
	if (of === 'classes' && !understood(classes, /^[A-D]{1,4}$/)) return misread('classes');
	if (of === 'warnings' && !understood(indicator, /^[\w-]{1,64}$/)) return misread('indicator');
	// Older addresses say `found=1`.
	const result = found === '1' ? 'problem' : oneOf(found!, visitResults);
	const step = oneOf(work!, progressSteps);
	if (of === 'visits' && found && !result) return misread('found');
	if (of === 'warnings' && work && !step) return misread('work');
	if (of === 'overdue' && from !== to) return misread('from', 'to');
	return {
		...(of === 'events' || of === 'warnings' ? {} : { of }),
		kind: of === 'events' ? kind : null,
		region,
		from,
		to,
		industry: industry || null,
		level: level || null,
		exact: params.get('exact') === '1',
		...(of === 'classes' ? { classes: classes || null } : {}),
		...(of === 'visits' && result ? { found: result } : {}),
		...(of === 'warnings' && step ? { work: step } : {}),
		...(of === 'due' && params.get('kept') === '1' ? { kept: true } : {}),
		...(of === 'warnings' && indicator ? { indicator } : {}),
		...(params.get('changed') === '1' && of === 'events' ? { changed: true } : {}),
		...(/^[0-9A-Z-]{8,24}$/.test(snapshot!) ? { snapshot: snapshot! } : {})
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
