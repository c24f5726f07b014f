import { isAmong, notUnderstood } from '#lib/address/understood.ts';
import { reportKinds, type ReportKind } from './period.ts';
import { reportStates, type ReportState } from './states.ts';

export type ReportFilter = {
	readonly kind: ReportKind | null;
	readonly state: ReportState | null;
	/** Id of a department. */
	readonly unit: string | null;
	readonly year: number | null;
	/** The page begins after this many rows. */
	readonly skip: number;
};

export const reportPage = 50;

export function parseReportFilter(params: URLSearchParams): ReportFilter {
	const [skip, year] = [Number(params.get('skip') ?? 0), Number(params.get('year') ?? '')];
	return {
		kind: reportKinds.find((kind) => kind === params.get('kind')) ?? null,
		state: reportStates.find((state) => state === params.get('state')) ?? null,
		unit: /^[\w-]{1,80}$/.exec(params.get('unit') ?? '')?.[0] ?? null,
		year: Number.isInteger(year) && year >= 2000 && year <= 2100 ? year : null,
		skip: Number.isInteger(skip) && skip > 0 && skip <= 100_000 ? skip : 0
	};
}

/** What an address asks of the list that is not understood, as `name=value`. @param units ids of those that can be chosen. */
export function misreadReports(params: URLSearchParams, units: readonly string[]): readonly string[] {
	const { year } = parseReportFilter(params);
	return notUnderstood(params, { kind: isAmong(reportKinds), state: isAmong(reportStates), unit: isAmong(units), year: (given) => Number(given) === year });
}

/** The address of a filter; what is not set stays out of it. */
export function reportQuery(filter: ReportFilter, change: Partial<ReportFilter> = {}): string {
	const { kind, state, unit, year, skip } = { ...filter, skip: 0, ...change };
	const query = new URLSearchParams();
	if (kind !== null) query.set('kind', kind);
	if (state !== null) query.set('state', state);
	if (unit !== null) query.set('unit', unit);
	if (year !== null) query.set('year', String(year));
	if (skip > 0) query.set('skip', String(skip));
	const text = query.toString();
	return text === '' ? '/reports' : `/reports?${text}`;
}
