/** From this length on a piece of a text may be kept by V8 as a view of the whole: caching it would hold the file in memory. */
const viewLength = 13;

/** Columns repeat their texts; the memory is bounded. */
export function memo<T>(read: (text: string) => T): (text: string) => T {
	const known = new Map<string, T>();
	return (text) => {
		if (text.length >= viewLength) return read(text);
		let value = known.get(text);
		if (value === undefined) {
			value = read(text);
			if (known.size < 50_000) known.set(text, value);
		}
		return value;
	};
}
