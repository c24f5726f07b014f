import { expect, it } from 'vitest';
import { explain, type Candidate, type ScanSets, type ScanWindow } from '#lib/detection/daily/attribution.ts';

/** A city (set 2) of two counties (sets 0 and 1) with one cell each. */
const sets: ScanSets = {
	setsOfLeaf: Int32Array.from([0, 2, 1, 2]),
	stride: 2,
	depth: Uint8Array.from([2, 2, 1]),
	inside: (a, b) => a !== b && b === 2
};
const [first, second, city] = [0, 1, 2];

/** What is named when the counties show this, of which those in `alone` stand out by themselves. */
function namedFor(observed: readonly [number, number], expected: readonly [number, number], candidates: readonly number[], alone: readonly number[]) {
	const window: ScanWindow = {
		leafObserved: Float64Array.from(observed),
		leafExpected: Float64Array.from(expected),
		observed: Float64Array.from([...observed, observed[0] + observed[1]]),
		expected: Float64Array.from([...expected, expected[0] + expected[1]])
	};
	const asked = candidates.map((set): Candidate => ({ set, window: 0, phi: 1, alone: alone.includes(set) }));
	return explain(sets, [window], asked, (c, left) => left >= 6 && left >= 1.5 * window.expected[c.set]!);
}

it.each([
	['the county that holds nearly all of its city’s excess', [27, 4], [9, 2], [first, city], [first, city], [first]],
	['the county also while only the city as a whole is beyond doubt', [27, 4], [9, 2], [first, city], [city], [first]],
	['the city when its counties share the excess', [20, 14], [9, 3], [first, second, city], [city], [city]],
	['both counties when each stands out and the city is not asked', [27, 20], [9, 3], [first, second], [first, second], [first, second]],
	['nothing when nothing stands out by itself', [27, 4], [9, 2], [first, city], [], []]
] as const)('names %s', (_, observed, expected, candidates, alone, named) => {
	const found = namedFor(observed, expected, candidates, alone);
	expect(found.map(({ set }) => set).sort()).toEqual([...named]);
	// What keeps the false discovery rate is always something that stands out by itself.
	expect(found.filter(({ whole }) => !(alone as readonly number[]).includes(whole))).toEqual([]);
});
