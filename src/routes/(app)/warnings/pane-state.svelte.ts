import { preloadData } from '$app/navigation';
import type { ActionData, PageData } from './[id]/$types';

/** Rows passed with j and k are not loaded one by one. */
const settleMs = 120;

/** The warning that is shown beside the list: its page's own data, without leaving the list. */
export class PaneState {
	id = $state<string | null>(null);
	data = $state.raw<PageData | null>(null);
	/** What shows it: fetched with the first warning, as the list needs none of it. */
	View = $state.raw<typeof import('./[id]/WarningView.svelte').default>();
	form = $state.raw<ActionData>(null);
	loading = $state(false);
	failed = $state(false);
	#timer: ReturnType<typeof setTimeout> | undefined;

	/** Shows a warning; the one before stays until this one is there. */
	show(id: string): void {
		if (id === this.id && this.data?.warning.id === id) return;
		this.id = id;
		this.form = null;
		clearTimeout(this.#timer);
		this.#timer = setTimeout(() => void this.load(), this.data === null ? 0 : settleMs);
	}

	/** Loads it anew: after a step, or when news came. Forget what was preloaded before (`invalidateAll`). */
	async load(): Promise<void> {
		const { id } = this;
		if (id === null) return;
		this.loading = true;
		const [result, view] = await Promise.all([preloadData(`/warnings/${id}`), import('./[id]/WarningView.svelte')]).catch(() => [null, null]);
		this.View ??= view?.default;
		// Somebody went on meanwhile.
		if (this.id !== id) return;
		this.loading = false;
		this.failed = result?.type !== 'loaded' || result.status !== 200;
		if (result?.type === 'loaded' && result.status === 200) this.data = result.data as PageData;
	}

	close(): void {
		clearTimeout(this.#timer);
		this.id = null;
		this.data = null;
		this.form = null;
		this.failed = false;
		this.loading = false;
	}
}
