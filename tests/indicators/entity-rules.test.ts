import { describe, expect, it } from 'vitest';
import { commonIndustry, countedOnce, knownFacts, mergedChanges, type Fact } from '#lib/indicators/entity.ts';
import { enterpriseRises, prepaidCards, registerThenCancel, repeatedChanges, sharedLinks, shellTransfers, type LinkRules } from '#lib/indicators/entity-rules.ts';
import { shippedIndicators } from '#lib/indicators/defaults.ts';
import { parseDefinition, type DefinitionOf, type MonitorKind } from '#lib/indicators/definition.ts';
import { addDays } from '#lib/calendar/days.ts';

const asOf = '2025-06-30';
const ago = (days: number) => addDays(asOf, -days);
const fact = (uscc: string, daysAgo: number, more: Partial<Fact> = {}): Fact => ({
	key: 'k', uscc, day: ago(daysAgo), received: ago(daysAgo), region: '320412', industry: 'F52', ...more
});
const shipped = <Kind extends MonitorKind>(kind: Kind) =>
	shippedIndicators.find((indicator) => indicator.definition.monitor === kind)!.definition as DefinitionOf<Kind>;
/** Nothing learned and nothing listed. */
const plain: LinkRules = { newcomer: () => ({ perYear: 1.2, shape: 0.3 }), listed: new Map() };
const keyed = (facts: readonly Fact[]) => new Map([['k', [...facts].sort((a, b) => (a.day < b.day ? -1 : 1))]]);
const companies = (n: number, spread: (i: number) => number) => Array.from({ length: n }, (_, i) => fact(`u${i}`, spread(i)));

describe('shipped indicators', () => {
	it.each(shippedIndicators.map((indicator) => [indicator.id, indicator] as const))('%s has a definition that can be read', (_, indicator) => {
		expect(parseDefinition(indicator.definition)).toEqual({ ok: true, definition: indicator.definition });
	});

	it('name what is wrong with a definition', () => {
		expect(parseDefinition({ ...shippedIndicators[0]!.definition, q: 7, floor: 0 })).toMatchObject({ ok: false, fields: ['q', 'floor'] });
	});
});

describe('what was known on an evening', () => {
	it('is what had happened, had been received and was not corrected yet', () => {
		const facts = [
			fact('a', 3), fact('later', -1), fact('late', 3, { received: addDays(asOf, 1) }),
			fact('corrected', 3, { until: asOf }), fact('not yet', 3, { until: addDays(asOf, 1) })
		];
		expect([...knownFacts(keyed(facts), asOf).values()].flat().map((f) => f.uscc).sort()).toEqual(['a', 'not yet']);
		expect(knownFacts(keyed(facts.slice(1, 4)), asOf).size).toBe(0);
	});
});

describe('many at one place', () => {
	const address = shipped('shared-link');

	it('has a limit of its own where the address is listed, whatever its habit', () => {
		const listed: LinkRules = { ...plain, listed: new Map([['k', { limit: 20 }]]) };
		expect(sharedLinks(address, keyed(companies(20, (i) => i)), asOf, '2023-01-01', listed)).toEqual([]);
		const [hit] = sharedLinks(address, keyed(companies(21, (i) => i)), asOf, '2023-01-01', listed);
		expect(hit).toMatchObject({ observed: 21, limit: 21, upper: 20 });
		const always = [...companies(21, (i) => i), ...Array.from({ length: 300 }, (_, i) => fact(`old${i}`, 31 + i))];
		expect(sharedLinks(address, keyed(always), asOf, '2023-01-01', listed)).toHaveLength(1);
	});

	it('is less surprising where strangers are known to meet', () => {
		const facts = keyed(companies(7, (i) => 4 * i));
		const house: LinkRules = { ...plain, newcomer: () => ({ perYear: 0.5, shape: 1 }) };
		const tower: LinkRules = { ...plain, newcomer: () => ({ perYear: 40, shape: 0.6 }) };
		expect(sharedLinks(address, facts, asOf, '2023-01-01', house)).toHaveLength(1);
		expect(sharedLinks(address, facts, asOf, '2025-05-20', tower)).toEqual([]);
	});

	it('is a whole place when its desks are taken together', () => {
		const desks = keyed(companies(8, (i) => i).map((one) => ({ ...one, place: 'park' as const, whole: true })));
		expect(sharedLinks(address, desks, asOf, '2023-01-01', plain)).toMatchObject([{ scopeKind: 'place', observed: 8 }]);
	});

	it('is raised at the limit, with its members', () => {
		expect(sharedLinks(address, keyed(companies(5, (i) => i)), asOf, '2023-01-01', plain)).toEqual([]);
		const [hit] = sharedLinks(address, keyed(companies(6, (i) => i)), asOf, '2023-01-01', plain);
		expect(hit).toMatchObject({ observed: 6, limit: 6, scopeKind: 'address' });
		expect(hit!.facts).toHaveLength(6);
	});

	it('counts an enterprise once', () => {
		const twice = [...companies(5, (i) => i), fact('u0', 9)];
		expect(sharedLinks(address, keyed(twice), asOf, '2023-01-01', plain)).toEqual([]);
	});

	it('leaves an office tower alone that always has as many', () => {
		const tower = companies(80, (i) => Math.floor(i * 5));
		expect(sharedLinks(address, keyed(tower), asOf, '2023-01-01', plain)).toEqual([]);
		const burst = [...tower, ...Array.from({ length: 25 }, (_, i) => fact(`b${i}`, i % 10))];
		expect(sharedLinks(address, keyed(burst), asOf, '2023-01-01', plain)).toHaveLength(1);
	});
});

