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
	/** Rises that were over on an evening: one that comes back soon goes on under its name. */
	readonly closed: readonly (Open & { readonly on: number })[];
	readonly past: readonly PastRise[];
	readonly anchors: readonly Anchor[];
	readonly learned: { readonly on: number; readonly by: Learned } | null;
};

export const emptyMemory: GridMemory = { open: [], closed: [], past: [], anchors: [], learned: null };

export type GridOptions = { readonly windows: readonly number[]; readonly q: number; readonly floor: number; readonly excess: number; readonly ratio: number };
export const gridDefaults: GridOptions = { windows: [1, 2, 4, 7, 14, 21], q: 0.1, floor: 3, excess: 2, ratio: 1 };

const mostAnEvening = 50;
/** A region's zeros count as silence when this many events were due; days off may bring little. */
const silence = 20;
const quietDay = 0.3;
/** Days within which a rise that was over is the same again. */
const resumedWithin = 14;
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
	const worth = worthOf(space, classOfRegion, learned.by.factors, learned.by.days, shares, asOf);
	const answer = judgeEvening({
		space, counts, worth, spread: learned.by.spread, windows: options.windows, asOf,
		judged: Uint8Array.from(classOfRegion, (c) => (baselineDays(shares[c]!, asOf) >= leastBaseline ? 1 : 0)),
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
	const closed = memory.closed.filter(({ on }) => asOf - on <= resumedWithin);
	const shown: Shown[] = [];
	const anchors = [...memory.anchors];
	memory.open.forEach((rise, k) => {
		const { over, observed, expected } = answer.followed[k]!;
		const absorbed = fresh.some((wider) => relationOf(space, wider.set, rise.set) === 'absorbs');
		if (over || absorbed) {
			past.push({ cells: cellsOf(space, rise.set), from: rise.from, to: absorbed ? asOf : asOf - 1 });
			if (!absorbed) closed.push({ ...rise, on: asOf });
			return;
		}
		if (asOf - rise.from >= newLevelAfter) {
			const own = cellsOf(space, rise.set);
			anchors.push({ cells: own, from: rise.from });
			// The new baseline is learned from those very days.
			past = past.filter(({ cells, to }) => to < rise.from || cells.some((cell) => !own.includes(cell)));
			return;
		}
		open.push({ ...rise, ratio: Math.max(rise.ratio, ratioOf({ observed, expected })) });
		shown.push({ set: rise.set, observed, expected, q: rise.q });
	});
	for (const { set, window, observed, expected, q } of fresh) {
		const again = closed.findIndex((before) => relationOf(space, set, before.set) === 'echo');
		const before = again < 0 ? null : closed.splice(again, 1)[0]!;
		open.push({ set: before?.set ?? set, from: before?.from ?? asOf - window + 1, ratio: ratioOf({ observed, expected }), q });
		shown.push({ set: before?.set ?? set, observed, expected, q });
	}
	return { shown, memory: { open, closed, past, anchors, learned } };
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
		// Before a region's first event nothing is known of it; that is the beginning, not silence.
		for (let t = 0; t < days && !observed[t]; t++) observed[t] = t >= firstEver ? 1 : 0;
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
