import { describe, expect, it } from 'vitest';
import { makeCache } from '#lib/risk-map/cache.ts';

/** A cache, and what it had to make, in order. */
function watched(...args: Parameters<typeof makeCache<string>>) {
	const made: string[] = [];
	const cache = makeCache<string>(...args);
	const ask = (key: string) => cache(key, async () => (made.push(key), key));
	return { made, ask };
}

describe('the cache of answers', () => {
	it('makes an answer once, also for those who ask while it is made', async () => {
		const { made, ask } = watched(2);
		expect(await Promise.all([ask('a'), ask('a'), ask('b')])).toEqual(['a', 'a', 'b']);
		expect(made).toEqual(['a', 'b']);
	});

	it('forgets what was not asked for longest', async () => {
		const { made, ask } = watched(2);
		for (const key of ['a', 'b', 'a', 'c', 'a', 'b']) await ask(key);
		expect(made).toEqual(['a', 'b', 'c', 'b']);
	});

	it('holds as much as its answers weigh, and none that weighs more than all', async () => {
		const { made, ask } = watched(10, (answer) => answer.length);
		for (const key of ['aaaa', 'bbbb', 'aaaa', 'cccc', 'aaaa', 'bbbb']) await ask(key);
		expect(made).toEqual(['aaaa', 'bbbb', 'cccc', 'bbbb']);
		await ask('d'.repeat(11));
		await ask('d'.repeat(11));
		expect(made.filter((key) => key.startsWith('d'))).toHaveLength(2);
		// What it held before had to make room, and new answers find it.
		await ask('aaaa');
		await ask('aaaa');
		expect(made.filter((key) => key === 'aaaa').length).toBeLessThanOrEqual(2);
	});

	it('asks again after a failure', async () => {
		const cache = makeCache<number>(3);
		await expect(cache('a', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
		expect(await cache('a', () => Promise.resolve(1))).toBe(1);
	});
});
