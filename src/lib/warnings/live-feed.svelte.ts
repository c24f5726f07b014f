import { untrack } from 'svelte';
import type { News } from './live.server.ts';

const pollMs = 30_000;
/** While polling, how often the stream is tried again. */
const retryEvery = 4;

/**
 * What happened to warnings since the page was loaded. Follows `/live` as a stream; where that fails (a proxy that buffers,
 * a server that restarts) it asks every half minute. Only counts: the page decides when to reload, so nothing jumps.
 */
export class LiveFeed {
	#entries = $state.raw<News['entries']>([]);
	/** False while polling. */
	streaming = $state(true);
	#head: string;
	#source: EventSource | undefined;
	#timer: ReturnType<typeof setInterval> | undefined;

	constructor(head: string) {
		this.#head = head;
	}

	/** Warnings that came to the own desk: raised, handed over or offered, reopened, given back, or no longer snoozed. */
	get fresh(): number {
		return new Set(this.#entries.filter((entry) => entry.mine && arrives.includes(entry.what)).map((entry) => entry.warningId)).size;
	}

	/** Of these warnings, how many changed otherwise. */
	changedAmong(ids: ReadonlySet<string>): number {
		return new Set(this.#entries.filter((entry) => ids.has(entry.warningId)).map((entry) => entry.warningId)).size;
	}

	/** The page has been loaded anew and shows everything up to this feed id. Called by an effect that must not follow the news. */
	caughtUp(head: string): void {
		if (head === this.#head && untrack(() => this.#entries.length) === 0) return;
		this.#entries = [];
		this.#head = head;
		if (this.#source) this.#open();
	}

	/** Starts following; returns how to stop. */
	follow(): () => void {
		this.#open();
		return () => this.#stop();
	}

	#open(): void {
		this.#source?.close();
		const source = new EventSource(`/live?after=${this.#head}`);
		this.#source = source;
		source.onopen = () => {
			this.streaming = true;
			clearInterval(this.#timer);
			this.#timer = undefined;
		};
		source.onmessage = (message) => this.#take(JSON.parse(message.data as string) as News);
		source.onerror = () => {
			// The browser reconnects by itself unless the answer was no stream at all.
			if (source.readyState === EventSource.CLOSED) this.#poll();
		};
	}

	#poll(): void {
		this.streaming = false;
		this.#source = undefined;
		let turn = 0;
		clearInterval(this.#timer);
		this.#timer = setInterval(() => {
			turn++;
			if (turn % retryEvery === 0) this.#open();
			else void this.#ask();
		}, pollMs);
	}

	async #ask(): Promise<void> {
		try {
			const answer = await fetch(`/live?poll&after=${this.#head}`, { headers: { accept: 'application/json' } });
			if (answer.ok) this.#take((await answer.json()) as News);
		} catch {
			// Still away: the next turn asks again.
		}
	}

	#take(news: News): void {
		this.#head = news.head;
		this.#entries = [...this.#entries, ...news.entries];
	}

	#stop(): void {
		this.#source?.close();
		clearInterval(this.#timer);
	}
}

const arrives: readonly string[] = ['raise', 'arrive', 'reopen', 'release', 'return', 'wake'];
