/** Classes of enterprise credit risk in the order of supervision: each is one step above the one before. */
export const classes = ['A', 'B', 'C', 'D'] as const;
export type RiskClass = (typeof classes)[number];

/** Ends of a move: a class, or none in that month (established since, gone, or not classified). */
export const ends = ['A', 'B', 'C', 'D', 'none'] as const;
export type End = (typeof ends)[number];

/** How many months lie between the two that are compared. */
export const spans = [1, 3, 12] as const;
export type Span = (typeof spans)[number];

/** Enterprises that had one class then and another, or the same, now. */
export type Move = { readonly from: End; readonly to: End; readonly n: number };

/** Steps that risk rose (above 0) or fell (below 0); null where one of the two months has no class. */
export function stepsOf(from: End, to: End): number | null {
	return from === 'none' || to === 'none' ? null : classes.indexOf(to) - classes.indexOf(from);
}

/** A figure of moves and what its rows are asked by. */
export const shifts = ['up', 'down', 'same', 'joined', 'left'] as const;
export type Shift = (typeof shifts)[number];

export function shiftOf(from: End, to: End): Shift | null {
	const steps = stepsOf(from, to);
	if (steps !== null) return steps > 0 ? 'up' : steps < 0 ? 'down' : 'same';
	return from === to ? null : from === 'none' ? 'joined' : 'left';
}

/** What moves say together. */
export type Balance = {
	/** Enterprises with a class now, and then. */
	readonly now: number;
	readonly then: number;
	readonly byShift: Readonly<Record<Shift, number>>;
	/** Risen by 1, 2, 3 steps, and fallen by as many. */
	readonly up: readonly [number, number, number];
	readonly down: readonly [number, number, number];
	/** By class, A first. */
	readonly nowBy: readonly [number, number, number, number];
	readonly thenBy: readonly [number, number, number, number];
};

export function balanceOf(moves: readonly Move[]): Balance {
	const byShift = { up: 0, down: 0, same: 0, joined: 0, left: 0 };
	const [up, down] = [[0, 0, 0] as [number, number, number], [0, 0, 0] as [number, number, number]];
	const [nowBy, thenBy] = [[0, 0, 0, 0] as [number, number, number, number], [0, 0, 0, 0] as [number, number, number, number]];
	for (const { from, to, n } of moves) {
		const shift = shiftOf(from, to);
		if (shift === null) continue;
		byShift[shift] += n;
		const steps = stepsOf(from, to);
		if (steps !== null && steps > 0) up[steps - 1]! += n;
		if (steps !== null && steps < 0) down[-steps - 1]! += n;
		if (to !== 'none') nowBy[classes.indexOf(to)]! += n;
		if (from !== 'none') thenBy[classes.indexOf(from)]! += n;
	}
	const sum = (list: readonly number[]) => list.reduce((total, n) => total + n, 0);
	return { now: sum(nowBy), then: sum(thenBy), byShift, up, down, nowBy, thenBy };
}

/** The share of classes C and D, 0 to 1; null where nobody is classified. */
export function highShare(by: readonly [number, number, number, number]): number | null {
	const all = by[0] + by[1] + by[2] + by[3];
	return all === 0 ? null : (by[2] + by[3]) / all;
}

/** Fewer classified enterprises than this say nothing by their shares; as on the map. */
export const fewest = 30;

/** A month with less than this part of those classified in the month compared with has probably not arrived wholly. Ours. */
const wholeShare = 0.5;

/** What can be said of two months in one place. */
export type Standing = 'none-now' | 'none-then' | 'partial' | 'few' | 'plain';

export function standingOf(balance: Pick<Balance, 'now' | 'then'>): Standing {
	if (balance.now === 0) return 'none-now';
	if (balance.then === 0) return 'none-then';
	if (Math.max(balance.now, balance.then) < fewest) return 'few';
	return balance.now < balance.then * wholeShare ? 'partial' : 'plain';
}

/** All pairs of ends that moves can have. */
export const pairs: readonly (readonly [End, End])[] = ends.flatMap((from) => ends.map((to) => [from, to] as const)).filter(([from, to]) => from !== 'none' || to !== 'none');

/** Moves as a matrix by ends, with zeros where nobody moved. */
export function countOf(moves: readonly Move[], from: End, to: End): number {
	return moves.reduce((sum, move) => (move.from === from && move.to === to ? sum + move.n : sum), 0);
}
