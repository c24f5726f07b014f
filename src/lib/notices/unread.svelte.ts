import { getContext, setContext } from 'svelte';

const retryMs = 30_000;
type Told = { readonly unread: number };
const key = Symbol('unread notices');

/** How many notices are unread, kept by a stream while the page is looked at: a browser has few connections for all its pages. */
export class Unread {
	count = $state(0);
	/** More came than the page shows. */
	fresh = $state(false);
	#source: EventSource | undefined;
	#timer: ReturnType<typeof setTimeout> | undefined;

	constructor(count: number) {
		this.count = count;
	}

	/** The page was loaded anew. */
	caughtUp(count: number): void {
		this.count = count;
		this.fresh = false;
	}

	/** Starts following; returns how to stop. */
	follow(): () => void {
		const look = () => (document.visibilityState === 'visible' ? this.#open() : this.#close());
		look();
		document.addEventListener('visibilitychange', look);
		return () => {
			document.removeEventListener('visibilitychange', look);
			this.#close();
		};
	}

	/** Tells that a page was opened, so that its notices count as read. */
	async opened(path: string): Promise<void> {
		try {
			const answer = await fetch('/notices/seen', { method: 'POST', body: path, headers: { 'content-type': 'text/plain' }, keepalive: true });
			if (answer.ok) this.count = ((await answer.json()) as Told).unread;
		} catch {
			// Away: they stay unread until the page is opened again.
		}
	}

	#open(): void {
		this.#close();
		const source = new EventSource('/notices/live');
		this.#source = source;
		source.onmessage = (message) => this.#take(JSON.parse(message.data as string) as Told);
		source.onerror = () => {
			// The browser reconnects by itself unless the answer was no stream at all.
			if (source.readyState !== EventSource.CLOSED) return;
			this.#close();
			this.#timer = setTimeout(() => void this.#ask().then(() => this.#timer !== undefined && this.#open()), retryMs);
		};
	}

	/** Without a stream, once. */
	async #ask(): Promise<void> {
		try {
			const answer = await fetch('/notices/live?poll');
			if (answer.ok) this.#take((await answer.json()) as Told);
		} catch {
			// Still away.
		}
	}

	#take({ unread }: Told): void {
		if (unread > this.count) this.fresh = true;
		this.count = unread;
	}

	#close(): void {
		clearTimeout(this.#timer);
		this.#timer = undefined;
		this.#source?.close();
		this.#source = undefined;
	}
}

export const provideUnread = (count: number): Unread => setContext(key, new Unread(count));
export const useUnread = (): Unread => getContext<Unread>(key);
