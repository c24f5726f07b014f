import { describe, expect, it } from 'vitest';
import { addDays } from '#lib/calendar/days.ts';
import { calendarDaysOf } from '#lib/detection/daily/calendar-days.ts';
import { layoutOf, type CellLayout, type LeafCounts } from '#lib/detection/daily/cells.ts';
import { knownCounts } from '#lib/detection/daily/known-counts.ts';
import { learn } from '#lib/detection/daily/learn.ts';
import { cellWindows, judgeCells, type CellOptions, type CellQuestion } from '#lib/detection/daily/portfolio.ts';
import type { CellSet } from '#lib/detection/daily/space.ts';
import { countQuantile, upperTail } from '#lib/detection/tails.ts';
import { randomOf } from '../random.ts';

const options: CellOptions = { q: 0.01, floor: 6, excess: 5, ratio: 1.5, alpha: 0.01, keep: 0.01 };
const days = 420;
const asOf = days - 1;
const cities = ['3201', '3202', '3203', '3204'];
const regions = cities.flatMap((city) => [1, 2, 3, 4, 5].map((n) => `${city}0${n}`));
const industries = ['C13', 'C14', 'C26', 'F51', 'F52', 'H61', 'H62', 'R89'];
const chain = cities.flatMap((city) => [1, 2, 3, 4].map((n) => [`${city}0${n}`, `${city}0${n + 1}`] as const));
const layout = layoutOf(regions.flatMap((region) => industries.map((industry) => ({ region, industry }))), chain);
const calendar = calendarDaysOf(Array.from({ length: days + 7 }, (_, d) => ({ day: addDays('2025-01-01', d), holiday: false, makeup: false })), []);

type Late = { leaf: number; day: number; received: number; n: number };

/** Four cities, twenty counties, eight divisions; `factor` plants rises. */
function question(seed: number, factor: (region: string, industry: string, day: number) => number, late: Late[] = []): CellQuestion {
	const random = randomOf(seed);
	const start = [0];
	const day: number[] = [];
	const n: number[] = [];
	layout.leaves.forEach((leaf, i) => {
		const mean = 0.06 + 0.02 * (i % 7);
		for (let d = 0; d < days; d++) {
			const count = random.count(mean * factor(leaf.region, leaf.industry, d), 1.2);
			if (count > 0) {
				day.push(d);
				n.push(count);
			}
		}
		start.push(day.length);
	});
	const counts: LeafCounts = {
		start: Int32Array.from(start), day: Int32Array.from(day), n: Int32Array.from(n),
		late: {
			leaf: Int32Array.from(late, (row) => row.leaf), day: Int32Array.from(late, (row) => row.day),
			received: Int32Array.from(late, (row) => row.received), n: Int32Array.from(late, (row) => row.n), longest: 60
		}
	};
	return asked(counts, new Float64Array(days).fill(1));
}

function asked(counts: LeafCounts, share: Float64Array): CellQuestion {
	const { space, cellOfLeaf } = layout;
	const classOfRegion = new Uint16Array(space.regions);
	const known = knownCounts(counts, cellOfLeaf, space.regions * space.industries, asOf);
	return {
		layout, counts, asOf, classOfRegion, shares: [share], held: new Uint8Array(space.regions), watched: [], slow: false,
		learned: learn({ space, counts: known, classOfRegion, shares: [share], calendar, asOf, past: [], windows: cellWindows })
	};
}

const named = (found: readonly { readonly set: CellSet }[], of: CellLayout = layout) =>
	found.map(({ set }) => {
		const { regions: codes, industries: keys } = of.placeOf(set);
		return `${codes.join('+')} ${keys.join('+')}`;
	});
const setOf = (region: string, industry: string) => layout.find({ regions: [region], industries: [industry] })!;
const recent = (d: number) => d > asOf - 7;

