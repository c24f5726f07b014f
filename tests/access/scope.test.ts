import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contains, inScope, regionPrefix, scopeOf } from '#lib/access/scope.ts';

const county = { regionPrefix: '320412', industries: null };
const city = { regionPrefix: '3204', industries: null };
const nation = { regionPrefix: '', industries: null };
const catering = { regionPrefix: '3204', industries: ['H', 'C13'] };

describe('jurisdiction', () => {
	it('knows the prefix of each level', () => {
		expect(['000000', '320000', '320400', '320412'].map(regionPrefix)).toEqual(['', '32', '3204', '320412']);
		expect(() => regionPrefix('3204')).toThrow(RangeError);
	});

	it('shows a row of a parent region only to those who hold all of it', () => {
		expect([nation, city, county].map((scope) => inScope(scope, '320400'))).toEqual([true, true, false]);
		expect([nation, city, county].map((scope) => inScope(scope, '000000'))).toEqual([true, false, false]);
		expect(inScope(city, '320412')).toBe(true);
		expect(inScope(city, '320500')).toBe(false);
	});

	it('shows all and unknown industries only without a restriction', () => {
		expect(['H', 'H62', 'C13', 'C1311', 'C', 'C14', '*', '-', null].map((key) => inScope(catering, '320412', key))).toEqual([
			true, true, true, true, false, false, false, false, false
		]);
		expect(inScope(city, '320412', '-')).toBe(true);
		expect(inScope(catering, '320412')).toBe(true);
	});

	it('shows the three administrators nothing', () => {
		for (const role of ['sysadmin', 'secadmin', 'auditor'] as const) {
			const scope = scopeOf({ role, regionCode: '000000', industries: null });
			expect(inScope(scope, '320412')).toBe(false);
			expect(inScope(scope, '320412', 'H')).toBe(false);
		}
	});

	it('contains a scope exactly when it shows all of its rows', () => {
		const prefixes = fc.constantFrom('', '32', '3204', '320412', '3205', '33');
		const keys = fc.constantFrom('H', 'H62', 'C', 'C13', 'C1311');
		const scopes = fc.record({
			regionPrefix: prefixes,
			industries: fc.option(fc.uniqueArray(keys, { minLength: 1, maxLength: 3 }), { nil: null })
		});
		fc.assert(
			fc.property(scopes, scopes, (outer, inner) => {
				const codes = ['000000', '320000', '320400', '320412', '320500', '330000'];
				const industries = ['H', 'H62', 'C', 'C13', 'C1311', '-', '*'];
				const leaks = codes.some((code) => industries.some((key) => inScope(inner, code, key) && !inScope(outer, code, key)));
				if (contains(outer, inner)) expect(leaks).toBe(false);
			})
		);
	});
});
