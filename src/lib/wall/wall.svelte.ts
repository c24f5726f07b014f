import type { ApprovedMap } from '#lib/boundaries/boundaries.server.ts';
import { cycled, cycleStart, type CycleStep } from './cycle.ts';
import type { Look } from './look.ts';
import { viewsOf, type WallPicture } from './picture.ts';
import { faultAmong, type ScreenFault } from './state.ts';
import type { WallView } from './views.ts';

/** How often it asks; a warning is on the wall, and a revoked screen dark, within it. */
const askMs = 15_000;
/** While nobody answers, at most so rarely. */
const longestMs = 60_000;
/** An answer that takes longer is none. */
const patienceMs = 20_000;
/** So long without an answer is no failure yet: one request may get lost. */
export const staleAfterMs = 45_000;
/** A new build is looked for with every so many answers. */
const buildEvery = 4;
/** With two builds behind one address it would else reload for ever. */
const reloadAgainMs = 600_000;
const reloadedAt = 'qianshao-wall-reloaded';

/** One screen: what it shows, which view, and since when it could not be refreshed. Runs for months: everything it starts is one timer each. */
export class Wall {
	picture: WallPicture;
	/** The boundaries that its maps are drawn by; null: hexagons. One set at a time, whatever came before. */
	approved: ApprovedMap | null;
	screen: Look['screen'];
	/** The month in words. */
	words: string;
	/** The server's time of the last answer, in milliseconds. */
	knownAt: number;
	/** By the server's clock, moved on each second. */
	now: number;
	/** Since then it shows nothing: why. */
	fault: ScreenFault | null = $state(null);
	#cycle = $state.raw(cycleStart);
	#stamp: string;
	#drawn: string;
	#answers = 0;
	readonly #isOutdated: () => Promise<boolean>;
	#ahead = 0;
	#waitMs = askMs;
	#asking: ReturnType<typeof setTimeout> | undefined;
	#turning: ReturnType<typeof setTimeout> | undefined;
	#ticking: ReturnType<typeof setInterval> | undefined;
	#aborter: AbortController | undefined;

	/** @param isOutdated whether the server has another build than the one that runs here. */
	constructor(look: Look, picture: WallPicture, isOutdated: () => Promise<boolean>) {
		this.picture = $state.raw(picture);
		this.screen = $state.raw(look.screen);
		this.words = $state(look.words);
		this.knownAt = $state(Date.parse(look.at));
		this.now = $state(Date.parse(look.at));
		this.#stamp = look.stamp;
		this.approved = $state.raw(look.boundaries.map);
		this.#drawn = look.boundaries.id;
		this.#isOutdated = isOutdated;
	}

	get views(): readonly WallView[] {
		return viewsOf(this.picture, this.screen.views);
	}

	/** Null: nothing of what this screen shows is there yet. */
	get view(): WallView | null {
		const { views } = this;
		return views[this.#cycle.at % Math.max(1, views.length)] ?? null;
	}

	get held(): boolean {
		return this.#cycle.held;
	}

	/** Milliseconds of the server's clock since when nothing new is known; null while it is fresh. */
	get staleSince(): number | null {
		return this.now - this.knownAt > staleAfterMs ? this.knownAt : null;
	}

	step(step: CycleStep): void {
		this.#cycle = cycled(this.#cycle, step, this.views.length);
		this.#turnLater();
	}

	/** Starts asking, turning and the clock; returns how to stop. */
	run(): () => void {
		this.#ahead = this.knownAt - Date.now();
		this.#askLater();
		this.#turnLater();
		this.#ticking = setInterval(() => (this.now = Date.now() + this.#ahead), 1_000);
		return () => {
			clearTimeout(this.#asking);
			clearTimeout(this.#turning);
			clearInterval(this.#ticking);
			this.#aborter?.abort();
		};
	}

	#turnLater(): void {
		clearTimeout(this.#turning);
		this.#turning = setTimeout(() => this.step('tick'), this.screen.seconds * 1_000);
	}

	#askLater(): void {
		clearTimeout(this.#asking);
		this.#asking = setTimeout(() => void this.#ask(), this.#waitMs);
	}

	async #ask(): Promise<void> {
		const aborter = (this.#aborter = new AbortController());
		const patience = setTimeout(() => aborter.abort(), patienceMs);
		try {
			const answer = await fetch(`/wall/data?have=${this.#stamp}&drawn=${this.#drawn}`, { signal: aborter.signal, headers: { accept: 'application/json' } });
			if (answer.status === 401) this.#darken(((await answer.json()) as { readonly reason: string }).reason);
			else if (answer.ok) await this.#take((await answer.json()) as Look);
			else throw new Error(String(answer.status));
			this.#waitMs = askMs;
		} catch {
			// Away, or somebody else answers in its place: what is shown stays, and says since when.
			this.#waitMs = Math.min(longestMs, this.#waitMs * 2);
		} finally {
			clearTimeout(patience);
			this.#askLater();
		}
	}

	/** It goes on asking, for an end may be put off. What was said first holds: later it only has no token any more. */
	#darken(reason: string): void {
		this.fault ??= faultAmong(reason) ?? 'wrong';
	}

	async #take(look: Look): Promise<void> {
		// The server has just answered, so that the page will be there.
		if (this.fault !== null) return location.reload();
		if (++this.#answers % buildEvery === 0 && (await this.#isOutdated()) && mayReload()) return location.reload();
		this.screen = look.screen;
		this.words = look.words;
		if (look.picture !== null) {
			this.picture = look.picture;
			this.#stamp = look.stamp;
		}
		if (look.boundaries.id !== this.#drawn) {
			this.approved = look.boundaries.map;
			this.#drawn = look.boundaries.id;
		}
		this.knownAt = Date.parse(look.at);
		this.#ahead = this.knownAt - Date.now();
		this.now = this.knownAt;
	}
}

function mayReload(): boolean {
	try {
		if (Date.now() - Number(sessionStorage.getItem(reloadedAt)) < reloadAgainMs) return false;
		sessionStorage.setItem(reloadedAt, String(Date.now()));
		return true;
	} catch {
		// Without a memory it cannot be told how often: rather an old build than none.
		return false;
	}
}
