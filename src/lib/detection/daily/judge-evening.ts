import { clusterSearch } from './cluster-search.ts';
import { evidenceOf, longestWindow, type Evidence } from './evidence.ts';
import type { KnownCounts } from './known-counts.ts';
import { narrowed } from './narrow.ts';
import { strongestNode, type JudgedNodes } from './node-search.ts';
import { ratesOf, type Anchor, type PastRise, type Rates } from './rates.ts';
import { mostUnusual, type Floors, type Judge, type Rise } from './score.ts';
import { cellsOf, type CellSet, type CellSpace } from './space.ts';
import type { Spread } from './spread.ts';
import type { Worth } from './worth.ts';

/** A rise that was shown before and may go on. */
export type OpenRise = {
	readonly set: CellSet;
	/** First day it explains. */
	readonly from: number;
	/** How many times the expected count it was, at its height; null: as since its first day. */
	readonly ratio: number | null;
};

export type EveningQuestion = {
	readonly space: CellSpace;
	readonly counts: KnownCounts;
	readonly worth: Worth;
	/** Per window. */
	readonly spread: readonly Spread[];
	/** Days of each window, at most `longestWindow`. */
	readonly windows: readonly number[];
	readonly asOf: number;
	/** 1 for regions that can be judged. */
	readonly judged: Uint8Array;
	/** Nodes to look at. */
	readonly named: JudgedNodes;
	readonly open: readonly OpenRise[];
	/** Rises that are followed as well, but explain nothing. */
	readonly aside?: readonly OpenRise[];
	/** Rises of the past: explained, and no part of the baseline. */
	readonly past: readonly PastRise[];
	readonly anchors?: readonly Anchor[];
	readonly floors: Floors;
	/** Share of evenings that may show a rise that is none. */
	readonly q: number;
	/** At most so many new ones an evening. */
	readonly most: number;
	/** Levels where they are known already; then `counts` need hold the days of the windows only. */
	readonly rates?: Rates;
	/** False: only pairs of nodes are looked at, no clusters. */
	readonly clusters?: boolean;
};

/** What an evening says of a rise that was open. */
export type Followed = {
	readonly over: boolean;
	/** Since its first day. */
	readonly observed: number;
	readonly expected: number;
	/** The window it stands out most in now. */
	readonly now: ReturnType<typeof mostUnusual>;
};

export type FoundRise = Rise & {
	/** Of the evening's step-up procedure. */
	readonly q: number;
};

type EveningAnswer = {
	/** In the order asked: open ones, then those aside. */
	readonly followed: readonly Followed[];
	readonly found: readonly FoundRise[];
	readonly rates: Rates;
};

/**
 * Judges all sets of one evening: what is open is followed first, its days are explained; then the set with the strongest rise of what is
 * left is taken, its days are explained as well, and so on (explaining before counting: Zhang, Assunção & Kulldorff 2010). The k-th
 * is held against k·q, as in the step-up rule of Benjamini & Hochberg 1995 with weights.
 */
export function judgeEvening(question: EveningQuestion): EveningAnswer {
	const { space, counts, worth, asOf, open, past, q, spread, named } = question;
	const rates = question.rates ?? ratesOf(space, counts, worth, asOf, past, question.anchors);
	const evidence = evidenceOf(space, counts, worth, rates, asOf, question.windows);
	const judge: Judge = { space, evidence, rates, spread, floors: question.floors, industriesKnown: industriesKnown(space, rates) };
	const { phi } = spread[0]!;
	const followed = [...open, ...(question.aside ?? [])].map((rise) => ({ ...follow(space, evidence, phi, rise), now: mostUnusual(judge, rise.set) }));
	for (const { cells, from, to } of past) if (to > asOf - longestWindow) evidence.explain(cells, from, to);
	for (const { set, from } of open) evidence.explain(cellsOf(space, set), from, asOf);

	const nodes: JudgedNodes = {
		region: named.region.map((is, node) => (is && space.regionNodes[node]!.length > 0 && space.regionNodes[node]!.every((r) => question.judged[r]) ? 1 : 0)),
		industry: named.industry
	};
	const clusters = question.clusters === false ? null : clusterSearch(judge, question.judged);
	const found: FoundRise[] = [];
	while (found.length < question.most) {
		const node = strongestNode(judge, nodes);
		const cluster = clusters?.strongest() ?? null;
		const whole = cluster !== null && (node === null || cluster.score > node.score) ? cluster : node;
		if (whole === null || whole.score < -Math.log(q * (found.length + 1))) break;
		const best = narrowed(judge, whole);
		const from = asOf - best.window + 1;
		const { over } = follow(space, evidence, phi, { set: best.set, from, ratio: ratioOf(best) });
		evidence.explain(cellsOf(space, best.set), from, asOf);
		clusters?.changed(best.set.regions);
		if (!over) found.push({ ...best, q: Math.exp(-best.score) / (found.length + 1) });
	}
	return { followed, found, rates };
}

function industriesKnown({ industries }: CellSpace, { rate }: Rates): number {
	const known = new Uint8Array(industries);
	for (let cell = 0; cell < rate.length; cell++) if (rate[cell]! > 0) known[cell % industries] = 1;
	return Math.max(1, known.reduce((sum, is) => sum + is, 0));
}

/** How many times the expected count; a small count says little. */
export const ratioOf = ({ observed, expected }: { readonly observed: number; readonly expected: number }) => (observed + 1) / (expected + 1);

/** Evidence at which a rise counts as over, in nats. */
const overAt = 2;
const leastRatio = 1.15;

/**
 * Whether a rise is over: the best stretch of days up to now for which the normal level explains the counts better than the raised one
 * (likelihood-ratio CUSUM downwards; Höhle & Paul 2008, section 2).
 */
function follow(space: CellSpace, evidence: Evidence, phi: number, { set, from, ratio }: OpenRise): Omit<Followed, 'now'> {
	const cells = cellsOf(space, set);
	const first = Math.max(0, from);
	const had = new Float64Array(Math.max(0, evidence.asOf - first + 1));
	const due = new Float64Array(had.length);
	let observed = 0;
	let expected = 0;
	for (const cell of cells) {
		for (let d = 0; d < had.length; d++) {
			had[d] = had[d]! + evidence.on(cell, first + d);
			due[d] = due[d]! + evidence.due(cell, first + d);
		}
	}
	for (let d = 0; d < had.length; d++) {
		observed += had[d]!;
		expected += due[d]!;
	}
	const raised = Math.max(leastRatio, ratio ?? ratioOf({ observed, expected }));
	let over = 0;
	for (let d = 0; d < had.length; d++) over = Math.max(0, over + (due[d]! * (raised - 1) - had[d]! * Math.log(raised)) / phi);
	return { over: over > overAt, observed, expected };
}
