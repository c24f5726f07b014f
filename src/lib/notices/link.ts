import type { NewNotice } from './notify.server.ts';

type Told = Pick<NewNotice, 'objectKind' | 'objectId'>;

/** The page of what a notice is about. */
export function pathOf({ objectKind, objectId }: Told): string {
	const id = encodeURIComponent(objectId);
	switch (objectKind) {
		case 'warning':
			return `/warnings/${id}`;
		case 'incident':
			return `/warnings?door=all&incident=${id}`;
		case 'disposal':
			return `/disposals/${id}`;
		case 'warnings':
			return `/warnings?door=${id}`;
	}
}

/** What a page is about, so that its notices count as read once it was opened; null for pages about nothing of the kind. */
export function objectOf(url: Pick<URL, 'pathname' | 'searchParams'>): Told | null {
	const [, kind, id] = /^\/(warnings|disposals)\/([\w-]{1,80})$/.exec(url.pathname) ?? [];
	if (id !== undefined && id !== 'rules') return { objectKind: kind === 'warnings' ? 'warning' : 'disposal', objectId: id };
	if (url.pathname !== '/warnings') return null;
	const incident = url.searchParams.get('incident');
	if (incident !== null) return { objectKind: 'incident', objectId: incident };
	const door = url.searchParams.get('door');
	return door === null ? null : { objectKind: 'warnings', objectId: door };
}
