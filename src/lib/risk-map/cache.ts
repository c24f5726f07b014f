/** Keeps the newest answers by key; the key says everything the answer depends on, so nothing is ever stale. */
export function makeCache<T>(most: number): (key: string, make: () => Promise<T>) => Promise<T> {
	const kept = new Map<string, Promise<T>>();
	return (key, make) => {
		let answer = kept.get(key);
		if (answer === undefined) {
			answer = make();
			// A failure is not an answer.
			answer.catch(() => kept.delete(key));
			if (kept.size >= most) kept.delete(kept.keys().next().value!);
		}
		kept.delete(key);
		kept.set(key, answer);
		return answer;
	};
}

/** The same for each database by itself. */
export function makeDatabaseCache<T>(most: number): (db: object, key: string, make: () => Promise<T>) => Promise<T> {
	const caches = new WeakMap<object, ReturnType<typeof makeCache<T>>>();
	return (db, key, make) => {
		let cache = caches.get(db);
		if (cache === undefined) caches.set(db, (cache = makeCache(most)));
		return cache(key, make);
	};
}
