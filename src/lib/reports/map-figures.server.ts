import type { Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import { approvedMap } from '#lib/boundaries/boundaries.server.ts';
import { addMonths, monthEnd, monthOf } from '#lib/calendar/days.ts';
import { monitoredIn } from '#lib/risk-map/monitored.ts';
import { monthSeries, progressOf, type MonthPoint } from '#lib/risk-map/lists.server.ts';
import { parseMapQuery } from '#lib/risk-map/query.ts';
import type { RiskMap } from '#lib/risk-map/risk-map.server.ts';
import { situationOf } from '#lib/risk-map/situation.server.ts';
import type { SnapshotContent } from '#lib/risk-map/snapshot.ts';
import { citeSnapshot, keepSnapshot } from '#lib/risk-map/snapshots.server.ts';
import { itemLabel } from '#lib/warnings/labels.ts';
import type { Levels } from './content.ts';
import { addLevels, knownSum, noLevels, type KindRow, type Material, type PartRow, type RegionRow, type RiseRow } from './material.ts';
import { monthsOf, type Period } from './period.ts';
import { riskRows } from './risk-rows.ts';
import type { Unit } from './unit.server.ts';

/** What is counted in every report, complaints first. */
export const reportedKinds = ['complaint', 'registration', 'change', 'cancellation', 'penalty', 'abnormal-list'] as const;
const mostRises = 8;
const shownMonths = 13;

type Maps = { readonly month: string; readonly warnings: RiskMap; readonly complaints: RiskMap; readonly shown: readonly SnapshotContent[] };

/** The figures of the map page for a unit's region and months: the only place that asks it. */
export async function mapFigures(
	db: Kysely<DB>, reader: Actor, unit: Unit, period: Period, before: { readonly from: string; readonly to: string }, today: string, step: (part: number) => void
) {
	const months = monthsOf(period);
	const earlier = monthsOf(before);
	const ask = async (month: string, more: Readonly<Record<string, string>>) => {
		const params = new URLSearchParams({ region: unit.regionCode, month: month.slice(0, 7), ...more });
		const found = await situationOf(db, reader, parseMapQuery(params, { region: unit.regionCode, month, latest: monthOf(today), kinds: reportedKinds }), today);
		if (!found.ok) throw new Error(`The figures of ${unit.regionCode} cannot be read: ${found.reason}`);
		return found.content;
	};
	const maps: Maps[] = [];
	const past: RiskMap[] = [];
	// One after the other: a year asks for many, and pages wait for the same connections.
	for (const [i, month] of months.entries()) {
		const warnings = await ask(month, { measure: 'warnings', view: 'industry', kind: 'complaint' });
		const complaints = await ask(month, { measure: 'count', view: 'industry', kind: 'complaint' });
		maps.push({ month, warnings: warnings.map, complaints: complaints.map, shown: [warnings, complaints] });
		step((i + 1) / (months.length + earlier.length));
	}
	for (const [i, month] of earlier.entries()) {
		past.push((await ask(month, { measure: 'warnings', view: 'industry', kind: 'complaint' })).map);
		step((months.length + i + 1) / (months.length + earlier.length));
	}
	const last = maps[maps.length - 1]!;
	const part = { region: unit.regionCode, industry: null };
	const heard = isHeard(maps);
	const series = async (kind: string | null) => unknownWhere(!heard, await monthSeries(db, reader, part, kind, last.month, last.warnings.version));
	const all = new Map<string | null, readonly MonthPoint[]>();
	for (const kind of [null, ...reportedKinds]) all.set(kind, await series(kind));
	const { since } = last.warnings.monitored;
	// Monitors that had nothing to look at have seen nothing.
	const now = heard ? monitoredIn({ from: period.from, to: period.to }, since) : 'none';
	const then = heard ? monitoredIn(before, since) : 'none';
	const progress = await progressOf(db, reader, part, { from: period.from, to: period.to }, today);
	const isDivided = unit.level !== 'county';
	const regions = isDivided ? regionsOf(maps, past, now !== 'none', then === 'all') : [];
	return {
		snapshot: { version: last.warnings.version, upTo: last.complaints.upTo, ids: await cited(db, period.kind === 'monthly' || period.kind === 'quarterly' ? maps : [last]) },
		monitored: { since, now, before: then },
		warnings: {
			n: now === 'none' ? null : sum(maps, ({ warnings }) => warnings.raised.n), levels: levelsOf(maps.map(({ warnings }) => warnings.raised.levels)),
			before: then === 'all' ? sum(past, ({ raised }) => raised.n) : null, yearAgo: sumOf(all.get(null)!, shifted(months, -12))
		},
		kinds: reportedKinds.map((kind): KindRow => ({
			kind, name: itemLabel(kind), n: sumOf(all.get(kind)!, months), yearAgo: sumOf(all.get(kind)!, shifted(months, -12)), before: sumOf(all.get(kind)!, earlier)
		})),
		series: seriesOf(all.get(null)!, all.get('complaint')!),
		regions,
		approved: await approvedMap(db, regions.filter(({ hex }) => hex !== null).map(({ code }) => code)),
		industries: industriesOf(maps, past, now !== 'none', then === 'all'),
		rises: risesOf(maps),
		highRisk: {
			months: maps.map(({ month, warnings: { classMonth, highRisk, monitored } }) => ({
				month, classMonth: heard || [...highRisk.regions, ...highRisk.industries].some(({ active }) => active > 0) ? classMonth : null, monitored: heard && monitored.now !== 'none'
			})),
			regions: isDivided ? riskRows(maps.map(({ month, warnings }) => ({ month, figures: warnings.highRisk.regions }))) : [],
			industries: riskRows(maps.map(({ month, warnings }) => ({ month, figures: warnings.highRisk.industries })))
		},
		heard,
		late: last.complaints.units.filter(({ late, unsourced }) => late || unsourced).map(({ name, knownTo, unsourced }) => ({ name, knownTo: unsourced ? null : knownTo })),
		coverage: [...new Map(maps.flatMap(({ complaints }) => complaints.coverage).map((one) => [`${one.sourceName}${one.changeOn}`, one])).values()]
			.map(({ sourceName, changeOn, factor, confirmed }) => ({ sourceName, changeOn, factor, confirmed })),
		progress: { ...progress.byWork, keptInTime: progress.keptInTime, fellDue: progress.fellDue, open: progress.open, overdue: progress.overdue }
	} satisfies Partial<Material>;
}

/** Keeps the maps that a paper stands on, for good: their ids are written on it. Of a whole year those of its last month. */
async function cited(db: Kysely<DB>, maps: readonly Maps[]): Promise<readonly string[]> {
	const ids: string[] = [];
	for (const content of maps.flatMap(({ shown }) => shown)) {
		const id = await keepSnapshot(db, content);
		await citeSnapshot(db, id);
		ids.push(id);
	}
	return ids;
}

/** Whether any place of the region has a source, or was heard of without one, in any of the months. */
const isHeard = (maps: readonly Maps[]): boolean =>
	maps.some(({ warnings, complaints }) => [warnings, complaints].some(({ units }) => units.some(({ unsourced }) => !unsourced)));

/** A series of nothing but zeros of a place that nobody tells anything of. */
const unknownWhere = (unheard: boolean, points: readonly MonthPoint[]): readonly MonthPoint[] =>
	unheard && points.every(({ n }) => (n ?? 0) === 0) ? points.map((point) => ({ ...point, n: null })) : points;

const sum = <T>(list: readonly T[], of: (one: T) => number): number => list.reduce((all, one) => all + of(one), 0);
const levelsOf = (all: readonly Levels[]): Levels => all.reduce(addLevels, noLevels);
const shifted = (months: readonly string[], by: number): readonly string[] => months.map((month) => addMonths(month, by));

function sumOf(points: readonly MonthPoint[], months: readonly string[]): number | null {
	const known = new Map(points.map(({ month, n }) => [month, n]));
	return knownSum(months.map((month) => known.get(month) ?? null));
}

function seriesOf(warnings: readonly MonthPoint[], complaints: readonly MonthPoint[]): Material['series'] {
	const [w, c] = [warnings, complaints].map((points) => new Map(points.map(({ month, n }) => [month, n])));
	return warnings.slice(-shownMonths).map(({ month }) => {
		const yearAgo = addMonths(month, -12);
		return { month, warnings: w!.get(month) ?? null, warningsYearAgo: w!.get(yearAgo) ?? null, complaints: c!.get(month) ?? null, complaintsYearAgo: c!.get(yearAgo) ?? null };
	});
}

/** A count and the same days of the year before, over several months; the year before is unknown as soon as one month of it is. */
type Base = { readonly n: number; readonly base: number; readonly baseKnown: boolean };
const baseOf = (parts: readonly Base[]): number | null => (parts.length > 0 && parts.every(({ baseKnown }) => baseKnown) ? sum(parts, ({ base }) => base) : null);

function regionsOf(maps: readonly Maps[], past: readonly RiskMap[], isMonitored: boolean, wasMonitored: boolean): readonly RegionRow[] {
	const units = [...new Map(maps.flatMap(({ warnings, complaints }) => [...warnings.units, ...complaints.units]).map((one) => [one.key, one])).values()];
	return units.map((one): RegionRow => {
		const raised = maps.flatMap(({ warnings }) => warnings.units.filter(({ key }) => key === one.key));
		const counted = maps.flatMap(({ complaints }) => complaints.units.filter(({ key }) => key === one.key));
		const earlier = past.flatMap(({ units }) => units.filter(({ key }) => key === one.key));
		const newest = counted[counted.length - 1];
		const known = counted.length > 0 && counted.every(({ value }) => value !== null);
		const n = sum(counted, (unit) => unit.n);
		return {
			code: one.key, name: one.name, hex: one.hex === null ? null : { ...one.hex, name: one.short }, late: newest?.late ?? false, knownTo: newest?.knownTo ?? null,
			warnings: isMonitored && !one.unsourced ? sum(raised, (unit) => unit.n) : null, levels: levelsOf(raised.map(({ levels }) => levels)),
			warningsBefore: wasMonitored ? sum(earlier, (unit) => unit.n) : null,
			complaints: known ? n : null, complaintsYearAgo: known ? baseOf(counted) : null,
			rate: known && newest !== undefined && newest.active > 0 ? (n / newest.active) * 1000 : null, lead: null
		};
	});
}

function industriesOf(maps: readonly Maps[], past: readonly RiskMap[], isMonitored: boolean, wasMonitored: boolean): readonly PartRow[] {
	const names = new Map<string, string>();
	for (const { warnings, complaints } of maps) for (const one of [...(warnings.industries ?? []), ...(complaints.industries ?? [])]) names.set(one.key, one.name);
	return [...names].filter(([key]) => /^[A-T]$/.test(key)).sort().map(([code, name]): PartRow => {
		const of = (map: RiskMap) => (map.industries ?? []).filter(({ key }) => key === code);
		const raised = maps.flatMap(({ warnings }) => of(warnings));
		const counted = maps.flatMap(({ complaints }) => of(complaints));
		return {
			code, name, warnings: isMonitored ? sum(raised, ({ n }) => n) : null, levels: levelsOf(raised.map(({ levels }) => levels)),
			warningsBefore: wasMonitored ? sum(past.flatMap(of), ({ n }) => n) : null,
			complaints: sum(counted, ({ n }) => n), complaintsYearAgo: baseOf(counted), rate: null, lead: null
		};
	});
}

/** The most notable of all months; each says its month. */
function risesOf(maps: readonly Maps[]): readonly RiseRow[] {
	return maps
		.flatMap(({ month, complaints }) => complaints.rises.map(({ regionName, industryName, n, base, coverage }) => ({ month, regionName, industryName, n, base, coverage })))
		.sort((a, b) => (b.n - b.base) / Math.sqrt(b.n + b.base) - (a.n - a.base) / Math.sqrt(a.n + a.base))
		.slice(0, mostRises);
}

/** The last day of the month before a day's: what every report can be up to. */
export const lastWholeMonth = (today: string): string => monthEnd(addMonths(monthOf(today), -1));
