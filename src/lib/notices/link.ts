import type { NewNotice } from './notify.server.ts';

type Told = Pick<NewNotice, 'objectKind' | 'objectId'>;

/** The page of what a notice is about. */
export function pathOf({ objectKind, objectId }: Told): string {
	const id = encodeURIComponent(objectId);
	switch (objectKind) {
		case 'warning':
			return `/warnings/${id}`;
		case 'incident':
			return `/warnings/incidents/${id}`;
		case 'disposal':
			return `/disposals/${id}`;
		case 'warnings':
			return `/warnings?door=${id}`;
	}
}

const pages = [
	[/^\/warnings\/([\w-]{1,80})$/, 'warning'], [/^\/warnings\/incidents\/([\w-]{1,80})$/, 'incident'], [/^\/disposals\/([\w-]{1,80})$/, 'disposal']
] as const;

/** What a page is about, so that its notices count as read once it was opened; null for pages about nothing of the kind. */
export function objectOf(url: Pick<URL, 'pathname' | 'searchParams'>): Told | null {
	for (const [path, objectKind] of pages) {
		const objectId = path.exec(url.pathname)?.[1];
		if (objectId !== undefined) return { objectKind, objectId };
	}
	const door = url.pathname === '/warnings' ? url.searchParams.get('door') : null;
	return door === null ? null : { objectKind: 'warnings', objectId: door };
}
