import type { Actor } from './actor.ts';
import { may, type Action } from './permissions.ts';

/**
 * Which action opens which route: pages, form actions, exports and endpoints below it alike. The longest path decides; several
 * actions mean any of them. A route that stands nowhere here is opened by nobody.
 */
export const routeActions: Readonly<Record<string, readonly Action[]>> = {
	'/': ['home.see'],
	'/account': ['own-account.edit'],
	'/notices': ['home.see'],
	'/refused': ['home.see'],
	'/style': ['home.see'],

	'/map': ['map.see'],
	'/map/classes/rows': ['dossier.see'],
	'/map/cohorts/rows': ['dossier.see'],
	'/warnings': ['warning.see'],
	'/disposals': ['warning.see'],
	'/live': ['warning.see'],
	'/rows': ['events.see'],
	'/snapshot': ['map.see'],
	'/enterprises': ['dossier.see'],
	'/indicators': ['indicator.see'],
	'/intake': ['intake.see'],
	'/intake/rejects': ['intake.mend'],
	'/intake/match': ['intake.match'],
	'/tasks': ['task.see'],
	'/lead-checks': ['task.see'],
	'/my-tasks': ['task.see-own'],
	'/sampling': ['task.see'],
	'/sampling/effect': ['effect.see'],
	'/reports': ['report.see'],
	'/reports/settings': ['report.see'],

	'/admin': ['account.see', 'job.see', 'audit.read'],
	'/admin/accounts': ['account.see'],
	'/admin/departments': ['department.edit'],
	'/admin/calendar': ['calendar.correct'],
	'/admin/jobs': ['job.see'],
	'/admin/outward': ['outward.see'],
	'/admin/sources': ['source.technical'],
	'/admin/deliveries': ['source.technical'],
	'/admin/tokens': ['token.technical', 'token.scope'],
	'/admin/exchanges': ['source.technical'],
	'/admin/kinds': ['kind.edit'],
	'/admin/boundaries': ['boundary.load'],
	'/admin/channels': ['channel.technical'],
	'/admin/hosts': ['host.allow'],
	'/admin/screens': ['screen.manage'],
	'/admin/audit': ['audit.read']
};

/** Routes that answer without a session. API and wall ask for tokens of their own. */
const publicRoutes = ['/login', '/logout', '/healthz', '/readyz', '/metrics', '/api/v1', '/wall'];

/** Routes that pages call by themselves: they keep nobody signed in. */
const backgroundRoutes = ['/live', '/notices/live'];

/** `/(app)/admin/accounts/[id]` → `/admin/accounts/[id]`: groups are no part of the path. */
export function routePath(routeId: string): string {
	return routeId.replace(/\/\([^)]+\)/g, '') || '/';
}

function isAtOrBelow(path: string, prefix: string): boolean {
	return path === prefix || path.startsWith(`${prefix}/`);
}

export function isPublicRoute(path: string): boolean {
	return publicRoutes.some((prefix) => isAtOrBelow(path, prefix));
}

export function isBackgroundRoute(path: string): boolean {
	return backgroundRoutes.some((prefix) => isAtOrBelow(path, prefix));
}

/** The actions of which one opens this path; null when the path stands nowhere. `/` opens itself only, not everything below. */
export function actionsOf(path: string): readonly Action[] | null {
	const prefixes = Object.keys(routeActions).filter((prefix) => isAtOrBelow(path, prefix));
	const longest = prefixes.sort((a, b) => b.length - a.length)[0];
	return longest === undefined ? null : routeActions[longest]!;
}

/** May this person open the path? Also for the navigation: what is refused is not offered. */
export function mayOpen(actor: Pick<Actor, 'role' | 'grants'>, path: string): boolean {
	return actionsOf(path)?.some((action) => may(actor, action)) ?? false;
}
