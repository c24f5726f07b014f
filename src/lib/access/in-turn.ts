/** Runs tasks of one key one after the other, in this process; different keys do not wait for each other. */
export function turnTaking(): <T>(key: string, task: () => Promise<T>) => Promise<T> {
	const last = new Map<string, Promise<unknown>>();
	return async (key, task) => {
		const before = last.get(key) ?? Promise.resolve();
		const turn = before.then(task, task);
		last.set(key, turn);
		try {
			return await turn;
		} finally {
			if (last.get(key) === turn) last.delete(key);
		}
	};
}
