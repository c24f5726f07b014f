import type { Actor } from '#lib/access/actor.ts';
import { mayOpen } from '#lib/access/routes.ts';

/** The places of the left navigation, in the order of the loop. Only pages that exist stand here. */
const places = [
	{ group: 'watch', href: '/map', label: 'map' },
	{ group: 'watch', href: '/warnings', label: 'warnings' },
	{ group: 'watch', href: '/disposals', label: 'disposals' },
	{ group: 'watch', href: '/indicators', label: 'indicators' },
	{ group: 'watch', href: '/reports', label: 'reports' },
	{ group: 'work', href: '/tasks', label: 'tasks' },
	{ group: 'work', href: '/lead-checks', label: 'lead_checks' },
	{ group: 'work', href: '/my-tasks', label: 'my_tasks' },
	{ group: 'data', href: '/enterprises', label: 'enterprises' },
	{ group: 'data', href: '/intake', label: 'intake' },
	{ group: 'admin', href: '/admin', label: 'admin' },
	{ group: 'admin', href: '/admin/accounts', label: 'accounts' },
	{ group: 'admin', href: '/admin/departments', label: 'departments' },
	{ group: 'admin', href: '/admin/calendar', label: 'calendar' },
	{ group: 'admin', href: '/admin/sources', label: 'sources' },
	{ group: 'admin', href: '/admin/exchanges', label: 'exchanges' },
	{ group: 'admin', href: '/admin/tokens', label: 'tokens' },
	{ group: 'admin', href: '/admin/channels', label: 'channels' },
	{ group: 'admin', href: '/admin/hosts', label: 'hosts' },
	{ group: 'admin', href: '/admin/screens', label: 'screens' },
	{ group: 'admin', href: '/admin/kinds', label: 'kinds' },
	{ group: 'admin', href: '/admin/boundaries', label: 'boundaries' },
	{ group: 'admin', href: '/admin/outward', label: 'outward' },
	{ group: 'admin', href: '/admin/jobs', label: 'jobs' },
	{ group: 'admin', href: '/admin/audit', label: 'audit' }
] as const;

export type Place = (typeof places)[number];

/** What this person may open; what is refused is not offered. */
export function placesFor(actor: Pick<Actor, 'role' | 'grants'>): readonly Place[] {
	return places.filter((place) => mayOpen(actor, place.href));
}

/** The place a path belongs to: the longest that it lies at or below. */
export function placeOf(offered: readonly Place[], path: string): string | null {
	const holding = offered.map((place) => place.href).filter((href) => path === href || path.startsWith(`${href}/`));
	return holding.sort((a, b) => b.length - a.length)[0] ?? null;
}

/** Where a role sits down to work. */
export function homeOf(actor: Pick<Actor, 'role'>): string {
	switch (actor.role) {
		case 'leader':
			return '/map';
		case 'monitor':
			return '/warnings';
		case 'planner':
			return '/tasks';
		case 'inspector':
			return '/my-tasks';
		default:
			return '/admin';
	}
}
