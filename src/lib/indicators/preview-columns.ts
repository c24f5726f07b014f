type Column = Float64Array | Int32Array;
type Maker<C extends Column> = new (length: number) => C;
type Columns = Readonly<Record<string, Column>>;

/** Typed columns that grow row by row: millions of rows as objects would be the garbage collector's work for seconds. */
export function growing<C extends Columns>(makers: { readonly [K in keyof C]: Maker<C[K]> }) {
	const names = Object.keys(makers) as (keyof C)[];
	let capacity = 1 << 16;
	let size = 0;
	const arrays = Object.fromEntries(names.map((name) => [name, new makers[name](capacity)])) as { [K in keyof C]: C[K] };
	return {
		arrays,
		/** Makes room for one row more: its index. */
		next(): number {
			if (size === capacity) {
				capacity *= 2;
				for (const name of names) {
					const longer = new makers[name](capacity);
					longer.set(arrays[name]);
					arrays[name] = longer;
				}
			}
			return size++;
		},
		/** The columns as far as they are filled. */
		filled: () => Object.fromEntries(names.map((name) => [name, arrays[name].subarray(0, size)])) as { [K in keyof C]: C[K] }
	};
}

/**
 * Visits the indices that hold the same key, group by group, each in order.
 *
 * @param hashes of the keys: equal for equal keys.
 */
export function eachGroup(keys: Float64Array, hashes: Int32Array, visit: (rows: readonly number[]) => void): void {
	let slots = 2;
	while (slots < 2 * keys.length) slots *= 2;
	// Open addressing: the first row of each key; rows of a key are chained in order.
	const first = new Int32Array(slots).fill(-1);
	const last = new Int32Array(keys.length);
	const next = new Int32Array(keys.length).fill(-1);
	for (let i = 0; i < keys.length; i++) {
		let slot = hashes[i]! & (slots - 1);
		while (first[slot]! >= 0 && keys[first[slot]!] !== keys[i]) slot = (slot + 1) & (slots - 1);
		const head = first[slot]!;
		if (head < 0) first[slot] = i;
		else next[last[head]!] = i;
		last[head < 0 ? i : head] = i;
	}
	for (const head of first) {
		if (head < 0) continue;
		const rows: number[] = [];
		for (let i = head; i >= 0; i = next[i]!) rows.push(i);
		visit(rows);
	}
}
