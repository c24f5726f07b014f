import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { regionPrefix } from '#lib/access/scope.ts';
import { addDays } from '#lib/calendar/days.ts';
import { sumBurden, yearlyCap } from '#lib/sampling/burden.ts';
import { campaignFault } from '#lib/sampling/campaigns/content.ts';
import { campaignQuery, parseCampaignFilter } from '#lib/sampling/campaigns/list-filter.ts';
import { afterCampaignMove, campaignStates } from '#lib/sampling/campaigns/states.ts';
import { leadQuery, misreadLeads, parseLeadFilter } from '#lib/sampling/leads/list.ts';
import { coveragePercent, entryFault, promisedCount, type PlanEntry } from '#lib/sampling/plans/entry.ts';
import { scopeOfForm } from '#lib/sampling/plans/form.ts';
import { scopeWithin, undirectedFault, wholeOf } from '#lib/sampling/plans/scope-rules.ts';
import { afterPlanMove, planInForce, planStates } from '#lib/sampling/plans/states.ts';
import { defaultDue, dueFault } from '#lib/sampling/plans/window.ts';
import { presetDefaults } from '#lib/sampling/presets/defaults.ts';
import { misreadTasks, parseTaskFilter, taskQuery } from '#lib/sampling/tasks/list.ts';
import type { TaskScope } from '#lib/sampling/tasks/scope.ts';
import { taskName } from '#lib/sampling/tasks/task.ts';
import { scopeOf } from './plans-support.ts';

/** What a scope asks of an enterprise; members of warnings come in besides. */
type One = { readonly region: string; readonly industry: string; readonly class: string; readonly tags: readonly string[]; readonly on: string };
function holds(scope: TaskScope, e: One): boolean {
	return (
		scope.cells.some((c) => e.region.startsWith(regionPrefix(c.region)) && (c.industry === '*' || (c.industry === '-' ? e.industry === '-' : e.industry.startsWith(c.industry)))) &&
		(scope.classes === null || scope.classes.some((k) => k === e.class)) &&
		(scope.tags === null || scope.tags.some((tag) => e.tags.includes(tag))) &&
		(scope.establishedFrom === null || e.on >= scope.establishedFrom) &&
		(scope.establishedTo === null || e.on <= scope.establishedTo)
	);
}

const regions = ['320000', '320400', '320412', '320404', '320500', '320505'];
const industries = ['*', 'H', 'H62', 'H61', 'C', 'C13', '-'];
const cell = fc.record({ region: fc.constantFrom(...regions), industry: fc.constantFrom(...industries) });
const days = ['2020-01-01', '2021-06-30', '2023-12-31'];
const some = <T>(values: readonly T[]) => fc.oneof(fc.constant(null), fc.subarray([...values], { minLength: 1 }));
const scopes: fc.Arbitrary<TaskScope> = fc.record({
	cells: fc.array(cell, { minLength: 1, maxLength: 3 }), memberWarnings: fc.constant([]), classes: some(['A', 'B', 'C', 'D', 'none'] as const),
	tags: some(['food', 'drug']), establishedFrom: fc.constantFrom(null, ...days), establishedTo: fc.constantFrom(null, ...days)
});
const enterprises: fc.Arbitrary<One> = fc.record({
	region: fc.constantFrom('320412', '320404', '320505'), industry: fc.constantFrom('H621', 'H611', 'C135', '-'), class: fc.constantFrom('A', 'B', 'C', 'D', 'none'),
	tags: fc.subarray(['food', 'drug']), on: fc.constantFrom('2019-05-01', '2020-01-01', '2022-02-02', '2024-01-01')
});

