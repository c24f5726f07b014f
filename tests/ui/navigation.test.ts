import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { roles } from '#lib/access/actor.ts';
import { mayOpen } from '#lib/access/routes.ts';
import { homeOf, placeOf, placesFor } from '../../src/routes/(app)/navigation.ts';

describe.each(roles)('the navigation of a %s', (role) => {
	const person = { role, grants: [] };
	const places = placesFor(person);

	it('offers pages that exist and open', () => {
		for (const { href } of places) {
			expect(existsSync(`src/routes/(app)${href}/+page.svelte`), href).toBe(true);
			expect(mayOpen(person, href)).toBe(true);
		}
	});
	it('begins at a page of its own', () => {
		expect(places.map((place) => place.href)).toContain(homeOf(person));
	});
});

describe('the place of a path', () => {
	it('is the longest that holds it', () => {
		const places = placesFor({ role: 'sysadmin', grants: [] });
		expect(placeOf(places, '/admin/accounts/7')).toBe('/admin/accounts');
		expect(placeOf(places, '/admin')).toBe('/admin');
		expect(placeOf(places, '/account')).toBeNull();
	});
});
