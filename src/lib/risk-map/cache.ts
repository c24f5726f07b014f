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