describe('a scope within another', () => {
	it('holds nobody whom the other does not hold', () => {
		fc.assert(
			fc.property(scopes, scopes, enterprises, (inner, outer, e) => {
				if (scopeWithin(inner, outer) && holds(inner, e)) expect(holds(outer, e)).toBe(true);
			}),
			{ numRuns: 2000 }
		);
	});

	it('is true of itself and of what is narrower, and not of what is wider', () => {
		fc.assert(fc.property(scopes, (scope) => void expect(scopeWithin(scope, scope)).toBe(true)));
		const city = scopeOf({ cells: [{ region: '320400', industry: 'H' }] });
		expect(scopeWithin(scopeOf(), city)).toBe(true);
		expect(scopeWithin(city, scopeOf())).toBe(false);
		expect(scopeWithin(scopeOf(), scopeOf({ classes: ['C'] }))).toBe(false);
		expect(scopeWithin(scopeOf({ memberWarnings: ['w'] }), scopeOf())).toBe(false);
		expect(scopeWithin(scopeOf({ cells: [{ region: '320412', industry: '-' }] }), scopeOf({ cells: [{ region: '320412', industry: 'H' }] }))).toBe(false);
	});
});

describe('an undirected draw', () => {
	const whole = wholeOf('320400', null);

	it('looks at everybody of the jurisdiction and at nobody else, whatever is asked', () => {
		fc.assert(
			fc.property(scopes, enterprises, (scope, e) => {
				if (undirectedFault(scope, whole) === null) expect(holds(scope, e)).toBe(e.region.startsWith('3204'));
			}),
			{ numRuns: 2000 }
		);
	});

	it.each([
		['cells', { cells: [{ region: '320412', industry: '*' }] }],
		['cells', { cells: [{ region: '320400', industry: 'H' }] }],
		['cells', { cells: [{ region: '320000', industry: '*' }] }],
		['warnings', { cells: whole, memberWarnings: ['w'] }],
		['classes', { cells: whole, classes: ['D'] }],
		['tags', { cells: whole, tags: ['food'] }],
		['dates', { cells: whole, establishedFrom: '2020-01-01' }]
	] as const)('is not narrowed by %s', (what, change) => expect(undirectedFault(scopeOf(change as Partial<TaskScope>), whole)).toBe(what));

	it('is of nobody’s warnings', () => {
		expect(undirectedFault(scopeOf({ cells: whole }), whole, 1)).toBe('warnings');
		expect(undirectedFault(scopeOf({ cells: whole }), whole)).toBeNull();
	});

	it('is of a department’s industries where it has only those', () => {
		const own = wholeOf('320400', ['C13', 'C14']);
		expect(undirectedFault(scopeOf({ cells: own }), own)).toBeNull();
		expect(undirectedFault(scopeOf({ cells: own.slice(1) }), own)).toBe('cells');
	});
});

describe('a line of a plan', () => {
	const line: PlanEntry = {
		itemId: 'registration', kind: 'targeted', occurrence: 'periodic', scope: scopeOf(), departmentIds: [], fromOn: '2026-01-01', untilOn: '2026-12-31',
		mode: 'number', promised: 20, note: ''
	};
	it.each([
		[null, {}],
		['scope-empty', { scope: scopeOf({ cells: [] }) }],
		['window-backwards', { fromOn: '2026-05-01', untilOn: '2026-04-01' }],
		['window-outside-year', { untilOn: '2027-01-01' }],
		['promise-not-a-number', { promised: 2.5 }],
		['promise-not-a-number', { promised: 0 }],
		['promise-not-a-share', { mode: 'ratio', promised: 1.01 }],
		['promise-not-a-share', { mode: 'ratio', promised: 0 }],
		[null, { mode: 'ratio', promised: 1 }],
		['undirected-narrowed', { kind: 'undirected' }],
		[null, { kind: 'undirected', scope: scopeOf({ cells: wholeOf('320400', null) }) }]
	] as const)('is refused as %s', (reason, change) => expect(entryFault({ ...line, ...(change as Partial<PlanEntry>) }, 2026, wholeOf('320400', null))?.reason ?? null).toBe(reason));

	it('promises whole enterprises, and never fewer than the share', () => {
		expect(promisedCount('ratio', 0.07, 100)).toBe(7);
		fc.assert(
			fc.property(fc.integer({ min: 1, max: 100 }), fc.nat(100_000), (percent, inScope) => {
				const n = promisedCount('ratio', percent / 100, inScope);
				expect(n * 100).toBeGreaterThanOrEqual(percent * inScope);
				expect((n - 1) * 100).toBeLessThan(percent * inScope || 1);
			})
		);
	});

	it('is covered in full only when everything was done', () => {
		expect(coveragePercent(5, 0)).toBeNull();
		fc.assert(fc.property(fc.nat(5000), fc.integer({ min: 1, max: 5000 }), (done, promised) => void expect(coveragePercent(done, promised)! >= 100).toBe(done >= promised)));
	});
});

