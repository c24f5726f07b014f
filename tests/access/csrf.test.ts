import { describe, expect, it } from 'vitest';
import { isSameOrigin } from '#lib/access/csrf.ts';

const own = 'https://qianshao.example';

describe('cross-site rule', () => {
	const cases: readonly (readonly [name: string, method: string, origin: string | null, fetchSite: string | null, expected: boolean])[] = [
		['reading is free', 'GET', 'https://evil.example', 'cross-site', true],
		['our form over https', 'POST', own, 'same-origin', true],
		['our form over plain http, where no fetch metadata is sent', 'POST', own, null, true],
		['our page without an Origin header', 'POST', null, 'same-origin', true],
		['another site', 'POST', 'https://evil.example', 'cross-site', false],
		['a sibling host of the same site', 'POST', 'https://other.example', 'same-site', false],
		['our origin claimed, fetch metadata says otherwise', 'POST', own, 'cross-site', false],
		['another origin, fetch metadata claimed', 'POST', 'https://evil.example', 'same-origin', false],
		['a sandboxed frame', 'POST', 'null', null, false],
		['neither header', 'POST', null, null, false],
		['typed by the user', 'POST', null, 'none', false],
		['another port', 'POST', `${own}:8443`, null, false],
		['http instead of https', 'POST', 'http://qianshao.example', null, false],
		['DELETE as well', 'DELETE', null, null, false],
		['unknown methods as well', 'PROPFIND', null, null, false]
	];
	for (const [name, method, origin, fetchSite, expected] of cases) {
		it(`${expected ? 'lets pass' : 'refuses'}: ${name}`, () => {
			expect(isSameOrigin({ method, origin, fetchSite, ownOrigin: own })).toBe(expected);
		});
	}
});
