import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addMonths, monthsBetween } from '#lib/calendar/days.ts';
import { cohortReach, firstWholeMonth, heldFrom } from '#lib/structure/cohort-reach.ts';
import { cohortHref, cohortRowsHref, misreadCohort, parseCohortQuery, parseCohortRows } from '#lib/structure/cohort-query.ts';
import { ages, cohortTriangle, shareBy, survival, type StepCount } from '#lib/structure/cohorts.ts';

const founded = (cohort: string, n: number): StepCount => ({ cohort, step: 'founded', month: cohort, n });
const step = (cohort: string, kind: StepCount['step'], age: number, n: number): StepCount => ({ cohort, step: kind, month: addMonths(cohort, age), n });

describe('the triangle of cohorts', () => {
	const counts = [
		founded('2026-01-01', 100), step('2026-01-01', 'ended', 0, 2), step('2026-01-01', 'ended', 3, 8), step('2026-01-01', 'bad', 1, 5), founded('2026-02-01', 20),
		step('2026-02-01', 'ended', 1, 1), step('2026-02-01', 'undated', 0, 3), founded('2026-03-01', 40), founded('2026-05-01', 7)
	];
	const reach = { first: '2026-01-01', last: '2026-05-01' };

	it('follows each month, and leaves empty what is not full yet', () => {
		const months = cohortTriangle(counts, 'alive', 'month', reach, null);
		expect(months.map(({ from }) => from)).toEqual(['2026-05-01', '2026-04-01', '2026-03-01', '2026-02-01', '2026-01-01']);
		const [may, april, , february, january] = months;
		expect(january!.cells.map(({ n }) => n)).toEqual([98, 90, null, null, null, null]);
		expect([february!.founded, february!.few, february!.undated, february!.cells[0]!.share]).toEqual([20, true, 3, 0.95]);
		expect(april!.cells.every(({ n }) => n === null)).toBe(true);
		expect(may!.cells.every(({ n }) => n === null)).toBe(true);
	});

	it('takes quarters that are whole, each month by its own age', () => {
		const [quarter, ...others] = cohortTriangle(counts, 'ended', 'quarter', reach, null);
		expect(others).toEqual([]);
		expect([quarter!.from, quarter!.to, quarter!.founded]).toEqual(['2026-01-01', '2026-03-01', 160]);
		// After one month: two of January, one of February; after three not all of March are that old.
		expect(quarter!.cells.map(({ n }) => n)).toEqual([3, null, null, null, null, null]);
		expect(cohortTriangle(counts, 'ended', 'quarter', { ...reach, first: '2026-02-01' }, null)).toEqual([]);
	});

	it('says nothing of what was not known from the beginning', () => {
		const cells = (knownFrom: string | null) => cohortTriangle(counts, 'bad', 'month', reach, knownFrom).map(({ cells: [first] }) => first!.n);
		expect(cells(null)).toEqual([null, null, null, null, null]);
		expect(cells('2026-02-01')).toEqual([null, null, 0, 0, null]);
		expect(cells('2026-01-01')).toEqual([null, null, 0, 0, 5]);
	});
});

describe('survival', () => {
	it('is that of the classic life table', () => {
		const counts = [founded('2026-01-01', 100), step('2026-01-01', 'ended', 1, 10), step('2026-01-01', 'ended', 2, 9), founded('2026-03-01', 100), step('2026-03-01', 'ended', 0, 20)];
		const points = survival(counts, { first: '2026-01-01', last: '2026-03-01' });
		// Age 0: 20 of 200 ended. Ages 1 and 2 are reached by January alone: 10 of 100, then 9 of 90.
		expect(points.map(({ age, atRisk, ended }) => [age, atRisk, ended])).toEqual([[0, 200, 20], [1, 100, 10], [2, 90, 9]]);
		expect(points.map(({ share }) => share.toFixed(3))).toEqual(['0.900', '0.810', '0.729']);
	});

	it('never rises, and without anybody leaving the eye it is the plain share', () => {
		const lives = fc.array(fc.record({ born: fc.integer({ min: 0, max: 20 }), life: fc.option(fc.integer({ min: 0, max: 40 }), { nil: null }) }), { minLength: 30, maxLength: 300 });
		fc.assert(fc.property(lives, (list) => {
			const counts = list.flatMap(({ born, life }) => {
				const cohort = addMonths('2024-01-01', born);
				return [founded(cohort, 1), ...(life === null ? [] : [step(cohort, 'ended', life, 1)])];
			});
			const reach = { first: '2024-01-01', last: addMonths('2024-01-01', 60) };
			const points = survival(counts, reach);
			for (const [i, { age, share }] of points.entries()) {
				if (i > 0) expect(share).toBeLessThanOrEqual(points[i - 1]!.share + 1e-12);
				const gone = list.filter(({ life }) => life !== null && life <= age).length;
				expect(share).toBeCloseTo(1 - gone / list.length, 9);
				expect(shareBy(counts, 'ended', age, reach)).toBeCloseTo(gone / list.length, 9);
			}
		}));
	});

	it('stops where fewer than thirty are left to judge by', () => {
		expect(survival([founded('2026-01-01', 29)], { first: '2026-01-01', last: '2026-05-01' })).toEqual([]);
		expect(shareBy([founded('2026-01-01', 29)], 'bad', 1, { first: '2026-01-01', last: '2026-05-01' })).toBeNull();
	});
});

