import type { CellPlace } from '#lib/detection/daily/cells.ts';
import { relationOf } from '#lib/detection/daily/echo.ts';
import { longestWindow } from '#lib/detection/daily/evidence.ts';
import { judgeEvening, type Followed, type OpenRise } from '#lib/detection/daily/judge-evening.ts';
import { knownCounts } from '#lib/detection/daily/known-counts.ts';
import { eveningAsked } from '#lib/detection/daily/portfolio.ts';
import { ratesOf, type Rates } from '#lib/detection/daily/rates.ts';
import type { CellSet } from '#lib/detection/daily/space.ts';
import type { Learned } from '#lib/detection/daily/learn.ts';
import type { DefinitionOf } from '#lib/indicators/definition.ts';
import { eveningOf, learnFrom, type KindEvening, type KindRun } from '#lib/indicators/kind-evening.server.ts';
import { recentCounts } from './recent.ts';
import type { Sighting, SweptEvening } from './sightings.ts';
import { loosened } from './steps.ts';
import type { SourceState } from '#lib/indicators/sources.server.ts';

/** What is as strong as this is a rise by any setting, and explains its days. */
const certain = 1e-4;
/** Days for which the calendar, and levels, are taken as learned. */
const learnedDays = 182;
const levelDays = 28;
/** What has been usual for so long is no longer followed. */
const forgottenAfter = 30;
const mostAnEvening = 30;
const mostFollowed = 60;

/** Region codes and industry keys, down to the finest: what a set consists of. */
export type SweptSet = CellPlace & { readonly finest: CellPlace };

type Followable = OpenRise & { readonly key: string; readonly factor: number; strength: number; usualSince: number | null };

function stateOf({ now, over }: Followed, { floor, excess, ratio, keep }: DefinitionOf<'cell-surge'>): 'breaching' | 'fading' | null {
	const stands = now.observed >= floor && now.observed - now.expected >= excess && now.observed >= ratio * now.expected;
	if (now.overall > keep) return null;
	return stands && !over ? 'breaching' : now.observed >= floor / 2 ? 'fading' : null;
}

const sightingOf = (key: string, q: number, { observed, expected }: { readonly observed: number; readonly expected: number }): Sighting => ({
	key, q, strength: -Math.log(Math.max(q, 1e-300)), observed, expected: Math.round(expected * 10) / 10
});

/** Judges evenings of one kind of event, one after the other, each as it was known then. */
type Sweep = {
	/** `clusters`: whether clusters of neighbouring regions are looked for as well. */
	readonly evening: (asOf: string, clusters: boolean) => SweptEvening;
	/** The sets that were seen, by key. */
	readonly sets: ReadonlyMap<string, SweptSet>;
};

/**
 * @param explainedOn events of registrations that clusters account for on an evening.
 */
export function cellSweep(
	run: KindRun, state: SourceState, definition: DefinitionOf<'cell-surge'>, explainedOn: (evening: KindEvening) => readonly { readonly leaf: number; readonly day: number }[]
): Sweep {
	const { layout } = run.data;
	const { space } = layout;
	const cells = space.regions * space.industries;
	/** Beyond doubt by this indicator's own setting as well. */
	const sure = -Math.log(Math.min(certain, definition.q));
	const loose = (loosened(definition) as DefinitionOf<'cell-surge'>).q;
	const sets = new Map<string, SweptSet>();
	const followed = new Map<string, Followable>();
	const recent = recentCounts(run.data.counts, layout);
	let learned: { readonly on: number; readonly by: Learned } | null = null;
	let levels: { readonly on: number; readonly rates: Rates } | null = null;

	const known = (asOf: number) => knownCounts(run.data.counts, layout.cellOfLeaf, cells, asOf);
	const keyOf = (set: CellSet): string => {
		const place = layout.placeOf(set);
		const key = `${place.regions.join('+')}|${place.industries.join('+')}`;
		if (!sets.has(key)) {
			sets.set(key, {
				...place,
				finest: { regions: Array.from(set.regions, (r) => layout.regionCodes[r]!), industries: Array.from(set.industries, (i) => layout.industryKeys[i]!) }
			});
		}
		return key;
	};

	return {
		sets,
		evening(day, clusters) {
			const evening = eveningOf(run, day, state);
			const { question } = evening;
			const { asOf } = question;
			if (learned === null || asOf - learned.on >= learnedDays) {
				learned = { on: asOf, by: learnFrom(run, question, learnedDays) };
				levels = null;
			}
			const asked = eveningAsked({ ...question, learned: learned.by }, recent(asOf, explainedOn(evening)), definition);
			if (levels === null || asOf - levels.on >= levelDays) levels = { on: asOf, rates: ratesOf(space, known(asOf), asked.worth, asOf, []) };
			const all = [...followed.values()].sort((a, b) => b.strength - a.strength);
			const open = all.filter((one) => one.strength >= sure);
			const aside = all.filter((one) => one.strength < sure).slice(0, mostFollowed);
			const windowed = (rise: Followable): OpenRise => ({ ...rise, from: Math.max(rise.from, asOf - longestWindow + 1) });
			const answer = judgeEvening({
				...asked, rates: levels.rates, open: open.map(windowed), aside: aside.map(windowed), q: loose, most: mostAnEvening, clusters
			});
			const goesOn: Record<string, 'breaching' | 'fading' | 'held'> = {};
			const sightings: Sighting[] = [];
			[...open, ...aside].forEach((rise, k) => {
				const now = answer.followed[k]!;
				const state = rise.set.regions.some((r) => question.held[r]) ? 'held' : stateOf(now, definition);
				if (state !== null) goesOn[rise.key] = state;
				const q = now.now.p * rise.factor;
				rise.strength = now.over ? 0 : -Math.log(Math.max(q, 1e-300));
				if (state === 'breaching' && q <= loose && k < open.length) sightings.push(sightingOf(rise.key, q, now.now));
				rise.usualSince = state === null ? (rise.usualSince ?? asOf) : null;
				if (rise.usualSince !== null && asOf - rise.usualSince > forgottenAfter) followed.delete(rise.key);
			});
			for (const rise of answer.found) {
				const key = keyOf(rise.set);
				const q = Math.exp(-rise.score);
				if (open.some((before) => before.key !== key && relationOf(space, rise.set, before.set) === 'echo')) continue;
				sightings.push(sightingOf(key, q, rise));
				const known = followed.get(key);
				if (known) known.strength = Math.max(known.strength, rise.score);
				else {
					followed.set(key, {
						key, set: rise.set, from: asOf - rise.window + 1, ratio: null, factor: q / Math.max(rise.p, 1e-300), strength: rise.score, usualSince: null
					});
				}
			}
			return { day, held: asked.judged.every((is) => is === 0), sightings, goesOn };
		}
	};
}
