import type { CalendarDays } from './calendar-effects.ts';
import type { LeafCounts } from './cells.ts';
import { completeness } from './delay.ts';
import { relationOf } from './echo.ts';
import { judgeEvening, ratioOf, type OpenRise } from './judge-evening.ts';
import { observedDays } from '../sources/silence.ts';
import { knownCounts, type KnownCounts } from './known-counts.ts';
import { learn, learnedFor, type Learned } from './learn.ts';
import { baselineDays, leastBaseline, type Anchor, type PastRise } from './rates.ts';
import { cellsOf, type CellSet, type CellSpace } from './space.ts';
import { worthOf } from './worth.ts';

/** A grid of daily counts with everything that is known about its days. */
export type Grid = {
	readonly space: CellSpace;
	readonly counts: LeafCounts;
	readonly cellOfLeaf: Int32Array;
	/** Days 0 … at least the last one judged. */
	readonly calendar: CalendarDays;
	/** 1 for days on which nobody works. */
	readonly off: Uint8Array;
	/** Events per day and delay; null when nothing ever comes late. */
	readonly delays: Float64Array | null;
};

/** What a person is shown of one rise on one evening. */
export type Shown = { readonly set: CellSet; readonly observed: number; readonly expected: number; readonly q: number };

type Open = OpenRise & { readonly ratio: number; readonly q: number };

/** What is carried from one evening to the next. */
export type GridMemory = {
	readonly open: readonly Open[];
	readonly past: readonly PastRise[];
	readonly anchors: readonly Anchor[];
	readonly learned: { readonly on: number; readonly by: Learned } | null;
};

export const emptyMemory: GridMemory = { open: [], past: [], anchors: [], learned: null };

export type GridOptions = { readonly windows: readonly number[]; readonly q: number; readonly floor: number; readonly excess: number; readonly ratio: number };
export const gridDefaults: GridOptions = { windows: [1, 2, 4, 7, 14, 21], q: 0.1, floor: 3, excess: 2, ratio: 1 };

const mostAnEvening = 50;
/** A region's zeros count as silence when this many events were due; days off may bring little. */
const silence = 20;
const quietDay = 0.3;
/** A rise that seemed over for so many days was not. */
const longestBreak = 7;
/** Days after which a rise is no episode any more but the level there is now. */
const newLevelAfter = 42;

/** One evening as if it were today: what is shown, and what is to be remembered for the next. */
export function followGrid(
	grid: Grid, asOf: number, memory: GridMemory, options: GridOptions = gridDefaults
): { readonly shown: readonly Shown[]; readonly memory: GridMemory } {
	const { space } = grid;
	const cells = space.regions * space.industries;
	const counts = knownCounts(grid.counts, grid.cellOfLeaf, cells, asOf);
	const { classOfRegion, shares } = deliveredShares(space, counts, completeness(grid.delays, grid.off, asOf), grid.off);
	const learned =
		memory.learned !== null && asOf - memory.learned.on < learnedFor
			? memory.learned
			: {
					on: asOf,
					by: learn({
						space, counts, classOfRegion, shares, calendar: grid.calendar, asOf, past: memory.past, anchors: memory.anchors, windows: options.windows
					})
				};
	const judged = Uint8Array.from(classOfRegion, (c) => (baselineDays(shares[c]!, asOf) >= leastBaseline ? 1 : 0));
	const worth = worthOf(space, classOfRegion, learned.by.factors, learned.by.days, shares, asOf);
	const answer = judgeEvening({
		// What cannot be judged takes no part: the others of a node can.
		space: { ...space, regionNodes: space.regionNodes.map((node) => (node.length > 1 ? node.filter((r) => judged[r]) : node)) },
		counts, worth, spread: learned.by.spread, windows: options.windows, asOf, judged,
		named: { region: new Uint8Array(space.regionNodes.length).fill(1), industry: new Uint8Array(space.industryNodes.length).fill(1) },
		open: memory.open, past: memory.past, anchors: memory.anchors, q: options.q, most: mostAnEvening,
		floors: { observed: options.floor, excess: options.excess, ratio: options.ratio }
	});

	let past = [...memory.past];
	const fresh = answer.found.filter((rise) => {
		const echo = memory.open.some((before, k) => !answer.followed[k]!.over && relationOf(space, rise.set, before.set) === 'echo');
		if (echo) past.push({ cells: cellsOf(space, rise.set), from: asOf - rise.window + 1, to: asOf });
		return !echo;
	});
	const open: Open[] = [];
	const shown: Shown[] = [];
	const anchors = [...memory.anchors];
	memory.open.forEach((rise, k) => {
		const { over, observed, expected } = answer.followed[k]!;
		const absorbed = fresh.some((wider) => relationOf(space, wider.set, rise.set) === 'absorbs');
		if (over || absorbed) {
			past.push({ cells: cellsOf(space, rise.set), from: rise.from, to: absorbed ? asOf : asOf - 1 });
			return;
		}
		const since = raisedSince(cellsOf(space, rise.set), rise.from, past);
		if (asOf - since >= newLevelAfter) {
			const own = new Set(cellsOf(space, rise.set));
			anchors.push({ cells: Int32Array.from(own), from: since });
			// The new baseline is learned from those very days.
			past = past.filter(({ cells, to }) => to < since || cells.some((cell) => !own.has(cell)));
			return;
		}
		open.push({ ...rise, ratio: Math.max(rise.ratio, ratioOf({ observed, expected })) });
		shown.push({ set: rise.set, observed, expected, q: rise.q });
	});
	for (const { set, window, observed, expected, q } of fresh) {
		open.push({ set, from: asOf - window + 1, ratio: ratioOf({ observed, expected }), q });
		shown.push({ set, observed, expected, q });
	}
	return { shown, memory: { open, past, anchors, learned } };
}

