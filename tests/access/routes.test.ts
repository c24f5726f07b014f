import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { roles } from '#lib/access/actor.ts';
import { actionsOf, isPublicRoute, mayOpen, routeActions, routePath } from '#lib/access/routes.ts';

/** Ids of all routes that answer, read from the folder. */
function routeIds(folder: string, id = ''): string[] {
	return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
		if (entry.isDirectory()) return routeIds(join(folder, entry.name), `${id}/${entry.name}`);
		return /^\+(page|server)\b/.test(entry.name) ? [id || '/'] : [];
	});
}

describe('route table', () => {
	const folder = join(import.meta.dirname, '../../src/routes');
	const paths = existsSync(folder) ? [...new Set(routeIds(folder).map(routePath))] : [];

	for (const path of paths) {
		it(`says who opens ${path}`, () => {
			expect(isPublicRoute(path) || actionsOf(path) !== null).toBe(true);
		});
	}

	it('opens nothing that it does not name', () => {
		expect(actionsOf('/unheard-of')).toBeNull();
		expect(mayOpen({ role: 'leader', grants: ['approver'] }, '/unheard-of')).toBe(false);
		expect(actionsOf('/mapping')).toBeNull();
	});

	it('judges a path by the longest entry that holds it', () => {
		expect(actionsOf('/admin/accounts/[id]')).toBe(routeActions['/admin/accounts']);
		expect(routePath('/(app)/admin/accounts/[id]')).toBe('/admin/accounts/[id]');
		expect(routePath('/(app)')).toBe('/');
	});

	it('lets business roles into no administration and administrators into no business page', () => {
		const opened = Object.fromEntries(roles.map((role) => [role, Object.keys(routeActions).filter((path) => mayOpen({ role, grants: [] }, path))]));
		const common = ['/', '/account', '/notices', '/refused', '/style'];
		expect(opened.sysadmin).toEqual([...common, '/admin', '/admin/accounts', '/admin/departments', '/admin/calendar', '/admin/jobs', '/admin/outward', '/admin/sources', '/admin/deliveries', '/admin/tokens', '/admin/exchanges', '/admin/kinds', '/admin/boundaries', '/admin/channels']);
		expect(opened.secadmin).toEqual([...common, '/admin', '/admin/accounts', '/admin/tokens', '/admin/hosts', '/admin/screens']);
		expect(opened.auditor).toEqual([...common, '/admin', '/admin/audit']);
		expect(opened.inspector).toEqual([...common, '/my-tasks']);
		for (const role of ['leader', 'monitor', 'planner'] as const) {
			expect(opened[role]!.filter((path) => path.startsWith('/admin'))).toEqual([]);
			expect(opened[role]).toContain('/map');
		}
	});
});
