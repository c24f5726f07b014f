import { revealSeconds, type PersonalField } from '#lib/enterprises/reveal.ts';

export type Shown = Partial<Readonly<Record<PersonalField, string | null>>>;

/** What was revealed, for so long as it is shown: it lives in the page's memory only and goes when time is over or the page is left. */
export class Revealed {
	shown = $state.raw<Shown | null>(null);
	left = $state(0);
	/** It was shown and is masked again. */
	closed = $state(false);

	open(shown: Shown): void {
		this.shown = shown;
		this.left = revealSeconds;
		this.closed = false;
	}

	close = (): void => {
		if (this.shown === null) return;
		this.shown = null;
		this.closed = true;
	};

	/** For an effect: counts down while something is shown; a page in the background counts on. */
	run(): (() => void) | undefined {
		if (this.shown === null) return undefined;
		const until = Date.now() + revealSeconds * 1000;
		const timer = setInterval(() => {
			this.left = Math.max(0, Math.ceil((until - Date.now()) / 1000));
			if (this.left === 0) this.close();
		}, 250);
		return () => clearInterval(timer);
	}
}
