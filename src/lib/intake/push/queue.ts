/** What a queue may hold; all of it in one process. */
export type QueueLimits = {
	/** Batches that may be in here, those being taken in included. */
	readonly places: number;
	/** Of one token: however many connections it opens, others find room. */
	readonly placesPerToken: number;
	/** Batches taken in at the same time: while one is merged the next is checked. */
	readonly running: number;
	/** Bytes of bodies on disk, all batches together. */
	readonly spoolBytes: number;
};

/** A batch's place: received, then waiting for its turn, then being taken in. */
export type Place = {
	/** Waits for the turn. False: the sender has gone, or `longestWaitMs` is over. */
	readonly turn: (signal: AbortSignal, longestWaitMs: number) => Promise<boolean>;
	/** Counts bytes that were written to disk. False: there is no room for them now. */
	readonly hold: (bytes: number) => boolean;
	/** Gives the place back, whatever came of it; the next one gets its turn. */
	readonly leave: () => void;
};

export type QueueState = { readonly inside: number; readonly waiting: number; readonly running: number; readonly spoolBytes: number };

export type PushQueue = {
	/** Null: no place; come again after `retryAfterS`. */
	readonly enter: (token: string) => Place | null;
	readonly retryAfterS: () => number;
	readonly state: () => QueueState;
};

/** Seconds a batch takes until any was seen. */
const firstGuessS = 2;
/** Nobody is sent away for longer: what is in front may be gone much sooner. */
const longestRetryS = 60;

type Waiting = { readonly token: string; readonly go: () => void };

/**
 * A bounded queue in which no token starves: the turn goes to the token that has been served least recently, and within one token
 * in order of arrival. Who had to give up and comes again is therefore in front of those that were served meanwhile.
 *
 * It orders the batches of one process. Between processes (and with files that are imported elsewhere) the database's lock around
 * merging does, which is granted in order of asking; each process asks for a few at a time only.
 *
 * @param now milliseconds of any steady clock.
 */
export function makePushQueue(limits: QueueLimits, now: () => number): PushQueue {
	const inside = new Map<string, number>();
	const waiting: Waiting[] = [];
	const servedAt = new Map<string, number>();
	let served = 0;
	let all = 0;
	let running = 0;
	let spooled = 0;
	let usualS = firstGuessS;

	function next(): void {
		while (running < limits.running && waiting.length > 0) {
			let best = 0;
			for (let i = 1; i < waiting.length; i++) {
				if ((servedAt.get(waiting[i]!.token) ?? -1) < (servedAt.get(waiting[best]!.token) ?? -1)) best = i;
			}
			const [chosen] = waiting.splice(best, 1);
			running++;
			servedAt.set(chosen!.token, served++);
			chosen!.go();
		}
	}

	return {
		enter(token) {
			const own = inside.get(token) ?? 0;
			if (all >= limits.places || own >= limits.placesPerToken) return null;
			all++;
			inside.set(token, own + 1);
			let held = 0;
			let began: number | null = null;
			let left = false;
			return {
				turn(signal, longestWaitMs) {
					return new Promise<boolean>((resolve) => {
						const end = (mine: boolean) => {
							clearTimeout(timer);
							signal.removeEventListener('abort', giveUp);
							resolve(mine);
						};
						const giveUp = () => {
							const at = waiting.indexOf(entry);
							if (at < 0) return;
							waiting.splice(at, 1);
							end(false);
						};
						const entry: Waiting = { token, go: () => ((began = now()), end(true)) };
						const timer = setTimeout(giveUp, longestWaitMs);
						waiting.push(entry);
						if (signal.aborted) return giveUp();
						signal.addEventListener('abort', giveUp);
						next();
					});
				},
				hold(bytes) {
					// A batch that is alone may be as large as the limit of one batch allows.
					if (spooled + bytes > limits.spoolBytes && spooled > held) return false;
					spooled += bytes;
					held += bytes;
					return true;
				},
				leave() {
					if (left) return;
					left = true;
					all--;
					spooled -= held;
					const rest = inside.get(token)! - 1;
					if (rest > 0) inside.set(token, rest);
					else inside.delete(token);
					if (began === null) return;
					usualS += ((now() - began) / 1000 - usualS) / 4;
					running--;
					next();
				}
			};
		},
		retryAfterS: () => Math.min(longestRetryS, Math.max(1, Math.ceil((usualS * (waiting.length + running)) / limits.running))),
		state: () => ({ inside: all, waiting: waiting.length, running, spoolBytes: spooled })
	};
}
