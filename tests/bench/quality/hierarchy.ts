import { addDays, dayNumber, weekday } from '#lib/calendar/days.ts';
import { randomOf } from '../../detection/random.ts';

/** A rise that was put into the counts. */
export type PlantedRise = {
	readonly kind: 'leaf' | 'region' | 'industry' | 'cluster';
	readonly regions: readonly number[];
	readonly industries: readonly number[];
	/** First and last day, as indices. */
	readonly from: number;
	readonly to: number;
	/** How many times the normal rate. */
	readonly ratio: number;
};

/** Events of one region, industry and day that were received on one day. */
export type GridRow = { readonly region: number; readonly industry: number; readonly occurred: number; readonly received: number; readonly count: number };

export type Hierarchy = {
	readonly side: number;
	readonly industries: number;
	readonly firstDay: string;
	readonly days: number;
	/** First judged day. */
	readonly from: number;
	readonly rows: readonly GridRow[];
	readonly planted: readonly PlantedRise[];
	readonly calendar: readonly { readonly date: string; readonly off: boolean; readonly holiday: boolean; readonly makeup: boolean }[];
};

export type HierarchyOptions = {
	readonly seed: number;
	readonly history?: number;
	/** Standard deviation of a shock common to all counts of a day, of a region's week, of an industry's week. */
	readonly shock?: { readonly day: number; readonly region: number; readonly industry: number };
	readonly phi?: number;
	/** Rises per kind. */
	readonly rises?: number;
	/** Ratios are raised to this power: below 1 for weaker rises. */
	readonly power?: number;
	/** Median events a cell and day. */
	readonly median?: number;
	readonly meanDelay?: number;
};

export const judgedDays = 182;
const side = 10;
const industries = 20;

/** How many times the normal rate rises are: what inspectors would call a wave. */
const ratios: { readonly [K in PlantedRise['kind']]: readonly [number, number] } = {
	leaf: [4, 12], region: [1.4, 2.2], industry: [1.2, 1.7], cluster: [1.8, 3.5]
};

/** First days of the lunar year, for simulated festivals. */
const newYears = ['2021-02-12', '2022-02-01', '2023-01-22', '2024-02-10', '2025-01-29', '2026-02-17'];
/** Fixed holidays: month-day and length. */
const fixed = [['01-01', 1], ['04-04', 3], ['05-01', 5], ['06-10', 3], ['10-01', 7]] as const;

/**
 * Daily counts of 100 regions (10 × 10, ten parents) × 20 industries: a median cell has one event in six days; trend, season, weekday,
 * holidays with make-up days, Spring Festival weeks, 15 March, common shocks, negative binomial counts, reporting delay that skips
 * days off; leaf, region, industry and cluster rises of known place and time in the judged half-year.
 */
export function simulateHierarchy(options: HierarchyOptions): Hierarchy {
	const random = randomOf(options.seed * 7919 + 13);
	const history = options.history ?? 900;
	const days = history + judgedDays;
	const firstDay = addDays('2025-07-01', -history);
	const calendar = calendarOf(firstDay, days);
	const shock = options.shock ?? { day: 0.05, region: 0.05, industry: 0.05 };
	const phi = options.phi ?? 1.3;
	const regions = side * side;

	const uniform = (a: number, b: number) => a + (b - a) * random.next();
	const regionSize = Array.from({ length: regions }, () => Math.exp(0.7 * random.normal()));
	const trades = Array.from({ length: industries }, () => ({
		size: Math.exp(0.8 * random.normal()), trend: uniform(-0.15, 0.25) / 365, amplitude: uniform(0.05, 0.35), phase: uniform(0, 2 * Math.PI),
		weekend: uniform(0.35, 1.1), holiday: uniform(0.3, 1), festival: uniform(0.3, 0.9), rights: uniform(1, 1.8)
	}));
	const base = new Float64Array(regions * industries);
	for (let r = 0; r < regions; r++) {
		for (let i = 0; i < industries; i++) base[r * industries + i] = regionSize[r]! * trades[i]!.size * Math.exp(0.35 * random.normal());
	}
	const middle = [...base].sort((a, b) => a - b)[base.length / 2]!;
	for (let k = 0; k < base.length; k++) base[k]! *= (options.median ?? 1 / 6) / middle;

	const shape = trades.map((trade) => Float64Array.from({ length: days }, (_, t) => shapeOn(trade, calendar[t]!, t)));
	const daily = Float64Array.from({ length: days }, () => Math.exp(shock.day * random.normal()));
	const weeks = Math.ceil(days / 7) + 1;
	const regionWeek = Float64Array.from({ length: regions * weeks }, () => Math.exp(shock.region * random.normal()));
	const industryWeek = Float64Array.from({ length: industries * weeks }, () => Math.exp(shock.industry * random.normal()));
	const meanOf = (r: number, i: number, t: number) => base[r * industries + i]! * shape[i]![t]!;

	const planted: PlantedRise[] = [];
	const factor = new Map<number, number>();
	const perKind = options.rises ?? 15;
	for (const kind of ['leaf', 'region', 'industry', 'cluster'] as const) {
		for (let n = 0; n < perKind; n++) {
			const place = placeOf(kind, random.next);
			const length = 3 + Math.floor(random.next() * 19);
			const from = history + Math.floor(random.next() * (judgedDays - length));
			const ratio = uniform(...ratios[kind]) ** (options.power ?? 1);
			for (const r of place.regions) {
				for (const i of place.industries) {
					for (let t = from; t < from + length; t++) {
						const key = (r * industries + i) * days + t;
						factor.set(key, Math.max(ratio, factor.get(key) ?? 1));
					}
				}
			}
			planted.push({ kind, ...place, from, to: from + length - 1, ratio });
		}
	}

	const delay = options.meanDelay ?? 1.5;
	const rows: GridRow[] = [];
	for (let r = 0; r < regions; r++) {
		for (let i = 0; i < industries; i++) {
			for (let t = 0; t < days; t++) {
				const week = Math.floor(t / 7);
				const mean = meanOf(r, i, t) * daily[t]! * regionWeek[r * weeks + week]! * industryWeek[i * weeks + week]! * (factor.get((r * industries + i) * days + t) ?? 1);
				const count = random.count(mean, phi);
				for (let k = 0; k < count; k++) {
					let received = t + Math.floor(-delay * Math.log(1 - random.next()));
					while (received < days - 1 && calendar[received]!.off && random.next() < 0.8) received++;
					rows.push({ region: r, industry: i, occurred: t, received, count: 1 });
				}
			}
		}
	}
	return { side, industries, firstDay, days, from: history, rows, planted, calendar };
}