/** First day of an unbroken rise: chance lets one seem over for a few days, and it comes back under another number. */
function raisedSince(cells: Int32Array, from: number, past: readonly PastRise[]): number {
	let since = from;
	for (let earlier: PastRise | undefined; ; since = earlier.from) {
		earlier = past.find((one) => one.from < since && one.to >= since - longestBreak && sameCells(one.cells, cells));
		if (earlier === undefined) return since;
	}
}

const sameCells = (a: Int32Array, b: Int32Array) => a.length === b.length && a.every((cell, k) => cell === b[k]);

/**
 * Days before a region's first event: none delivered when its level since then makes so long a calm next to impossible (it began to deliver
 * on that day), else calm.
 */
function markBeginning(observed: Uint8Array, totals: Float64Array, firstEver: number): void {
	const begin = totals.findIndex((count) => count > 0);
	const days = begin < 0 ? totals.length - firstEver : begin - firstEver;
	const level = begin < 0 ? 0 : totals.reduce((sum, count) => sum + count, 0) / (totals.length - begin);
	observed.fill(days * level < silence ? 1 : 0, firstEver, firstEver + days);
}

/** Days of a region without any event that its own level makes next to impossible were not delivered: no zeros. */
function deliveredShares(
	space: CellSpace, counts: KnownCounts, share: Float64Array, off: Uint8Array
): { readonly classOfRegion: Uint16Array; readonly shares: readonly Float64Array[] } {
	const days = share.length;
	const firstEver = counts.day.reduce((least, day) => Math.min(least, day), days);
	const shares = [share.map((value, t) => (t >= firstEver ? value : 0))];
	const weights = share.map((value, t) => value * (off[t] ? quietDay : 1));
	const known = new Map<string, number>();
	const classOfRegion = Uint16Array.from({ length: space.regions }, (_, r) => {
		const totals = new Float64Array(days);
		const first = r * space.industries;
		for (let k = counts.start[first]!; k < counts.start[first + space.industries]!; k++) {
			totals[counts.day[k]!] = totals[counts.day[k]!]! + counts.n[k]!;
		}
		const observed = observedDays(totals, weights, silence);
		markBeginning(observed, totals, firstEver);
		if (!observed.includes(0, firstEver)) return 0;
		const key = observed.join('');
		let index = known.get(key);
		if (index === undefined) {
			index = shares.length;
			known.set(key, index);
			shares.push(share.map((value, t) => (observed[t] ? value : 0)));
		}
		return index;
	});
	return { classOfRegion, shares };
}
