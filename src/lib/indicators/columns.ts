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
 * Visits the indices that hold the same key, group by group: `one` those whose key no other has, `several` the others, each group in order.
 *
 * @param keys hashes: whole numbers, spread evenly.
 */
export function eachGroup(keys: Float64Array, one: (row: number) => void, several: (rows: readonly number[]) => void): void {
	let slots = 2;
	while (slots < 2 * keys.length) slots *= 2;
	// Open addressing: the first row of each key; rows of a key are chained in order.
	const first = new Int32Array(slots).fill(-1);
	const last = new Int32Array(keys.length);
	const next = new Int32Array(keys.length).fill(-1);
	for (let i = 0; i < keys.length; i++) {
		// The low 32 bits, as an integer.
		let slot = (keys[i]! | 0) & (slots - 1);
		while (first[slot]! >= 0 && keys[first[slot]!] !== keys[i]) slot = (slot + 1) & (slots - 1);
		const head = first[slot]!;
		if (head < 0) first[slot] = i;
		else next[last[head]!] = i;
		last[head < 0 ? i : head] = i;
	}
	for (const head of first) {
		if (head < 0) continue;
		if (next[head]! < 0) {
			one(head);
			continue;
		}
		const rows: number[] = [];
		for (let i = head; i >= 0; i = next[i]!) rows.push(i);
		several(rows);
	}
}

/** Numbers for codes, by hand: a Map keyed by large numbers is the slowest part of reading millions of rows. */
export function numbering() {
	let bits = 15;
	let slots = 1 << bits;
	let first = new Int32Array(slots).fill(-1);
	const codes: number[] = [];
	const slotOf = (code: number): number => {
		// Codes are regular, so that plain low bits would crowd: multiplied, all bits of the code meet in the high ones.
		let slot = Math.imul(code ^ Math.imul(code / 16_777_216, 0x85ebca6b), 0x9e3779b1) >>> (32 - bits);
		while (first[slot]! >= 0 && codes[first[slot]!] !== code) slot = (slot + 1) & (slots - 1);
		return slot;
	};
	return {
		/** The number of a code: in the order in which they come. */
		of(code: number): number {
			let slot = slotOf(code);
			if (first[slot]! >= 0) return first[slot]!;
			if (2 * codes.length >= slots) {
				bits++;
				slots *= 2;
				first = new Int32Array(slots).fill(-1);
				codes.forEach((known, number) => (first[slotOf(known)] = number));
				slot = slotOf(code);
			}
			first[slot] = codes.length;
			return codes.push(code) - 1;
		},
		/** All codes in order, and which place each number has among them. */
		sorted(): { readonly codes: readonly number[]; readonly place: Int32Array } {
			const order = codes.map((_, number) => number).sort((a, b) => codes[a]! - codes[b]!);
			const place = new Int32Array(codes.length);
			order.forEach((number, i) => (place[number] = i));
			return { codes: order.map((number) => codes[number]!), place };
		}
	};
}

export type Numbering = ReturnType<typeof numbering>;

/** The indices of whole numbers not below 0, smallest first; equal ones as they came. */
export function inOrderOf(values: Int32Array): Uint32Array {
	let most = 0;
	for (const value of values) if (value > most) most = value;
	const starts = new Uint32Array(most + 2);
	for (const value of values) starts[value + 1]!++;
	for (let d = 1; d < starts.length; d++) starts[d]! += starts[d - 1]!;
	const order = new Uint32Array(values.length);
	for (let k = 0; k < values.length; k++) order[starts[values[k]!]!++] = k;
	return order;
}
