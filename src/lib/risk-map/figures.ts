import type { Sum } from './cube.ts';
import { dispersion, upperBound } from './expected.ts';
import { isMany, riskGrade, riskGrades, type RiskGrade } from './high-risk.ts';
import { perOf, type Measure } from './layers.ts';
import { judgeable, shrinkRates, tooFewForChange, tooFewForRate } from './small-cells.ts';

/** A sum with what can be said about it. */
export type Figure = Sum & {
	/** What the measure colours and ranks by; null: cannot be said (no data yet, no denominator, nothing before). */
	readonly value: number | null;
	/** Events per 1,000 enterprises, or per cent of them, drawn towards the parent; null without enterprises. */
	readonly rate: number | null;
	/** The same as counted. */
	readonly rawRate: number | null;
	/** Relative change against the base, 0.2 = a fifth more; null where there was nothing before, or nothing is known of it. */
	readonly change: number | null;
	/** Too few to judge by this measure. */
	readonly few: boolean;
	/** Of excess: what the count may reach by chance (95 %). */
	readonly upper?: number | null;
	/** Of high-risk: the grade, and whether C and D are many. */
	readonly grade?: RiskGrade;
	readonly many?: boolean;
	/** Of high-risk: the share of all siblings together, per cent; null where nobody has a class. */
	readonly whole?: number | null;
	/** Nothing has come of these days, or nobody looked: `n` 0 is no zero. */
	readonly unknown?: boolean;
};

/** So many lead times are needed for a middle one. The rule of counts: under five, chance decides. Ours. */
export const judgeableLead = 5;

/** Judges sums against each other; they are siblings, and all of them together their parent. */
export function figuresOf(sums: readonly Sum[], measure: Measure): readonly Figure[] {
	const per = perOf(measure);
	const { parent, rates } = shrinkRates(sums);
	const excess = measure === 'excess' ? shrinkRates(sums.map(({ n, base, baseKnown }) => ({ n, active: baseKnown ? base : 0 }))) : null;
	const spread = measure === 'excess' ? dispersion(sums.map(({ years }) => years ?? [])) : 1;
	return sums.map((sum, i) => {
		const share = sum.active > 0 ? rates[i]! : null;
		const rate = share === null ? null : share * per;
		const rawRate = sum.active > 0 ? (sum.n / sum.active) * per : null;
		const change = sum.baseKnown && sum.base > 0 ? (sum.n - sum.base) / sum.base : null;
		const figure = { ...sum, rate, rawRate, change, few: false };
		switch (measure) {
			case 'warnings':
			case 'count':
				return { ...figure, value: sum.n };
			case 'rate':
				return { ...figure, value: rate, few: tooFewForRate(sum, parent) };
			case 'change':
				return { ...figure, value: change, few: tooFewForChange(sum.n, sum.base) };
			case 'excess': {
				const known = sum.baseKnown && sum.base > 0;
				return {
					...figure, value: known ? excess!.rates[i]! - 1 : null, few: sum.base < judgeable.expected,
					upper: known ? upperBound(sum.base, spread, sum.years?.length ?? 0) : null
				};
			}
			case 'classes':
				return { ...figure, value: rate, few: sum.active < judgeable.enterprises };
			case 'coverage':
				return { ...figure, value: rawRate, few: sum.active < judgeable.enterprises };
			case 'lead':
				return { ...figure, value: medianOf(sum.days ?? []), few: sum.n > 0 && sum.n < judgeableLead };
			case 'high-risk': {
				const facts = { share, parent, few: sum.active < judgeable.enterprises, levels: sum.levels };
				const grade = riskGrade(facts);
				return { ...figure, value: riskGrades.indexOf(grade), grade, many: isMany(facts), whole: parent > 0 ? parent * per : null };
			}
		}
	});
}

/** Half of the values are at most this; null of none. */
export function medianOf(values: readonly number[]): number | null {
	if (values.length === 0) return null;
	const sorted = [...values].sort((a, b) => a - b);
	const middle = Math.floor(sorted.length / 2);
	return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/**
 * Worst first. Warnings by their worst level: red, then orange, yellow, blue. High risk by its grade, then so, then by the share of C and
 * D. Coverage: the least covered first. Other measures by their value; what has too few to judge comes after what can be judged, what
 * has no value last. Ties by what was found before shrinking, then count, then key.
 */
export function ranked(figures: readonly Figure[], measure: Measure): readonly Figure[] {
	const byLevels = (a: Figure, b: Figure) => {
		for (let i = 0; i < 4; i++) if (a.levels[i] !== b.levels[i]) return b.levels[i]! - a.levels[i]!;
		return 0;
	};
	const descending = (a: number | null, b: number | null) => {
		const [va, vb] = [a ?? -Infinity, b ?? -Infinity];
		return va === vb ? 0 : vb > va ? 1 : -1;
	};
	return [...figures].sort((a, b) => {
		const tie = b.n - a.n || (a.key < b.key ? -1 : 1);
		if (measure === 'warnings') return byLevels(a, b) || tie;
		if (measure === 'high-risk') return descending(a.value, b.value) || byLevels(a, b) || descending(a.rate, b.rate) || tie;
		const standing = standingOf(a) - standingOf(b);
		if (standing !== 0) return standing;
		if (measure === 'coverage') return -descending(a.value, b.value) || tie;
		// Where shares differ by no more than chance, all are shrunk to one: then what was found decides.
		const found = measure === 'rate' || measure === 'classes' ? descending(a.rawRate, b.rawRate) : 0;
		return descending(a.value, b.value) || found || tie;
	});
}

/** What can be judged, what has too few, what has no value. */
const standingOf = ({ value, few }: Figure): number => (value === null ? 2 : few ? 1 : 0);

/** How far above last year a cell is, in units of what chance does to two counts: (n − base) / √(n + base). Of an unknown base: 0. */
export function surprise(sum: Pick<Sum, 'n' | 'base' | 'baseKnown'>): number {
	const both = sum.n + sum.base;
	return both === 0 || !sum.baseKnown ? 0 : (sum.n - sum.base) / Math.sqrt(both);
}

/** From here on a rise is worth a line on the page; some two chances in a thousand for one cell, and many are looked at. Ours. */
export const notableSurprise = 3;
