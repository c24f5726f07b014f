import type { MapQuery } from './query.ts';

/** The views that few readers open: their code is fetched with the page that shows them, and with no other. */
export type LazyViews = {
	readonly IndustryView: typeof import('./IndustryView.svelte').default | null;
	readonly SmallMaps: typeof import('./SmallMaps.svelte').default | null;
};

/** What a page needs of them; for its universal `load`, so that server and browser show the same at once. */
export async function lazyViews({ view }: Pick<MapQuery, 'view'>): Promise<LazyViews> {
	return {
		IndustryView: view === 'industry' ? (await import('./IndustryView.svelte')).default : null,
		SmallMaps: view === 'multiples' ? (await import('./SmallMaps.svelte')).default : null
	};
}
