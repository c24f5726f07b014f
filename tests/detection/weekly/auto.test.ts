import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { autoOf, type AutoQuestion } from '#lib/detection/weekly/auto.ts';
import { meanOf, scenarios } from '../../bench/quality/outbreaks.ts';
import { randomOf } from '../random.ts';

const weekly = { year: 52, harmonics: 2, weekday: null };
const question = (counts: ArrayLike<number>): AutoQuestion => ({ counts, exposure: null, seasonality: weekly, alpha: 0.01 });

function simulated(seed: number, weeks: number, mean: (t: number) => number, phi: number): Float64Array {
	const random = randomOf(seed);
	return Float64Array.from({ length: weeks }, (_, t) => random.count(mean(t), phi));
}
const season = (t: number) => 12 * Math.exp(0.4 * Math.cos((2 * Math.PI * t) / 52));

describe('a week’s verdict', () => {
	it('hangs on no later week and on no order of asking', () => {
		const counts = simulated(1, 420, season, 1.5);
		const forward = autoOf(question(counts));
		const whole = Array.from({ length: 40 }, (_, i) => forward(380 + i));
		for (const i of [39, 0, 17, 18, 5]) {
			expect(autoOf(question(counts.subarray(0, 381 + i)))(380 + i)).toEqual(whole[i]);
			expect(forward(380 + i)).toEqual(whole[i]);
		}
	});

	it('alarms exactly above its bound, at its alpha', () => {
		const counts = Float64Array.from(simulated(2, 400, season, 2));
		const { upper } = autoOf(question(counts))(399)!;
		for (const [count, alarm] of [[upper, false], [upper + 1, true]] as const) {
			counts[399] = count;
			const said = autoOf(question(counts))(399)!;
			expect({ upper: said.upper, alarm: said.alarm, below: said.p < 0.01 }).toEqual({ upper, alarm, below: alarm });
		}
	});

	it('takes two weeks together that are no alarm each by itself', () => {
		const counts = simulated(3, 400, season, 1.5);
		for (const t of [396, 397]) counts[t] = Math.round(season(t));
		const { upper } = autoOf(question(counts))(398)!;
		counts[398] = counts[399] = upper;
		const judge = autoOf(question(counts));
		expect([judge(398)!.alarm, judge(399)!.alarm]).toEqual([false, true]);
	});

	it('is calm again when counts are, whatever was before', () => {
		const counts = simulated(4, 400, season, 1.2);
		for (const t of [396, 397, 398]) counts[t] = 90;
		counts[399] = Math.round(season(399));
		expect(autoOf(question(counts))(399)!.alarm).toBe(false);
	});
});

describe('past outbreaks', () => {
	it('move bound and expectation little', () => {
		const calm = simulated(5, 500, season, 1.5);
		const stained = Float64Array.from(calm);
		for (const t of [300, 301, 360, 361, 420, 421, 470, 471]) stained[t] = stained[t]! + 60;
		const [without, withThem] = [autoOf(question(calm))(499)!, autoOf(question(stained))(499)!];
		expect(withThem.phi / without.phi).toBeLessThan(1.15);
		expect(withThem.expected / without.expected).toBeGreaterThan(0.97);
		expect(withThem.expected / without.expected).toBeLessThan(1.03);
	});
});

describe('false alarms at one in a hundred', () => {
	// 80 series × 49 weeks: a rate of 0.01 has a standard error of 0.0016.
	it.each([scenarios[6]!, scenarios[19]!])('hold for scenario $name', (scenario) => {
		let alarms = 0;
		for (let seed = 1; seed <= 80; seed++) {
			const judge = autoOf(question(simulated(seed, 624, (t) => meanOf(scenario, t + 1), scenario.phi)));
			for (let t = 575; t < 624; t++) if (judge(t)!.alarm) alarms++;
		}
		expect(alarms / (80 * 49)).toBeLessThan(0.015);
		expect(alarms / (80 * 49)).toBeGreaterThan(0.004);
	});
});

