import { addMonths, dayOf, instantOf, monthsBetween } from '#lib/calendar/days.ts';

/** How many events of a kind a month has; `month` is `2026-06`. */
export type MonthCount = { readonly month: string; readonly kind: string; readonly n: number };

/** Where a page of events begins: a whole month, or behind one event of a month that is too long for a page. */
export type TimelineStart = { readonly month: string; readonly after: { readonly at: string; readonly id: string } | null };

const monthPattern = /^(19|20)\d\d-(0[1-9]|1[0-2])$/;
const eventPattern = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z)_([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;

/** Reads the start of a page from an address; null for the newest, and for whatever is none. */
export function readStart(text: string | null): TimelineStart | null {
	if (text === null) return null;
	if (monthPattern.test(text)) return { month: text, after: null };
	const [, at, id] = eventPattern.exec(text) ?? [];
	const time = at === undefined ? NaN : Date.parse(at);
	if (at === undefined || id === undefined || Number.isNaN(time)) return null;
	return { month: dayOf(new Date(time)).slice(0, 7), after: { at, id } };
}

/** The first instant of a month, and that of the one after it. */
export const monthSpan = (month: string): readonly [Date, Date] => [instantOf(`${month}-01`), instantOf(addMonths(`${month}-01`, 1))];

/** Events of a page: whole months until there are so many. */
const pageEvents = 80;

/** The oldest month of the page that begins with `newest`, and the month with which the next page begins. */
export function pageMonths(counts: readonly MonthCount[], newest: string | null): { readonly from: string; readonly older: string | null } | null {
	const totals = monthTotals(counts.filter(({ month }) => newest === null || month <= newest));
	const months = [...totals.keys()].sort().reverse();
	let sum = 0;
	for (const [i, month] of months.entries()) {
		sum += totals.get(month)!;
		if (sum >= pageEvents || i === months.length - 1) return { from: month, older: months[i + 1] ?? null };
	}
	return null;
}

/** Everything under a name, in the order of its first; the browsers of offices have no `Map.groupBy`. */
function grouped<T>(all: readonly T[], nameOf: (one: T) => string): ReadonlyMap<string, readonly T[]> {
	const groups = new Map<string, T[]>();
	for (const one of all) {
		const group = groups.get(nameOf(one));
		if (group) group.push(one);
		else groups.set(nameOf(one), [one]);
	}
	return groups;
}

const sumOf = (counts: readonly MonthCount[]) => counts.reduce((sum, { n }) => sum + n, 0);

/** How many of each kind, the most frequent first. */
export function kindTotals(counts: readonly MonthCount[]): readonly { readonly kind: string; readonly n: number }[] {
	const totals = [...grouped(counts, ({ kind }) => kind)].map(([kind, own]) => ({ kind, n: sumOf(own) }));
	return totals.sort((a, b) => b.n - a.n || (a.kind < b.kind ? -1 : 1));
}

/** How many of each month. */
export const monthTotals = (counts: readonly MonthCount[]): ReadonlyMap<string, number> => new Map([...grouped(counts, ({ month }) => month)].map(([month, own]) => [month, sumOf(own)]));

type Dated = { readonly occurredOn: string; readonly kind: string };

/** Several events of one kind within one month stand under one line; `events` newest first. */
export type TimelineEntry<T> = { readonly kind: string; readonly events: readonly T[] };
export type TimelineMonth<T> = { readonly month: string; readonly entries: readonly TimelineEntry<T>[] };

/** From so many of a kind in a month on they are one line with a count: what is said once is read. */
const foldedFrom = 4;

/** Events by month, newest first, dense kinds folded where the newest of them stands. Loses and reorders nothing. */
export function byMonth<T extends Dated>(events: readonly T[]): readonly TimelineMonth<T>[] {
	return [...grouped(events, (event) => event.occurredOn.slice(0, 7))].map(([month, own]) => {
		const kinds = grouped(own, (event) => event.kind);
		const told = new Set<string>();
		const entries = own.flatMap((event): TimelineEntry<T>[] => {
			const same = kinds.get(event.kind)!;
			if (same.length < foldedFrom) return [{ kind: event.kind, events: [event] }];
			if (told.has(event.kind)) return [];
			told.add(event.kind);
			return [{ kind: event.kind, events: same }];
		});
		return { month, entries };
	});
}

/** A stretch of the axis: months, quarters or years, `from` and `to` as `2026-06`. */
export type LaneColumn = { readonly from: string; readonly to: string; readonly year: string; readonly grain: 'month' | 'quarter' | 'year' };
export type Lane = { readonly kind: string; readonly total: number; readonly cells: readonly number[] };

/** Columns that fit beside each other on the narrower screen: three years of months. */
const mostColumns = 36;

/** The whole life on one axis: a lane for each kind, the most frequent first; the columns widen until they fit. */
export function lanesOf(counts: readonly MonthCount[], today: string): { readonly columns: readonly LaneColumn[]; readonly lanes: readonly Lane[] } {
	if (counts.length === 0) return { columns: [], lanes: [] };
	const months = counts.map(({ month }) => month).sort();
	const first = months[0]!;
	// Rows may be dated ahead.
	const last = [months[months.length - 1]!, today.slice(0, 7)].sort()[1]!;
	const columns = columnsOf(first, last);
	const at = (month: string) => columns.findIndex((column) => column.from <= month && month <= column.to);
	const lanes = kindTotals(counts).map(({ kind, n: total }) => {
		const cells = columns.map(() => 0);
		for (const { month, n } of counts.filter((count) => count.kind === kind)) cells[at(month)]! += n;
		return { kind, total, cells };
	});
	return { columns, lanes };
}

function columnsOf(first: string, last: string): readonly LaneColumn[] {
	const reach = (from: string) => monthsBetween(from, last) + 1;
	const steps = [['month', 1], ['quarter', 3], ['year', 12]] as const;
	const startOf = (step: number) => `${first.slice(0, 4)}-${String(Math.floor((Number(first.slice(5)) - 1) / step) * step + 1).padStart(2, '0')}`;
	const [grain, step] = steps.find(([, n]) => Math.ceil(reach(startOf(n)) / n) <= mostColumns) ?? steps[2];
	const start = startOf(step);
	return Array.from({ length: Math.ceil(reach(start) / step) }, (_, i): LaneColumn => {
		const from = addMonths(`${start}-01`, i * step).slice(0, 7);
		return { from, to: addMonths(`${from}-01`, step - 1).slice(0, 7), year: from.slice(0, 4), grain };
	});
}

/** The years below the axis, each over so many columns. */
export const yearsOf = (columns: readonly { readonly year: string }[]): readonly { readonly year: string; readonly n: number }[] =>
	[...grouped(columns, ({ year }) => year)].map(([year, own]) => ({ year, n: own.length }));