describe('the day a task is due', () => {
	const window = { fromOn: '2026-03-01', untilOn: '2026-06-30' };
	it.each([
		['2026-05-01', '2026-04-01', window, null],
		['2026-03-31', '2026-04-01', window, 'due-in-the-past'],
		['2026-07-01', '2026-04-01', window, 'due-outside-window'],
		['2026-02-20', '2026-02-01', window, 'due-outside-window'],
		['2026-07-02', '2026-07-01', window, 'window-over'],
		['2026-07-02', '2026-07-01', null, null]
	] as const)('%s on %s', (due, today, inside, fault) => expect(dueFault(due, today, inside)).toBe(fault));

	it('is by itself one that is not refused', () => {
		const day = fc.nat(400).map((n) => addDays('2026-01-01', n));
		fc.assert(
			fc.property(day, day, day, (today, a, b) => {
				const inside = { fromOn: a < b ? a : b, untilOn: a < b ? b : a };
				const fault = dueFault(defaultDue(today, addDays(today, 30), inside), today, inside);
				expect(fault).toBe(inside.untilOn < today ? 'window-over' : null);
			})
		);
	});
});

describe('states', () => {
	it('let a plan be changed before its approval only, and end it once', () => {
		expect(planStates.filter((state) => afterPlanMove(state, 'submit') !== null)).toEqual(['draft']);
		expect(planStates.filter((state) => afterPlanMove(state, 'return') !== null)).toEqual(['submitted']);
		expect(planStates.filter(planInForce)).toEqual(['approved', 'filed']);
		expect(afterPlanMove('approved', 'file')).toBe('filed');
		expect(afterPlanMove('closed', 'close')).toBeNull();
	});

	it('let a campaign be carried out only when it was approved', () => {
		expect(campaignStates.filter((state) => afterCampaignMove(state, 'finish') !== null)).toEqual(['approved']);
		expect(campaignStates.filter((state) => afterCampaignMove(state, 'cancel') !== null)).toEqual(['draft', 'submitted', 'approved']);
		const content = { name: '专项检查', reason: '起因', basis: '依据', plan: '方案', itemId: 'x', scope: scopeOf(), fromOn: '2026-02-01', untilOn: '2026-01-31' };
		expect(campaignFault(content, '2026-01-01')).toBe('window-backwards');
		expect(campaignFault({ ...content, untilOn: '2026-03-01' }, '2026-03-02')).toBe('window-over');
		expect(campaignFault({ ...content, untilOn: '2026-03-01', scope: scopeOf({ cells: [] }) }, '2026-01-02')).toBe('scope-empty');
	});
});

describe('the burden of an enterprise', () => {
	it('holds every visit once', () => {
		const visit = fc.record({ planned: fc.boolean(), departmentId: fc.constantFrom('market', 'culture') });
		fc.assert(
			fc.property(fc.array(visit), (visits) => {
				const sum = sumBurden(visits, 'market');
				expect(sum.own + sum.others + sum.forCause).toBe(sum.total);
				expect(sum.total).toBe(visits.length);
				expect(sum.own).toBeLessThanOrEqual(visits.filter((v) => v.departmentId === 'market').length);
			})
		);
	});

	it('is held by the cap of its class, or by that of key enterprises', () => {
		const national = presetDefaults.find((preset) => preset.id === 'national')!.rules;
		expect(yearlyCap(national, { class: 'B', keyClass: false })).toBe(1);
		expect(yearlyCap(national, { class: 'D', keyClass: false })).toBe(4);
		expect(yearlyCap(national, { class: 'A', keyClass: true })).toBe(4);
		expect(yearlyCap({ ...national, keyClass: { limits: [], quote: '' } }, { class: 'A', keyClass: true })).toBeNull();
	});
});

