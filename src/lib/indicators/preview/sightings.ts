import { daysBetween } from '#lib/calendar/days.ts';
import type { Relation } from '#lib/detection/daily/echo.ts';
import { sameRise } from '#lib/warnings/machine.ts';

/** Something that an evening saw when it was judged as loosely as may be. */
export type Sighting = {
	/** Names what was seen: the same from one evening to the next. */
	readonly key: string;
	/** Larger is stronger: −ln q, or the count that a limit is held against. */
	readonly strength: number;
	readonly q: number | null;
	readonly observed: number;
	readonly expected: number | null;
};

/** What an evening saw, strongest first. */
export type SweptEvening = {
	readonly day: string;
	/** Nothing could be judged. */
	readonly held: boolean;
	readonly sightings: readonly Sighting[];
	/** What was seen before and is not usual yet, by key. */
	readonly goesOn: Readonly<Record<string, 'breaching' | 'fading' | 'held'>>;
};

/** A warning that would have been. */
export type Episode = {
	readonly key: string;
	readonly on: string;
	/** Last evening on which it went on. */
	readonly until: string;
	/** As on the evening it was raised. */
	readonly observed: number;
	readonly expected: number | null;
	readonly q: number | null;
};

export type FollowRules = {
	/** Calm days before an episode clears; 0: on the first evening that does not see it. */
	readonly clearAfterDays: number;
	/** The k-th of an evening is held against k times the error (Benjamini & Hochberg 1995). */
	readonly stepUp: boolean;
	readonly relation: (found: string, open: string) => Relation;
};

type Open = { -readonly [K in keyof Episode]: Episode[K] };

/**
 * What one setting would have raised of all that was seen: opens, goes on, clears and comes back as the real run does
 * (`warnings/machine.ts`), as long as nobody closes a warning.
 *
 * @param least strength that a new one must have.
 */
export function episodesAt(evenings: readonly SweptEvening[], least: number, { clearAfterDays, stepUp, relation }: FollowRules): Episode[] {
	const episodes: Open[] = [];
	const live = new Map<string, { readonly episode: Open; breach: string }>();
	const cleared = new Map<string, { readonly episode: Open; readonly on: string }>();
	for (const { day, sightings, goesOn } of evenings) {
		const strong = new Set(sightings.filter((one) => one.strength >= least).map((one) => one.key));
		for (const [key, one] of live) {
			const state = strong.has(key) ? 'breaching' : goesOn[key];
			if (state === 'breaching') one.breach = day;
			if (state !== undefined || daysBetween(one.breach, day) < clearAfterDays) one.episode.until = day;
			else {
				live.delete(key);
				cleared.set(key, { episode: one.episode, on: day });
			}
		}
		let fresh = 0;
		for (const { key, strength, observed, expected, q } of sightings) {
			if (live.has(key) || strength < least - (stepUp ? Math.log(fresh + 1) : 0)) continue;
			const relations = [...live.keys()].map((open) => [open, relation(key, open)] as const);
			if (relations.some(([, is]) => is === 'echo')) continue;
			for (const [open, is] of relations) if (is === 'absorbs') live.delete(open);
			fresh++;
			const before = cleared.get(key);
			const again = before !== undefined && sameRise(before.on, day);
			const episode = again ? before.episode : { key, on: day, until: day, observed, expected, q };
			if (!again) episodes.push(episode);
			episode.until = day;
			live.set(key, { episode, breach: day });
		}
	}
	return episodes;
}
