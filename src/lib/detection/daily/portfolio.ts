import { countQuantile, lawOf, type CountLaw } from '../tails.ts';
import { withoutExplained, type CellLayout, type LeafCounts } from './cells.ts';
import { relationOf } from './echo.ts';
import { judgeEvening, type FoundRise } from './judge-evening.ts';
import { knownCounts, type KnownCounts } from './known-counts.ts';
import type { Learned } from './learn.ts';
import { baselineDays, leastBaseline, type PastRise } from './rates.ts';
import { slowRise, type SlowRise } from '../weekly/slow-rise.ts';
import { risesAbove } from './score.ts';
import { slowRises, weeklySeries } from './slow-search.ts';
import { cellsOf, type CellSet } from './space.ts';
import { worthOf, type Worth } from './worth.ts';

/** The question for one kind of event on one evening. */
export type CellQuestion = {
	readonly layout: CellLayout;
	readonly counts: LeafCounts;
	/** Index of the day to judge; nothing later, and nothing received later, is looked at. */
	readonly asOf: number;
	readonly learned: Learned;
	/** Class of each region of the layout's space: regions whose source delivered the same days. */
	readonly classOfRegion: Uint16Array;
	/** Per class the share of each day 0 … asOf that can be known by now, 0 where nothing was delivered or the baseline begins later. */
	readonly shares: readonly Float64Array[];
	/** 1 for regions that cannot be judged: their source is late, silent or changed. */
	readonly held: Uint8Array;
	/** Whether slow rises are looked for everywhere (once a week is enough); those of open warnings always are. */
	readonly slow: boolean;
	/** Open warnings: they get a verdict whatever they show. */
	readonly watched: readonly Watched[];
	/** Rises of the past that were shown: no part of the baseline. */
	readonly past?: readonly PastRise[];
	/** Events of the last days that another finding explains already (the members of an address cluster): they do not count again. */
	readonly explained?: readonly { readonly leaf: number; readonly day: number }[];
};

type Watched = {
	readonly set: CellSet;
	/** First day of the rise. */
	readonly from: number;
};

export type CellOptions = {
	/** Share of evenings on which the indicator may raise something that is nothing. */
	readonly q: number;
	/** Absolute floor of the observed count, of the excess, and of observed over expected. */
	readonly floor: number;
	readonly excess: number;
	readonly ratio: number;
	/** Level of the upper bound. */
	readonly alpha: number;
	/** An open episode goes on while its own p-value is at most this. */
	readonly keep: number;
};

/** Windows in days that the cells are judged by; `learned.spread` is by window. */
export const cellWindows: readonly number[] = [1, 2, 4, 7, 14, 21];

export type CellFinding = {
	readonly set: CellSet;
	/** Length of the window in days, ending on the judged day. */
	readonly window: number;
	readonly observed: number;
	readonly expected: number;
	/** Largest count that is not unusual at `alpha`. */
	readonly upper: number;
	/** Conservative P(X ≥ observed) of this set and window. */
	readonly p: number;
	readonly law: CountLaw;
	/** Adjusted for everything that was looked at this evening. */
	readonly q: number;
	/** Weeks of baseline that were delivered. */
	readonly weeks: number;
	readonly phi: number;
	/** By which evidence: windows of days, or weeks in a row against years of history. */
	readonly method: 'calendar-nb' | 'slow-cusum';
};

export type CellVerdict = {
	/** `fading`: no longer above its range by the run's standards, but not usual either. `absorbed`: part of a new, wider finding. */
	readonly verdict: 'breaching' | 'fading' | 'quiet' | 'held' | 'short' | 'absorbed';
	/** The figures it was judged by; null when held or too short. */
	readonly finding: CellFinding | null;
};

