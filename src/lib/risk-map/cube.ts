import type { Level } from '#lib/warnings/levels.ts';

/** One region × industry of a month: the atom of every figure on the map. */
export type Cell = {
	/** Code of the unit shown; the region itself for rows that name no unit below it. */
	readonly unit: string;
	/** Section or division, '-' unknown, '*' across industries (warnings). */
	readonly industry: string;
	/** Events up to where the data is complete, or warnings raised. */
	readonly n: number;
	/** The same days a year before; of warnings: the same days of the month before. */
	readonly base: number;
	/** Whether anything of the base's days was ever delivered: else it is unknown, and `base` 0 says nothing. */
	readonly baseKnown: boolean;
	/** Enterprises alive at the end of the month; 0 for warnings. */
	readonly active: number;
	/** Of warnings: by level, worst first. */
	readonly levels: readonly [number, number, number, number];
};

/** Cells added up under one key. */
export type Sum = {
	readonly key: string;
	readonly n: number;
	readonly base: number;
	/** False as soon as the base of one part is unknown. */
	readonly baseKnown: boolean;
	readonly active: number;
	readonly levels: readonly [number, number, number, number];
};

export function emptySum(key: string, baseKnown = true): Sum {
	return { key, n: 0, base: 0, baseKnown, active: 0, levels: [0, 0, 0, 0] };
}

function add(a: Sum, b: Cell): Sum {
	return {
		key: a.key,
		n: a.n + b.n,
		base: a.base + b.base,
		baseKnown: a.baseKnown && b.baseKnown,
		active: a.active + b.active,
		levels: [a.levels[0] + b.levels[0], a.levels[1] + b.levels[1], a.levels[2] + b.levels[2], a.levels[3] + b.levels[3]]
	};
}

/** Adds cells up by any key; the order is that of first appearance. */
export function sumBy(cells: readonly Cell[], keyOf: (cell: Cell) => string): ReadonlyMap<string, Sum> {
	const sums = new Map<string, Sum>();
	for (const cell of cells) {
		const key = keyOf(cell);
		sums.set(key, add(sums.get(key) ?? emptySum(key), cell));
	}
	return sums;
}

export function total(cells: readonly Cell[]): Sum {
	return cells.reduce(add, emptySum(''));
}

/** The worst level of which there is any. */
export function worstLevel(levels: Sum['levels']): Level | null {
	const order = ['red', 'orange', 'yellow', 'blue'] as const;
	return order.find((_, i) => levels[i]! > 0) ?? null;
}
