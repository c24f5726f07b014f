import type { Level } from '#lib/warnings/levels.ts';

/** The same figure at another time; null: nothing is known of it. `active` as of then, 0 where the layer divides by nothing. */
export type Ago = { readonly n: number; readonly active: number } | null;

/** What is added up over places and industries. */
export type Amounts = {
	/** Events up to where the data is complete; warnings; enterprises of class C or D; enterprises visited. */
	readonly n: number;
	/** What `n` is compared with: events of the same days a year before, or (excess) what was expected; warnings of the same days of the month before. */
	readonly base: number;
	/** Whether anything of the base's days was ever delivered: else it is unknown, and `base` 0 says nothing. False as soon as one part's is unknown. */
	readonly baseKnown: boolean;
	/** What `n` is a part of: enterprises alive at the end of the month, or those with a class; 0 for warnings. */
	readonly active: number;
	/** Of warnings: by level, worst first. */
	readonly levels: readonly [number, number, number, number];
	/** The same days of the month before, and of the year before. */
	readonly monthAgo?: Ago;
	readonly yearAgo?: Ago;
	/** Of excess: the same days of up to three years before, each brought to this year's level; the base is their mean. */
	readonly years?: readonly number[];
	/** Of lead times: days from occurrence to disposal, one of each warning. */
	readonly days?: readonly number[];
};

/** One region × industry of a month: the atom of every figure on the map. */
export type Cell = Amounts & {
	/** Code of the unit shown; the region itself for rows that name no unit below it. */
	readonly unit: string;
	/** Section or division, '-' unknown, '*' across industries (warnings). */
	readonly industry: string;
};

/** Cells added up under one key. */
export type Sum = Amounts & { readonly key: string };

/** Whether anything is known of the same days of the month before, and of the year before. */
export type AgoKnown = { readonly month: boolean; readonly year: boolean };

const none = { n: 0, active: 0 };

export function emptySum(key: string, baseKnown = true, ago: AgoKnown = { month: true, year: baseKnown }): Sum {
	return { key, n: 0, base: 0, baseKnown, active: 0, levels: [0, 0, 0, 0], monthAgo: ago.month ? none : null, yearAgo: ago.year ? none : null };
}

const addAgo = (a: Ago | undefined, b: Ago | undefined): Ago => (a && b ? { n: a.n + b.n, active: a.active + b.active } : null);
const addYears = (a: readonly number[] | undefined, b: readonly number[]): readonly number[] => (a === undefined ? b : b.map((n, i) => n + (a[i] ?? 0)));

function add(a: Sum, b: Amounts): Sum {
	return {
		key: a.key,
		n: a.n + b.n,
		base: a.base + b.base,
		baseKnown: a.baseKnown && b.baseKnown,
		active: a.active + b.active,
		levels: [a.levels[0] + b.levels[0], a.levels[1] + b.levels[1], a.levels[2] + b.levels[2], a.levels[3] + b.levels[3]],
		monthAgo: addAgo(a.monthAgo, b.monthAgo),
		yearAgo: addAgo(a.yearAgo, b.yearAgo),
		...(b.years ? { years: addYears(a.years, b.years) } : {}),
		...(b.days || a.days ? { days: [...(a.days ?? []), ...(b.days ?? [])] } : {})
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