export type CellAnswer = {
	readonly findings: readonly CellFinding[];
	/** In the order asked. */
	readonly watched: readonly CellVerdict[];
	/** Series that could be judged, and those that were held. */
	readonly judged: number;
	readonly held: number;
	/** Observed and expected of one cell over a window. */
	readonly cellOver: (cell: number, window: number) => { readonly observed: number; readonly expected: number };
	/** Rolling weeks of a finding's set, oldest first, with what its baseline expects. */
	readonly weeksOf: (finding: CellFinding, weeks: number) => readonly CellWeek[];
};

type CellWeek = {
	/** Day index of the last day of the week. */
	readonly end: number;
	readonly observed: number | null;
	readonly expected: number;
	readonly upper: number;
};

const mostAnEvening = 200;

/**
 * Judges every set of cells of one kind of event for one evening: expected by calendar, season and level, negative binomial tails over
 * 1 to 21 days, the smallest sets that explain what stands out, error rate over all that was looked at.
 *
 * This is the whole surface of the statistics of cells: indicators call nothing else.
 */
export function judgeCells(question: CellQuestion, options: CellOptions): CellAnswer {
	const { layout, asOf, learned, classOfRegion } = question;
	const { space } = layout;
	const counts = knownCounts(
		withoutExplained(question.counts, question.explained ?? []), layout.cellOfLeaf, space.regions * space.industries, asOf
	);
	const asked = eveningAsked(question, counts, options);
	const { worth, judged, delivered, floors } = asked;
	const open = question.watched.map((watched) => ({ ...watched, ratio: null }));
	const answer = judgeEvening({ ...asked, open, q: options.q, most: mostAnEvening });
	const weeksIn = (set: CellSet) => Math.floor(Math.max(0, ...Array.from(set.regions, (r) => delivered[classOfRegion[r]!]!)) / 7);
	const finding = (rise: Omit<FoundRise, 'kind' | 'score'>): CellFinding => ({
		method: 'calendar-nb', set: rise.set, window: rise.window, observed: rise.observed, expected: rise.expected, p: rise.p, law: rise.law, q: rise.q,
		upper: countQuantile(1 - options.alpha, rise.law), weeks: weeksIn(rise.set), phi: learned.spread[cellWindows.indexOf(rise.window)]!.phi
	});
	const isEcho = (set: CellSet, of: readonly { readonly set: CellSet }[]) => of.some((before) => relationOf(space, set, before.set) === 'echo');
	const fast = answer.found.filter((rise) => !isEcho(rise.set, open)).map(finding);
	const weekly = weeklySeries(space, counts, worth, answer.rates.rate, asOf);
	const slowFinding = (set: CellSet, rise: SlowRise, q: number): CellFinding => ({
		method: 'slow-cusum', set, window: 7 * rise.weeks, observed: rise.observed, expected: rise.expected, p: rise.p, law: rise.law, q,
		upper: countQuantile(1 - options.alpha, rise.law), weeks: weeksIn(set), phi: 1 + rise.law.mean / rise.law.size
	});
	const slow: CellFinding[] = [];
	if (question.slow) {
		for (const { set, rise, q } of slowRises(layout, weekly, judged, floors, options.q)) {
			if (!isEcho(set, open) && !isEcho(set, fast) && !isEcho(set, slow)) slow.push(slowFinding(set, rise, q));
		}
	}
	const findings = [...fast, ...slow];
	return {
		findings,
		watched: question.watched.map((watched, k) => {
			const { set } = watched;
			if (set.regions.some((r) => question.held[r])) return { verdict: 'held', finding: null };
			if (set.regions.some((r) => !judged[r])) return { verdict: 'short', finding: null };
			if (findings.some((wider) => relationOf(space, wider.set, set) === 'absorbs')) return { verdict: 'absorbed', finding: null };
			const { now, over } = answer.followed[k]!;
			const own = finding({ ...now, set, q: now.overall });
			const unusual = own.q <= options.keep;
			const stands = risesAbove(own, floors);
			const fading = unusual && own.observed >= options.floor / 2;
			if (!(unusual && stands) || over) {
				const lasting = slowRise(...weekly(set));
				if (lasting !== null && lasting.p <= options.keep && risesAbove(lasting, floors)) {
					return { verdict: 'breaching', finding: slowFinding(set, lasting, lasting.p) };
				}
			}
			return { verdict: unusual && stands && !over ? 'breaching' : fading ? 'fading' : 'quiet', finding: own };
		}),
		...numberOf(layout, judged, question.held),
		cellOver: (cell, window) => over(counts, worth, answer.rates.rate, Int32Array.of(cell), asOf - window + 1, asOf),
		weeksOf: (of, weeks) => weeksOf({ counts, worth, rate: answer.rates.rate, asOf }, cellsOf(space, of.set), of, weeks, options.alpha)
	};
}

