import { describe, expect, test } from 'vitest';
import { shippedIndicators } from '#lib/indicators/defaults.ts';
import { confirmedOn, figuresOf, fitCapacity } from '#lib/indicators/preview/capacity.ts';
import type { PreviewResult, Raised } from '#lib/indicators/preview/result.ts';
import { episodesAt, type FollowRules, type Sighting, type SweptEvening } from '#lib/indicators/preview/sightings.ts';
import { leverOf, loosened, settingOf, settingsOf, withSetting } from '#lib/indicators/preview/steps.ts';
import { parseDefinition } from '#lib/indicators/definition.ts';

const weeks = 20;
const confirmed: Raised = [3, 0, 0, 0];
const unknown = (week: number, desk = 0): Raised => [week, desk, 4, -1];

/** Desk 0 gets one a week at 0.01 and two at 0.1, with a week of nine; desk 1 one in all. */
const result: PreviewResult = {
	version: 1, months: 12, from: '2026-01-05', to: '2026-05-24', lever: 'q', byEvening: true, setting: 0.01, rows: [], evenings: 60, names: { regions: {}, industries: {} },
	weeks: Array.from({ length: weeks }, (_, week) => ({ from: `w${week}`, held: week === 19 })),
	desks: [{ id: 'a', name: 'A' }, { id: 'b', name: 'B' }],
	confirmed: [{ desk: 0, id: 'x' }, { desk: 1, id: 'y' }],
	steps: [
		{ setting: 0.001, raised: [confirmed] },
		{ setting: 0.01, raised: [confirmed, confirmed, ...Array.from({ length: 19 }, (_, week) => unknown(week)), unknown(0, 1)] },
		{ setting: 0.1, raised: [...Array.from({ length: 19 }, (_, week) => [unknown(week), unknown(week)]).flat(), ...Array.from({ length: 7 }, () => unknown(5)), unknown(0, 1)] }
	]
};

describe('a capacity', () => {
	test('is fitted by the loosest setting that keeps nine weeks of ten within it, whatever the worst week', () => {
		expect(fitCapacity(result, 0, 2)).toMatchObject({ setting: 0.1, median: 2, worst: 9, total: 45 });
		expect(fitCapacity(result, 0, 1)).toMatchObject({ setting: 0.01, median: 1, worst: 3 });
		expect(fitCapacity(result, 1, 0)).toMatchObject({ setting: 0.1 });
	});

	test('below what the strictest gives fits nothing', () => {
		const busy = { ...result, steps: [{ setting: 0.001, raised: Array.from({ length: 19 }, (_, week) => unknown(week)) }] };
		expect(fitCapacity(busy, null, 0)).toBeNull();
	});

	test('counts each confirmed warning once, on its own desk, and leaves out weeks that could not be judged', () => {
		expect(figuresOf(result, result.steps[1]!, null)).toMatchObject({ kept: 1, verdicts: { confirmed: 2, unknown: 20 } });
		expect(figuresOf(result, result.steps[1]!, 1)).toMatchObject({ kept: 0, total: 1, median: 0 });
		expect([confirmedOn(result, null), confirmedOn(result, 0)]).toEqual([2, 1]);
	});
});

describe('the settings of a preview', () => {
	test.each(shippedIndicators.map((shipped) => [shipped.id, shipped.definition] as const))('%s: hold its own, and each may be put into a draft', (_, definition) => {
		const settings = settingsOf(definition);
		if (leverOf(definition) === null) return expect([settings, settingOf(definition)]).toEqual([[], null]);
		expect(settings).toContain(settingOf(definition));
		for (const setting of settings) expect(parseDefinition(withSetting(definition, setting)).ok).toBe(true);
		expect(settingOf(loosened(definition))).toBe(settings.at(-1));
	});
});

describe('following what was seen', () => {
	const seen = (key: string, q: number): Sighting => ({ key, q, strength: -Math.log(q), observed: 10, expected: 2 });
	const evening = (day: string, sightings: Sighting[], goesOn: SweptEvening['goesOn'] = {}): SweptEvening => ({ day, held: false, sightings, goesOn });
	const rules: FollowRules = { clearAfterDays: 7, stepUp: true, relation: () => 'apart' };
	const at = (evenings: SweptEvening[], q: number, own: Partial<FollowRules> = {}) =>
		episodesAt(evenings, -Math.log(q), { ...rules, ...own }).map(({ key, on, until }) => `${key} ${on} ${until}`);

	test('a setting raises on the first evening that is strong enough for it', () => {
		const evenings = [evening('2026-03-02', [seen('a', 0.05)]), evening('2026-03-04', [seen('a', 0.004)])];
		expect(at(evenings, 0.1)).toEqual(['a 2026-03-02 2026-03-04']);
		expect(at(evenings, 0.01)).toEqual(['a 2026-03-04 2026-03-04']);
		expect(at(evenings, 0.001)).toEqual([]);
	});

	test('the second of an evening is held against twice the error', () => {
		const evenings = [evening('2026-03-02', [seen('a', 0.001), seen('b', 0.018)])];
		expect(at(evenings, 0.01)).toHaveLength(2);
		expect(at(evenings, 0.01, { stepUp: false })).toHaveLength(1);
	});

	test('an episode goes on while it is not usual, clears after calm days, and soon after is the same again', () => {
		const rise = evening('2026-03-02', [seen('a', 0.001)]);
		const fading = evening('2026-03-20', [], { a: 'fading' });
		const calm = evening('2026-03-28', []);
		expect(at([rise, fading, calm, evening('2026-04-05', [seen('a', 0.001)])], 0.01)).toEqual(['a 2026-03-02 2026-04-05']);
		expect(at([rise, fading, calm, evening('2026-04-12', [seen('a', 0.001)])], 0.01)).toEqual(['a 2026-03-02 2026-03-20', 'a 2026-04-12 2026-04-12']);
		expect(at([rise, evening('2026-03-28', [], { a: 'held' }), evening('2026-04-12', [seen('a', 0.001)])], 0.01)).toEqual(['a 2026-03-02 2026-04-12']);
	});

	test('what lies mostly in an open one is its echo; a wider one takes its place', () => {
		const evenings = [evening('2026-03-02', [seen('a', 0.001)]), evening('2026-03-04', [seen('b', 0.001)])];
		expect(at(evenings, 0.01, { relation: () => 'echo' })).toEqual(['a 2026-03-02 2026-03-04']);
		expect(at([...evenings, evening('2026-03-06', [], { a: 'fading', b: 'fading' })], 0.01, { relation: () => 'absorbs' })).toEqual([
			'a 2026-03-02 2026-03-04', 'b 2026-03-04 2026-03-06'
		]);
	});
});
