import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makePushQueue, type Place, type QueueLimits } from '#lib/intake/push/queue.ts';

const limits: QueueLimits = { places: 10, placesPerToken: 3, running: 1, spoolBytes: 1_000 };
const never = new AbortController().signal;
const long = 60_000;

/** A queue with a clock of its own, and batches that enter it and wait for their turn. */
function world(changed: Partial<QueueLimits> = {}) {
	let now = 0;
	const queue = makePushQueue({ ...limits, ...changed }, () => now);
	const turns: string[] = [];
	async function arrive(token: string, signal = never, wait = long): Promise<{ readonly place: Place; readonly turn: Promise<boolean> } | null> {
		const place = queue.enter(token);
		if (place === null) return null;
		const turn = place.turn(signal, wait).then((mine) => (mine && turns.push(token), mine));
		await Promise.resolve();
		return { place, turn };
	}
	return { queue, turns, arrive, pass: (ms: number) => (now += ms) };
}

describe('the queue of pushed batches', () => {
	it('has room for so many, and for so many of one token', async () => {
		const { queue, arrive } = world();
		const own = await Promise.all([1, 2, 3].map(() => arrive('a')));
		expect(await arrive('a')).toBeNull();
		expect(await Promise.all(['b', 'b', 'b', 'c', 'c', 'c', 'd'].map((token) => arrive(token)))).not.toContain(null);
		expect(await arrive('e')).toBeNull();
		expect(queue.state()).toMatchObject({ inside: 10, running: 1, waiting: 9 });
		own[0]!.place.leave();
		own[0]!.place.leave();
		expect(queue.state()).toMatchObject({ inside: 9, running: 1, waiting: 8 });
		expect(await arrive('e')).not.toBeNull();
	});

	it('serves who was served least recently, whatever the others have waiting', async () => {
		const { arrive, turns } = world();
		const all = [await arrive('greedy'), await arrive('greedy'), await arrive('greedy'), await arrive('a'), await arrive('b')];
		for (const { place } of [all[0]!, all[3]!, all[4]!, all[1]!, all[2]!]) {
			await Promise.resolve();
			place.leave();
		}
		await Promise.resolve();
		expect(turns).toEqual(['greedy', 'a', 'b', 'greedy', 'greedy']);
	});

	it('puts who gave up and comes again in front of those served meanwhile', async () => {
		const { arrive, turns } = world();
		const gone = new AbortController();
		const first = await arrive('a');
		const patient = await arrive('b');
		const impatient = await arrive('c', gone.signal);
		gone.abort();
		expect(await impatient!.turn).toBe(false);
		impatient!.place.leave();
		first!.place.leave();
		await patient!.turn;
		const again = [await arrive('a'), await arrive('c')];
		patient!.place.leave();
		await again[1]!.turn;
		expect(turns).toEqual(['a', 'b', 'c']);
	});

	it('sends away who waited too long, and whose sender has gone already', async () => {
		const { arrive, queue } = world();
		await arrive('a');
		expect(await (await arrive('b', never, 1))!.turn).toBe(false);
		expect(await (await arrive('b', AbortSignal.abort()))!.turn).toBe(false);
		expect(queue.state().waiting).toBe(0);
	});

	it('bounds what lies on disk, but lets one batch be as large as a batch may be', () => {
		const { queue } = world();
		const [one, two] = [queue.enter('a')!, queue.enter('b')!];
		expect([one.hold(5_000), two.hold(1)]).toEqual([true, false]);
		one.leave();
		expect([two.hold(900), queue.enter('c')!.hold(101), queue.state().spoolBytes]).toEqual([true, false, 900]);
	});

	it('tells how long it may take from how long it took', async () => {
		const { queue, arrive, pass } = world();
		for (let i = 0; i < 30; i++) {
			const one = await arrive('a');
			pass(10_000);
			one!.place.leave();
		}
		await arrive('a');
		await arrive('b');
		expect(queue.retryAfterS()).toBe(20);
		for (const token of ['c', 'd', 'e', 'f', 'g', 'h', 'i', 'j']) await arrive(token);
		expect(queue.retryAfterS()).toBe(60);
	});

	it('starves nobody: between two turns of a waiting token every other has at most one', async () => {
		const step = fc.record({ token: fc.constantFrom('a', 'b', 'c', 'd', 'e'), leave: fc.boolean() });
		await fc.assert(
			fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 120 }), async (steps) => {
				const { queue, turns, arrive } = world({ places: 50, placesPerToken: 50 });
				const running: Place[] = [];
				/** For each token that waits: what was served since it came to the front of its own. */
				const since = new Map<string, string[]>();
				const waiting = new Map<string, number>();
				const settle = async () => {
					for (let i = 0; i < 4; i++) await Promise.resolve();
				};
				let seen = 0;
				for (const { token, leave } of [...steps, ...steps.map(({ token }) => ({ token, leave: true }))]) {
					if (leave) running.shift()?.leave();
					else {
						const one = await arrive(token);
						waiting.set(token, (waiting.get(token) ?? 0) + 1);
						if (!since.has(token)) since.set(token, []);
						void one!.turn.then(() => running.push(one!.place));
					}
					await settle();
					for (const served of turns.slice(seen)) {
						for (const [other, list] of since) {
							if (other === served) continue;
							expect(list).not.toContain(served);
							list.push(served);
						}
						const left = waiting.get(served)! - 1;
						waiting.set(served, left);
						if (left > 0) since.set(served, []);
						else since.delete(served);
					}
					seen = turns.length;
				}
				expect(queue.state().running).toBeLessThanOrEqual(1);
			}),
			{ numRuns: 200, seed: 20261121 }
		);
	});
});
