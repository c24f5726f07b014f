import { views, type View } from './query.ts';

/** Views of a place that have a page of their own beside the map. */
export const ownPages = ['classes', 'cohorts'] as const;
export type OwnPage = (typeof ownPages)[number];
export type AnyView = View | OwnPage;

export const isOwnPage = (view: AnyView): view is OwnPage => ownPages.some((one) => one === view);

/** What means the same in every view of a place, and goes along from one to another. */
export type ViewPlace = {
	/** GB/T 2260 code. */
	readonly region: string;
	/** First day of the month; null: none was chosen. */
	readonly month: string | null;
	/** Section or division; null: all. */
	readonly industry: string | null;
};

/** The views that a region of a level has: a county is not divided further, and is shown by its industries. */
export function viewsOf(level: string): readonly AnyView[] {
	return [...views.filter((view) => level !== 'county' || view === 'industry'), ...ownPages];
}

/** The address of a view of a place. Enterprises whose industry nobody said (`-`) are no choice of the map. */
export function viewHref({ region, month, industry }: ViewPlace, view: AnyView): string {
	const params = new URLSearchParams({ region });
	if (month !== null) params.set('month', month.slice(0, 7));
	if (!isOwnPage(view) && view !== 'map') params.set('view', view);
	if (industry !== null && (isOwnPage(view) || industry !== '-')) params.set('industry', industry);
	return `${isOwnPage(view) ? `/map/${view}` : '/map'}?${params}`;
}
