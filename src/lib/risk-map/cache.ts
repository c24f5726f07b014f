type Kept<T> = { readonly answer: Promise<T>; size: number };

/**
 * Keeps the newest answers by key; the key says everything the answer depends on, so nothing is ever stale.
 *
 * @param most how much is kept, in what `sizeOf` counts; by default, answers.
 */
export function makeCache<T>(most: number, sizeOf: (answer: T) => number = () => 1): (key: string, make: () => Promise<T>) => Promise<T> {
	const kept = new Map<string, Kept<T>>();
	let held = 0;
	const drop = (key: string, one: Kept<T>) => {
		if (kept.get(key) !== one) return;
		kept.delete(key);
		held -= one.size;
	};
	const makeRoom = () => {
		for (const [key, one] of kept) {
			if (held <= most) return;
			drop(key, one);
		}
	};
	return (key, make) => {
		let one = kept.get(key);
		if (one === undefined) {
			const made: Kept<T> = (one = { answer: make(), size: 1 });
			held += 1;
			made.answer.then(
				(answer) => {
					if (kept.get(key) !== made) return;
					held += sizeOf(answer) - made.size;
					made.size = sizeOf(answer);
					makeRoom();
				},
				// A failure is not an answer.
				() => drop(key, made)
			);
		}
		kept.delete(key);
		kept.set(key, one);
		makeRoom();
		return one.answer;
	};
}

/** The same for each database by itself. */
export function makeDatabaseCache<T>(most: number, sizeOf?: (answer: T) => number): (db: object, key: string, make: () => Promise<T>) => Promise<T> {
	const caches = new WeakMap<object, ReturnType<typeof makeCache<T>>>();
	return (db, key, make) => {
		let cache = caches.get(db);
		if (cache === undefined) caches.set(db, (cache = makeCache(most, sizeOf)));
		return cache(key, make);
	};
}
