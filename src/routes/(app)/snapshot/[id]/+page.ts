import { lazyViews } from '#lib/risk-map/lazy-views.ts';
import type { PageLoad } from './$types.js';

/** The drawings that few snapshots are of are fetched with those alone. */
export const load: PageLoad = async ({ data }) => {
	const { of } = data.view;
	return {
		...data,
		views: await lazyViews(data.view.of === 'map' ? data.view.query : { view: 'map' }),
		ClassFigures: of === 'classes' ? (await import('#lib/structure/ClassFigures.svelte')).default : null,
		CohortFigures: of === 'cohorts' ? (await import('#lib/structure/CohortFigures.svelte')).default : null
	};
};
