import { addDays, addMonths, monthEnd } from '#lib/calendar/days.ts';
import { m } from '#lib/messages/messages.js';
import type { NumberFormat } from './columns.ts';
import type { Found } from './layer-cells.server.ts';
import type { Progress } from './lists.server.ts';
import { progressLabel, progressSteps } from './progress.ts';
import type { MapQuery, RowsQuery } from './query.ts';
import type { RiskMap } from './risk-map.server.ts';

/** A figure that stands alone, with the rows behind it: the same on the page and in its workbook. */
export type Told = {
	readonly key: string;
	readonly label: string;
	/** Null: there is nothing to divide by. A percentage holds hundredths already. */
	readonly value: number | null;
	readonly format: NumberFormat;
	/** Null: the desk holds them, or there can be none. */
	readonly rows: RowsQuery | null;
};

/** Percent of a whole; null where there is no whole. */
const percentOf = (n: number, whole: number): number | null => (whole > 0 ? (n / whole) * 100 : null);

const plain = ({ region, industry }: MapQuery) => ({ region, industry, kind: null, level: null, exact: false });

/**
 * What is being done: the month's warnings by step, then what fell due and what was kept in time, then what is open and overdue in all.
 *
 * @param today the day whose open obligations are told
 */
export function progressFigures(query: MapQuery, map: Pick<RiskMap, 'raisedSpan'>, progress: Progress, today: string) {
	const rows = (more: Partial<RowsQuery>): RowsQuery => ({ ...plain(query), from: map.raisedSpan.from, to: map.raisedSpan.to, ...more });
	// What falls due today is neither kept nor missed yet.
	const yesterday = addDays(today, -1);
	const fellDue = { of: 'due' as const, to: map.raisedSpan.to < yesterday ? map.raisedSpan.to : yesterday };
	const hasDue = map.raisedSpan.from <= fellDue.to;
	const count = (key: string, label: string, value: number, behind: RowsQuery | null): Told => ({ key, label, value, format: 'count', rows: behind });
	return {
		steps: progressSteps.map((work) => count(work, progressLabel(work), progress.byWork[work], rows({ work }))),
		due: count('due', m.riskmap_progress_due(), progress.fellDue, hasDue ? rows(fellDue) : null),
		kept: count('kept', m.riskmap_progress_kept(), progress.keptInTime, hasDue ? rows({ ...fellDue, kept: true }) : null),
		keptShare: { key: 'kept-share', label: m.riskmap_progress_kept_share(), value: percentOf(progress.keptInTime, progress.fellDue), format: 'percent', rows: hasDue ? rows(fellDue) : null } satisfies Told,
		open: count('open', m.riskmap_progress_open(), progress.open, null),
		overdue: count('overdue', m.riskmap_progress_overdue(), progress.overdue, rows({ of: 'overdue', from: today, to: today }))
	};
}

/** What inspections found in the month shown, the month before, and the same month a year before. */
export function foundFigures(query: MapQuery, { found }: Pick<RiskMap, 'found'>): Readonly<Record<keyof RiskMap['found'], Readonly<Record<keyof Found | 'rate', Told>>>> {
	const of = (month: string, { visits, found, undecided }: Found) => {
		const rows = (result: RowsQuery['found']): RowsQuery => ({ ...plain(query), of: 'visits', from: month, to: monthEnd(month), ...(result ? { found: result } : {}) });
		return {
			visits: { key: 'visits', label: m.riskmap_found_visits(), value: visits, format: 'count', rows: rows(undefined) },
			found: { key: 'found', label: m.riskmap_found_found(), value: found, format: 'count', rows: rows('problem') },
			undecided: { key: 'undecided', label: m.riskmap_found_open(), value: undecided, format: 'count', rows: rows('undecided') },
			// Of decided visits only.
			rate: { key: 'rate', label: m.riskmap_found_rate(), value: percentOf(found, visits - undecided), format: 'percent', rows: rows('decided') }
		} satisfies Record<string, Told>;
	};
	return { now: of(query.month, found.now), month: of(addMonths(query.month, -1), found.month), year: of(addMonths(query.month, -12), found.year) };
}