/** What `judgeEvening` is asked for cells, but for what is open and how strict it has to be. */
export function eveningAsked(question: Omit<CellQuestion, 'watched' | 'counts' | 'slow'>, counts: KnownCounts, floors: Pick<CellOptions, 'floor' | 'excess' | 'ratio'>) {
	const { layout, asOf, learned, classOfRegion, shares, past = [] } = question;
	const { space } = layout;
	const delivered = shares.map((share) => baselineDays(share, asOf));
	return {
		space, counts, asOf, past, delivered,
		worth: worthOf(space, classOfRegion, learned.factors, learned.days, shares, asOf),
		spread: learned.spread, windows: cellWindows,
		judged: Uint8Array.from(classOfRegion, (c, r) => (!question.held[r] && delivered[c]! >= leastBaseline ? 1 : 0)),
		named: { region: layout.namedRegion, industry: layout.namedIndustry },
		floors: { observed: floors.floor, excess: floors.excess, ratio: floors.ratio }
	};
}

function numberOf({ space, namedRegion, namedIndustry }: CellLayout, judged: Uint8Array, held: Uint8Array): { judged: number; held: number } {
	const industries = namedIndustry.reduce((sum, is) => sum + is, 0);
	const number = { judged: 0, held: 0 };
	namedRegion.forEach((is, node) => {
		if (!is) return;
		const regions = space.regionNodes[node]!;
		if (regions.some((r) => held[r])) number.held += industries;
		else if (regions.every((r) => judged[r])) number.judged += industries;
	});
	return number;
}

/** Events and expectation of some cells between two days. */
function over(counts: KnownCounts, worth: Worth, rate: Float64Array, cells: Int32Array, from: number, to: number) {
	let observed = 0;
	let expected = 0;
	for (const cell of cells) {
		const row = worth.rowOf(cell);
		for (let t = Math.max(0, from); t <= to; t++) expected += rate[cell]! * worth.rows[row + t]!;
		for (let k = counts.start[cell + 1]! - 1; k >= counts.start[cell]! && counts.day[k]! >= from; k--) {
			if (counts.day[k]! <= to && worth.rows[row + counts.day[k]!]! > 0) observed += counts.n[k]!;
		}
	}
	return { observed, expected };
}

type Known = { readonly counts: KnownCounts; readonly worth: Worth; readonly rate: Float64Array; readonly asOf: number };

function weeksOf({ counts, worth, rate, asOf }: Known, cells: Int32Array, finding: CellFinding, weeks: number, alpha: number): CellWeek[] {
	// The spread of the judged window, at each week's own level.
	const { mean, size } = finding.law;
	const phi = size === Infinity ? 1 : 1 + mean / size;
	const result: CellWeek[] = [];
	for (let back = weeks - 1; back >= 0; back--) {
		const end = asOf - 7 * back;
		if (end < 6) continue;
		const { observed, expected } = over(counts, worth, rate, cells, end - 6, end);
		result.push({ end, observed: expected > 0 ? observed : null, expected, upper: countQuantile(1 - alpha, lawOf(expected, phi * expected)) });
	}
	return result;
}