function placeOf(kind: PlantedRise['kind'], next: () => number): { readonly regions: number[]; readonly industries: number[] } {
	const region = Math.floor(next() * side * side);
	const industry = Math.floor(next() * industries);
	const all = (n: number) => Array.from({ length: n }, (_, k) => k);
	if (kind === 'leaf') return { regions: [region], industries: [industry] };
	if (kind === 'region') return { regions: [region], industries: all(industries) };
	if (kind === 'industry') return { regions: all(side * side), industries: [industry] };
	// A patch around a region, of which some are spared, and one to four trades.
	const [x, y] = [region % side, Math.floor(region / side)];
	const patch = all(side * side).filter((r) => Math.max(Math.abs((r % side) - x), Math.abs(Math.floor(r / side) - y)) <= 1);
	const spare = next() < 0.5 ? 0 : 0.3;
	const regions = patch.filter((r) => r === region || next() >= spare);
	const trades = new Set<number>([industry]);
	const wanted = 1 + Math.floor(next() * 4);
	while (trades.size < wanted) trades.add(Math.floor(next() * industries));
	return { regions, industries: [...trades].sort((a, b) => a - b) };
}

type Trade = { trend: number; amplitude: number; phase: number; weekend: number; holiday: number; festival: number; rights: number };

function shapeOn(trade: Trade, day: Hierarchy['calendar'][number], t: number): number {
	const season = trade.amplitude * Math.cos((2 * Math.PI * dayNumber(day.date)) / 365.25 + trade.phase);
	let factor = Math.exp(trade.trend * t + season);
	if (day.holiday) factor *= trade.holiday;
	else if (day.off) factor *= trade.weekend;
	const offset = Math.min(...newYears.map((first) => Math.abs(dayNumber(day.date) - dayNumber(first) - 2)));
	if (offset <= 10) factor *= trade.festival + (1 - trade.festival) * (offset / 10) ** 2;
	const rights = dayNumber(day.date) - dayNumber(`${day.date.slice(0, 4)}-03-15`);
	if (rights >= 0 && rights <= 4) factor *= 1 + (trade.rights - 1) * (1 - rights / 5);
	return factor;
}

function calendarOf(firstDay: string, days: number): Hierarchy['calendar'] {
	const holidays = new Set<string>();
	const makeups = new Set<string>();
	for (let year = 2020; year <= 2027; year++) {
		for (const [date, length] of fixed) for (let k = 0; k < length; k++) holidays.add(addDays(`${year}-${date}`, k));
		makeups.add(`${year}-09-28`).add(`${year}-10-12`).add(`${year}-05-10`);
	}
	for (const first of newYears) {
		for (let k = -1; k < 7; k++) holidays.add(addDays(first, k));
		makeups.add(addDays(first, -3)).add(addDays(first, 10));
	}
	return Array.from({ length: days }, (_, t) => {
		const date = addDays(firstDay, t);
		const holiday = holidays.has(date);
		const makeup = !holiday && makeups.has(date) && weekday(date) > 5;
		return { date, holiday, makeup, off: holiday || (weekday(date) > 5 && !makeup) };
	});
}

/** The three files of the command line. */
export function gridFiles(made: Hierarchy): { readonly counts: string; readonly regions: string; readonly calendar: string } {
	const name = (r: number) => `R${String(r).padStart(3, '0')}`;
	const day = (t: number) => addDays(made.firstDay, t);
	const lines = made.rows.map((row) => `${name(row.region)},I${row.industry},${day(row.occurred)},${day(row.received)},${row.count}`);
	const regions = Array.from({ length: side * side }, (_, r) => `${name(r)},${r % side},${Math.floor(r / side)},P${Math.floor(r / side / 2) * 2 + (r % side >= 5 ? 1 : 0)}`);
	const days = made.calendar.map((c) => `${c.date},${c.off ? 1 : 0},${c.holiday ? 1 : 0},${c.makeup ? 1 : 0}`);
	return {
		counts: ['region,industry,occurred_on,received_on,count', ...lines, ''].join('\n'),
		regions: ['region,x,y,parent', ...regions, ''].join('\n'),
		calendar: ['date,off,holiday,makeup', ...days, ''].join('\n')
	};
}