describe('short series', () => {
	const counts = simulated(9, 300, season, 1.3);
	it.each([
		[300, 'full'],
		[180, 'fewer-years'],
		[70, 'shrunk'],
		[12, 'shrunk']
	] as const)('of %d weeks are judged on the basis “%s”', (weeks, basis) => {
		expect(autoOf(question(counts.subarray(0, weeks)))(weeks - 1)!.basis).toBe(basis);
	});

	it('borrow their season from the parent, and know it then', () => {
		const parent = simulated(10, 300, (t) => 40 * season(t), 3);
		const child = counts.subarray(240);
		const borrowed = autoOf({ ...question(child), parent: { counts: parent, lead: 240 } })(59)!;
		const alone = autoOf(question(child))(59)!;
		expect(borrowed.basis).toBe('borrowed-season');
		const error = (expected: number) => Math.abs(Math.log(expected / season(299)));
		expect(error(borrowed.expected)).toBeLessThan(error(alone.expected));
	});

	it('below ten weeks are not judged', () => expect(autoOf(question([3, 1, 2]))(2)).toBe(null));
});

it('a level that changed is followed within a year', () => {
	const counts = simulated(11, 500, (t) => (t < 400 ? 1 : 2.5) * season(t), 1.3);
	const judge = autoOf(question(counts));
	expect(Array.from({ length: 40 }, (_, i) => judge(460 + i)!.alarm).filter(Boolean).length).toBeLessThanOrEqual(3);
});

it('a season with a narrow peak is learnt', () => {
	const peak = (t: number) => 8 * Math.exp(1.1 * Math.exp(-((((t % 52) - 27) / 3.5) ** 2)));
	const counts = simulated(12, 520, peak, 1.3);
	const judge = autoOf(question(counts));
	expect(judge(468 + 27)!.expected / peak(27)).toBeGreaterThan(0.85);
	expect(Array.from({ length: 52 }, (_, i) => judge(468 + i)!.alarm).filter(Boolean).length).toBeLessThanOrEqual(3);
});

it('days of the week are no rises', () => {
	const week = [14, 12, 11, 11, 12, 4, 2];
	const counts = simulated(13, 900, (t) => week[t % 7]!, 1.3);
	const judge = autoOf({ counts, exposure: null, seasonality: { year: 365, harmonics: 2, weekday: 0 }, alpha: 0.01 });
	expect(judge(896)!.expected / judge(895)!.expected).toBeGreaterThan(5);
	expect(Array.from({ length: 300 }, (_, i) => judge(600 + i)!.alarm).filter(Boolean).length).toBeLessThanOrEqual(9);
});

it('whatever whole numbers come, verdicts are numbers', () => {
	const count = fc.oneof(fc.constant(0), fc.nat(3), fc.nat(1e4), fc.nat(1e9));
	const series = fc.oneof(
		fc.array(count, { minLength: 1, maxLength: 330 }),
		fc.tuple(count, fc.integer({ min: 1, max: 330 })).map(([value, length]) => new Array<number>(length).fill(value)),
		fc.tuple(fc.nat(1e9), fc.nat(329)).map(([value, at]) => Array.from({ length: 330 }, (_, i) => (i === at ? value : 0)))
	);
	fc.assert(
		fc.property(series, (counts) => {
			const judge = autoOf(question(counts));
			for (let t = Math.max(0, counts.length - 4); t < counts.length; t++) {
				const said = judge(t);
				if (said === null) continue;
				const { expected, upper, p, phi } = said;
				expect([expected, upper, p, phi].every(Number.isFinite), JSON.stringify(said)).toBe(true);
				expect(p >= 0 && p <= 1 && expected > 0 && upper >= 0).toBe(true);
			}
		}),
		{ numRuns: 60, seed: 1 }
	);
});
