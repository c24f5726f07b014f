import { isDatabaseDown } from '#db/errors.ts';
import { everySeconds } from './cron.ts';
import { runRequests, runScheduled, type Workshop } from './lane.ts';
import { releaseClaims } from './ledger.ts';

/** Somebody waits for a request; a scheduled run may be some seconds late. */
const lookForRequestsS = 2;
const lookForRunsS = 10;
/** What is left of the supervisor's patience after this is for giving back the claims. */
const stopPatienceMs = 4_000;

/**
 * Looks for work until it is stopped. Lanes, so that nobody's request and no letter waits for the end of the evening's run: they
 * take turns on one thread, a request goes on while the run waits for the database and stands while it computes. A database that goes away is
 * waited for: each look tries again, and what was due meanwhile is still due.
 */
export function startWorker(shop: Omit<Workshop, 'signal'>): { readonly stop: () => Promise<void> } {
	const stopping = new AbortController();
	const full: Workshop = { ...shop, signal: stopping.signal };
	let away = false;

	/** One lane: at most one look at a time. */
	function lane(run: (shop: Workshop) => Promise<number>): { readonly look: () => Promise<void>; readonly idle: () => Promise<void> } {
		let current: Promise<void> | null = null;
		const once = async () => {
			try {
				await run(full);
				if (away) shop.log('the database is back');
				away = false;
			} catch (error) {
				if (!isDatabaseDown(error)) shop.log(`looking for work failed: ${error instanceof Error ? error.message : String(error)}`);
				else if (!away) shop.log('the database is away, waiting for it');
				away = isDatabaseDown(error);
			}
		};
		return {
			look: () => (current ??= once().finally(() => (current = null))),
			idle: () => current ?? Promise.resolve()
		};
	}

	const scheduled = lane((shop) => runScheduled({ ...shop, jobs: shop.jobs.filter((job) => !job.apart) }));
	const apart = lane((shop) => runScheduled({ ...shop, jobs: shop.jobs.filter((job) => job.apart) }));
	const requests = lane(runRequests);
	const ends = [everySeconds(lookForRunsS, scheduled.look), everySeconds(lookForRunsS, apart.look), everySeconds(lookForRequestsS, requests.look)];
	// Not waiting for the first tick: after a restart there is usually something to make up for.
	void scheduled.look();
	void apart.look();
	void requests.look();

	return {
		async stop() {
			await Promise.all(ends.map((end) => end()));
			stopping.abort(new Error('the worker stops'));
			const patience = new Promise((resolve) => setTimeout(resolve, stopPatienceMs).unref());
			await Promise.race([Promise.all([scheduled.idle(), apart.idle(), requests.idle()]), patience]);
			await shop
				.clock(shop.db)
				.then((now) => releaseClaims(shop.db, shop.worker, now))
				.catch(() => undefined);
		}
	};
}