describe('changes', () => {
	const change = (item: string, daysAgo: number) => fact('u', daysAgo, { item, kind: 'change' });

	it('of one item within days are fragments of one', () => {
		const moved = [change('address', 12), change('address', 11), change('address', 10), change('address', 2)];
		expect(mergedChanges(moved, 7).map((f) => f.day)).toEqual([ago(12), ago(2)]);
	});

	it('repeat when they come in separate applications', () => {
		const once = ['legal-representative', 'address', 'shareholders', 'capital', 'name'].map((item) => change(item, 20));
		expect(repeatedChanges(shipped('repeated-changes'), keyed(once), asOf)).toEqual([]);
		const often = [150, 110, 80, 40, 5].map((days) => change('legal-representative', days));
		expect(repeatedChanges(shipped('repeated-changes'), keyed(often), asOf)[0]).toMatchObject({ observed: 5 });
	});

	it('of representative, address and shareholders within thirty days are a shell transfer', () => {
		const all = [change('legal-representative', 28), change('address', 15), change('shareholders', 1)];
		expect(shellTransfers(shipped('shell-transfer'), keyed(all), asOf)).toHaveLength(1);
		expect(shellTransfers(shipped('shell-transfer'), keyed(all), addDays(asOf, 3))).toEqual([]);
		expect(shellTransfers(shipped('shell-transfer'), keyed(all.slice(1)), asOf)).toEqual([]);
	});
});

describe('complaints', () => {
	const complaint = (daysAgo: number, person: string | null, more: Partial<Fact> = {}) =>
		fact('u', daysAgo, { kind: 'complaint', item: '预付卡', person, ...more });
	const rates = { enterprises: 10_000, perYear: () => 0.5 };

	it('of one person over several channels count once', () => {
		expect(countedOnce([complaint(9, 'a'), complaint(8, 'a'), complaint(7, 'b'), complaint(6, null), complaint(5, null)])).toHaveLength(4);
		const angry = Array.from({ length: 28 }, (_, i) => complaint(i % 11, 'a'));
		expect(enterpriseRises(shipped('enterprise-rise'), keyed(angry), asOf, rates)).toEqual([]);
	});

	it('rise when many people complain about one enterprise', () => {
		const many = Array.from({ length: 9 }, (_, i) => complaint(i, `p${i}`));
		const [hit] = enterpriseRises(shipped('enterprise-rise'), keyed(many), asOf, rates);
		expect(hit).toMatchObject({ observed: 9, limit: null, scopeKind: 'enterprise' });
		expect(hit!.q!).toBeLessThan(0.01);
	});

	it('do not rise at an enterprise that always has them', () => {
		const always = Array.from({ length: 260 }, (_, i) => complaint(Math.floor(i * 1.5), `p${i}`));
		expect(enterpriseRises(shipped('enterprise-rise'), keyed(always), asOf, rates)).toEqual([]);
	});

	it('about prepaid cards need a sign of closing', () => {
		const four = Array.from({ length: 4 }, (_, i) => complaint(i, `p${i}`));
		expect(prepaidCards(shipped('prepaid-card'), keyed(four), asOf)).toEqual([]);
		const closing = [...four, fact('u', 40, { kind: 'abnormal-list' })];
		expect(prepaidCards(shipped('prepaid-card'), keyed(closing), asOf)[0]).toMatchObject({ observed: 4, kinds: ['complaint', 'abnormal-list'] });
	});
});

describe('soon cancelled', () => {
	it('is raised for three enterprises of one address', () => {
		expect(registerThenCancel(shipped('register-then-cancel'), keyed(companies(2, (i) => i)), asOf)).toEqual([]);
		expect(registerThenCancel(shipped('register-then-cancel'), keyed(companies(3, (i) => i)), asOf)).toHaveLength(1);
	});
});

describe('the place of a warning', () => {
	it.each([
		[['F5219', 'F5211'], 'F521'], [['F52', 'F51'], 'F'], [['C13', 'F52'], '*'], [['-', '-'], '-'], [['C1311'], 'C1311']
	])('of trades %j is %s', (keys, expected) => expect(commonIndustry(keys)).toBe(expected));
});