describe('which cohorts can be followed', () => {
	const known = { registrations: '2024-05-23', cancellations: '2024-05-04' };

	it('begins where everything is known and ends with the last whole month', () => {
		expect(cohortReach(known, '2024-03-01', '2026-11-20', '2022-11-01')).toEqual({ first: '2024-06-01', last: '2026-10-01' });
		expect(cohortReach(known, '2024-09-01', '2026-10-31', '2022-11-01')).toEqual({ first: '2024-09-01', last: '2026-10-01' });
		expect(cohortReach({ ...known, registrations: null }, null, '2026-11-20', '2025-01-01')).toEqual({ first: '2025-01-01', last: '2026-10-01' });
	});

	it('is none without cancellations, without a day, or while the register holds survivors only', () => {
		expect(cohortReach({ ...known, cancellations: null }, '2024-06-01', '2026-11-20', '2022-11-01')).toBeNull();
		expect(cohortReach(known, '2024-06-01', null, '2022-11-01')).toBeNull();
		expect(cohortReach(known, null, '2026-11-20', '2022-11-01')).toBeNull();
		expect(cohortReach(known, '2024-06-01', '2024-06-20', '2022-11-01')).toBeNull();
	});

	it('finds since when the register holds who was registered', () => {
		const months = (...shares: readonly number[]) => shares.map((share, i) => ({ month: addMonths('2024-01-01', i), counted: 100, founded: share }));
		expect(heldFrom(months(40, 95, 45, 92, 100, 99, 80))).toBe('2024-04-01');
		expect(heldFrom(months(40, 50, 60))).toBeNull();
		expect(heldFrom([{ month: '2024-01-01', counted: 5, founded: 0 }, { month: '2024-02-01', counted: 5, founded: 2 }])).toBe('2024-01-01');
		expect([firstWholeMonth('2024-05-07'), firstWholeMonth('2024-05-08')]).toEqual(['2024-05-01', '2024-06-01']);
	});
});

it('comes back as an address was asked', () => {
	const query = { region: '320400', industry: 'C13', month: '2026-09-01', measure: 'bad' as const, by: 'month' as const };
	expect(parseCohortQuery(new URL(cohortHref(query), 'http://x').searchParams, '320000')).toEqual(query);
	expect(parseCohortQuery(new URLSearchParams({ region: '3', measure: 'x', by: 'day', industry: 'c', month: '2026' }), '320000')).toEqual({ region: '320000', industry: null, month: null, measure: 'alive', by: 'quarter' });
	const rows = { ...query, from: '2025-01-01', to: '2025-03-01', age: 12 as const, exact: true };
	expect(parseCohortRows(new URL(cohortRowsHref(rows), 'http://x').searchParams, '320000')).toEqual(rows);
	expect(parseCohortRows(new URLSearchParams({ from: '2025-03', to: '2025-01' }), '320000')).toBeNull();
	expect(monthsBetween(rows.from, rows.to)).toBe(2);
});

it('says what an address of rows asks that nobody understands', () => {
	const misread = (params: URLSearchParams) => misreadCohort(params, '2026-11-01');
	const rows = { region: '320400', industry: 'C13', month: '2026-09-01', measure: 'bad' as const, by: 'month' as const, from: '2025-01-01', to: '2026-11-01', exact: true };
	for (const age of [null, ...ages]) expect(misread(new URL(cohortRowsHref({ ...rows, age }), 'http://x').searchParams)).toEqual([]);
	expect(misread(new URLSearchParams({ from: '2025-01', to: '9999-12' }))).toEqual(['to=9999-12']);
	expect(misread(new URLSearchParams({ from: '2025-01', to: '2026-12', age: '7', measure: 'x', by: 'day', industry: 'c', region: '3', exact: 'true' }))).toEqual([
		'region=3', 'industry=c', 'measure=x', 'by=day', 'to=2026-12', 'age=7', 'exact=true'
	]);
});
