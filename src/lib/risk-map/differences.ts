import { addMonths, monthEnd } from '#lib/calendar/days.ts';
import { itemLabel } from '#lib/warnings/labels.ts';
import { columnsOf, shownOf, type FigureColumn, type NumberFormat } from './columns.ts';
import type { Figure } from './figures.ts';
import { groupFigures } from './group-figures.ts';
import { trendShare, trendTitle, withDivisions } from './show.ts';
import { foundFigures } from './situation-figures.ts';
import { measureOfSmallMaps, smallMapName } from './small-maps.ts';
import type { RiskMap } from './risk-map.server.ts';
import type { SnapshotContent } from './snapshot.ts';

/** A figure that is another today than it was shown; plain data. */
export type Difference = {
	readonly name: string;
	/** Region code, industry key or month; empty: the whole. */
	readonly key: string;
	/** Which figure of it: the column of its list. */
	readonly figure: string;
	readonly label: string;
	readonly format: NumberFormat;
	readonly then: number | null;
	readonly now: number | null;
};

/** Numbers this close are the same: sums of fractions need not end on the same bit. */
const same = 1e-9;

/** One figure with what it is of. */
export type Told = Omit<Difference, 'then' | 'now'> & { readonly value: number | null };

/**
 * Every figure of regions, industries, the whole, the months of the trend, what inspections found, the month beside, small maps and
 * groups that differs between what was shown and what is known of the same days now. How far the work on warnings has come since is no
 * difference of what was known.
 */
export const differencesOf = (then: SnapshotContent, now: SnapshotContent, whole: string): readonly Difference[] =>
	differencesBetween(toldIn(then, whole), toldIn({ ...now, known: then.known }, whole));

/** What differs between two tellings of the same figures; one that only one of them holds is null in the other. */
export function differencesBetween(then: readonly Told[], now: readonly Told[]): readonly Difference[] {
	const id = ({ name, key, figure, label }: Told) => JSON.stringify([name, key, figure, label]);
	const [before, after] = [then, now].map((list) => new Map(list.map((one) => [id(one), one]))) as [Map<string, Told>, Map<string, Told>];
	return [...new Set([...before.keys(), ...after.keys()])].flatMap((one): Difference[] => {
		const { value: _, ...about } = (before.get(one) ?? after.get(one))!;
		const [a, b] = [before.get(one)?.value ?? null, after.get(one)?.value ?? null];
		const equal = a === b || (a !== null && b !== null && Math.abs(a - b) <= same * Math.max(1, Math.abs(a)));
		return equal ? [] : [{ ...about, then: a, now: b }];
	});
}

function toldIn({ query, map, known, today, series, beside, smallMaps = [], groups = [] }: SnapshotContent, whole: string): readonly Told[] {
	const told = (figure: Figure, name: string, columns: readonly FigureColumn[]): readonly Told[] =>
		columns.map((column) => ({ name, key: figure.key, figure: column.key, label: column.label(), format: column.format, value: column.of(figure) }));
	const columns = columnsOf(query.measure);
	const list = (figures: readonly (Figure & { readonly name: string })[], suffix = '') => figures.flatMap((figure) => told(figure, figure.name + suffix, columns));
	const monthBeside = ` ${(query.compare ?? '').slice(0, 7)}`;
	// A month that ran then has simply gone on.
	const isOver = (month: string) => known.mark !== null && monthEnd(month) <= known.mark && monthEnd(month) < today;
	return [
		...told(map.total, whole, columns),
		...list(byKey(map.units)),
		...list(byKey(withDivisions(map.industries))),
		...(beside ? [...told(beside.total, whole + monthBeside, columns), ...list(byKey(beside.units), monthBeside)] : []),
		...smallMaps.flatMap((one) => byKey(one.units).flatMap((unit) => told(unit, `${unit.name} · ${smallMapName(one)}`, [shownOf(measureOfSmallMaps(query.measure))]))),
		...byKey(withDivisions(map.eventIndustries ?? [])).flatMap((one) => told(one, `${one.name} · ${itemLabel(query.kind)}`, columnsOf('change'))),
		...groupFigures(query, map, groups).flatMap((figure) => told(figure, figure.name, columnsOf('change'))),
		...series.filter(({ month }) => isOver(month)).map((point) => ({ ...trendShare(point), name: point.month.slice(0, 7), key: point.month, figure: 'trend', label: trendTitle(query) })),
		...foundIn(query, map).filter(({ key }) => isOver(key))
	];
}

const byKey = <T extends Figure>(figures: readonly T[]): readonly T[] => [...figures].sort((a, b) => (a.key < b.key ? -1 : 1));

function foundIn(query: SnapshotContent['query'], map: RiskMap): readonly Told[] {
	const { now, month, year } = foundFigures(query, map);
	const months = [[now, query.month], [month, addMonths(query.month, -1)], [year, addMonths(query.month, -12)]] as const;
	return months.flatMap(([figures, of]) => Object.values(figures).map(({ key, label, format, value }) => ({ name: of.slice(0, 7), key: of, figure: `found ${key}`, label, format, value })));
}
