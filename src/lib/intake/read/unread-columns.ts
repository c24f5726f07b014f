import type { BoundMapping } from '#lib/intake/mapping.ts';

/** Watches the columns that become no field, until something stands in them. */
export type UnreadColumns = {
	/** Told of the columns and their mapping; again when a file brings further columns. */
	readonly bind: (columns: readonly string[], bound: BoundMapping) => void;
	readonly see: (values: readonly string[]) => void;
	/** Those in which something stood, in the file's order. */
	readonly names: () => readonly string[];
};

/** An empty column loses nothing: only what stood in the file and was left there is worth a word. */
export function makeUnreadColumns(): UnreadColumns {
	let columns: readonly string[] = [];
	/** Empty so far. */
	let empty: number[] = [];
	const filled = new Set<number>();
	return {
		bind(names, bound) {
			columns = names;
			const read = new Set([...bound.at.values(), ...bound.keep.map(({ at }) => at)]);
			// What the desk of refused rows writes into its files is its own.
			empty = names.flatMap((name, i) => (read.has(i) || filled.has(i) || name.startsWith('#') ? [] : [i]));
			for (const i of filled) if (read.has(i)) filled.delete(i);
		},
		see(values) {
			const before = filled.size;
			for (const i of empty) if ((values[i] ?? '').trim() !== '') filled.add(i);
			if (filled.size > before) empty = empty.filter((i) => !filled.has(i));
		},
		names: () => [...filled].sort((a, b) => a - b).map((i) => columns[i]!)
	};
}
