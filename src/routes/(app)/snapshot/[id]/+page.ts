import { lazyViews } from '#lib/risk-map/lazy-views.ts';
import type { PageLoad } from './$types.js';

export const load: PageLoad = async ({ data }) => ({ ...data, views: await lazyViews(data.query) });