describe('the cells of an evening', () => {
	it('raise next to nothing when nothing happens: fewer than one false finding in twenty evenings', () => {
		let found = 0;
		for (let seed = 1; seed <= 40; seed++) found += judgeCells(question(seed, () => 1), options).findings.length;
		expect(found).toBeLessThanOrEqual(2);
	});

	it('name the county and trade when one cell rises', () => {
		const answer = judgeCells(question(3, (region, industry, d) => (region === '320303' && industry === 'H62' && recent(d) ? 30 : 1)), options);
		expect(named(answer.findings)).toEqual(['320303 H62']);
	});

	it('name the city once when a trade rises in all its counties', () => {
		const answer = judgeCells(question(4, (region, industry, d) => (region.startsWith('3202') && industry === 'F51' && recent(d) ? 14 : 1)), options);
		expect(named(answer.findings)).toEqual(['320200 F51']);
	});

	it('name the trade once when it rises everywhere', () => {
		const answer = judgeCells(question(5, (_r, industry, d) => (industry === 'R89' && recent(d) ? 6 : 1)), options);
		expect(named(answer.findings)).toEqual(['320000 R89']);
	});

	it('name the county once when all its trades rise', () => {
		const answer = judgeCells(question(6, (region, _i, d) => (region === '320104' && recent(d) ? 9 : 1)), options);
		expect(named(answer.findings)).toEqual(['320104 *']);
	});

	it('are judged by one law, however much of their count is left to explain', () => {
		const planted = question(3, (region, industry, d) => (region === '320303' && industry === 'H62' && recent(d) ? 30 : 1));
		const [finding] = judgeCells(planted, options).findings;
		const { observed, expected, phi, law, p, upper } = finding!;
		expect(upperTail(observed, law)).toBe(p);
		expect(upper).toBe(countQuantile(0.99, law));
		// The uncertainty of the cell's own mean is part of it, not only the dispersion.
		expect(law.mean).toBe(expected);
		expect(1 + law.mean / law.size).toBeGreaterThan(phi);
	});

	it('tell two causes apart', () => {
		const answer = judgeCells(
			question(7, (region, industry, d) =>
				recent(d) && ((region === '320303' && industry === 'H62') || (region.startsWith('3201') && industry === 'C13')) ? 20 : 1
			),
			options
		);
		expect(named(answer.findings).sort()).toEqual(['320100 C13', '320303 H62']);
	});

	it('do not see what was received later', () => {
		const planted = question(3, (region, industry, d) => (region === '320303' && industry === 'H62' && recent(d) ? 30 : 1));
		const leaf = layout.leaves.findIndex((one) => one.region === '320303' && one.industry === 'H62');
		const late: Late[] = [];
		for (let i = planted.counts.start[leaf]!; i < planted.counts.start[leaf + 1]!; i++) {
			const day = planted.counts.day[i]!;
			if (recent(day)) late.push({ leaf, day, received: asOf + 3, n: planted.counts.n[i]! });
		}
		const blind = question(3, (region, industry, d) => (region === '320303' && industry === 'H62' && recent(d) ? 30 : 1), late);
		expect(judgeCells(blind, options).findings).toEqual([]);
	});

	it('are held with every parent when their source is, and give a watched series its verdict', () => {
		const planted = question(3, (region, industry, d) => (region === '320303' && industry === 'H62' && recent(d) ? 30 : 1));
		const held = Uint8Array.from(regions, (region) => (region.startsWith('3203') ? 1 : 0));
		const watched = [setOf('320303', 'H62'), setOf('320201', 'F51')].map((set) => ({ set, from: asOf - 10 }));
		const answer = judgeCells({ ...planted, held, watched }, options);
		expect(answer.findings).toEqual([]);
		expect(answer.watched.map((verdict) => verdict.verdict)).toEqual(['held', 'quiet']);
		expect(answer.held).toBeGreaterThan(0);
		expect(answer.judged).toBeGreaterThan(answer.held);
	});

	it('cannot be judged with less than eight weeks of data', () => {
		const share = Float64Array.from({ length: days }, (_, d) => (d > days - 50 ? 1 : 0));
		expect(judgeCells(asked(question(3, () => 1).counts, share), options).judged).toBe(0);
	});

	it('do not count again what a cluster accounts for', () => {
		const planted = question(3, (region, industry, d) => (region === '320303' && industry === 'H62' && recent(d) ? 30 : 1));
		const leaf = layout.leaves.findIndex((one) => one.region === '320303' && one.industry === 'H62');
		const explained = [];
		for (let i = planted.counts.start[leaf]!; i < planted.counts.start[leaf + 1]!; i++) {
			const day = planted.counts.day[i]!;
			for (let k = 0; recent(day) && k < planted.counts.n[i]!; k++) explained.push({ leaf, day });
		}
		expect(judgeCells({ ...planted, explained }, options).findings).toEqual([]);
	});
});