describe('filters', () => {
	const text = fc.constantFrom('', 'CC2026', '餐饮 检查', 'a&b=c');
	const skip = fc.constantFrom(0, 50, 100);
	it('are in the address what they were', () => {
		const task = fc.record({
			door: fc.constantFrom('all', 'review'), kind: fc.constantFrom(null, 'campaign'), source: fc.constantFrom(null, 'plan'), crossing: fc.constantFrom(null, 'joint'),
			state: fc.constantFrom(null, 'done'), due: fc.constantFrom(null, 'over'), plan: fc.constantFrom(null, 'abc-1'), campaign: fc.constantFrom(null, 'c-2'), q: text, skip
		} as const);
		fc.assert(fc.property(task, (f) => void expect(parseTaskFilter(new URLSearchParams(taskQuery(f, { skip: f.skip })))).toEqual(f)));
		const lead = fc.record({ year: fc.constantFrom(null, 2026), state: fc.constantFrom(null, 'review'), ground: fc.constantFrom(null, 'request'), q: text, skip } as const);
		fc.assert(fc.property(lead, (f) => void expect(parseLeadFilter(new URLSearchParams(leadQuery(f, { skip: f.skip })))).toEqual(f)));
		const campaign = fc.record({ year: fc.constantFrom(null, 2026), state: fc.constantFrom(null, 'approved'), q: text, skip } as const);
		fc.assert(fc.property(campaign, (f) => void expect(parseCampaignFilter(new URLSearchParams(campaignQuery(f, { skip: f.skip })))).toEqual(f)));
	});

	it('ask for nothing that does not exist', () => {
		const filter = parseTaskFilter(new URLSearchParams('door=x&kind=y&state=pooled&skip=-3&plan=%27;drop'));
		expect(filter).toMatchObject({ door: 'all', kind: null, state: null, skip: 0, plan: null });
	});

	it('name what was not understood, and nothing that was', () => {
		const tasks = (query: string) => misreadTasks(new URLSearchParams(query));
		expect(tasks('door=review&kind=campaign&source=plan&crossing=joint&state=done&due=over&plan=abc-1&campaign=c-2&q=x&skip=50&other=1')).toEqual([]);
		expect(tasks('door=x&kind=y&plan=%27;drop&due=')).toEqual(['door=x', 'kind=y', "plan=';drop"]);
		const leads = (query: string) => misreadLeads(new URLSearchParams(query));
		expect(leads('year=2026&state=review&ground=request')).toEqual([]);
		expect(leads('year=abc&state=x&ground=y')).toEqual(['year=abc', 'state=x', 'ground=y']);
	});
});

it('a form’s scope holds each cell once, with the conditions that were set', () => {
	const form = new FormData();
	for (const value of ['320412/H62', 'nonsense']) form.append('cell', value);
	for (const [region, industry] of [['320412', 'H62'], ['320404', '*'], ['', 'H']] as const) {
		form.append('region', region);
		form.append('industry', industry);
	}
	form.set('class', 'D');
	form.set('tags', '食品，药品、 食品');
	form.set('established-from', '2020-01-01');
	expect(scopeOfForm(form)).toEqual({
		cells: [{ region: '320412', industry: 'H62' }, { region: '320404', industry: '*' }], memberWarnings: [], classes: ['D'], tags: ['食品', '药品'],
		establishedFrom: '2020-01-01', establishedTo: null
	});
});

it('a campaign’s task has a name that tells nothing of classes or warnings', () => {
	expect(taskName('2026', '登记事项检查', 'CC2026-000001', 'campaign')).toBe('2026年度登记事项检查专项任务（CC2026-000001）');
	expect(taskName('2026', '登记事项检查', 'X', 'targeted')).toBe(taskName('2026', '登记事项检查', 'X', 'undirected'));
});
