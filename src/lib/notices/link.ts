import type { NewNotice } from './notify.server.ts';

type Told = Pick<NewNotice, 'objectKind' | 'objectId'>;

/** Where the page of one object lies; its id follows. */
const places: Record<Exclude<Told['objectKind'], 'warnings' | 'reports'>, string> = {
	warning: '/warnings/', incident: '/warnings/incidents/', disposal: '/disposals/', sampling_plan: '/sampling/plans/', campaign: '/sampling/campaigns/', sampling_task: '/tasks/',
	lead_check: '/lead-checks/', own_task: '/my-tasks/', own_lead_check: '/my-tasks/lead-checks/', report: '/reports/'
};

/** The page of what a notice is about. */
export function pathOf({ objectKind, objectId }: Told): string {
	const id = encodeURIComponent(objectId);
	if (objectKind === 'reports') return `/reports?kind=${id}`;
	return objectKind === 'warnings' ? `/warnings?door=${id}` : places[objectKind] + id;
}

const isId = /^[\w-]{1,80}$/;

/** What a page is about, so that its notices count as read once it was opened; null for pages about nothing of the kind. */
export function objectOf(url: Pick<URL, 'pathname' | 'searchParams'>): Told | null {
	for (const [objectKind, place] of Object.entries(places) as [keyof typeof places, string][]) {
		const objectId = url.pathname.startsWith(place) ? url.pathname.slice(place.length) : '';
		if (isId.test(objectId)) return { objectKind, objectId };
	}
	const reports = url.pathname === '/reports' ? url.searchParams.get('kind') : null;
	if (reports !== null) return { objectKind: 'reports', objectId: reports };
	const door = url.pathname === '/warnings' ? url.searchParams.get('door') : null;
	return door === null ? null : { objectKind: 'warnings', objectId: door };
}
