import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { classNow, classStrip } from '#lib/enterprises/class-strip.ts';
import { byMonth, kindTotals, lanesOf, monthTotals, pageMonths, readStart, yearsOf, type MonthCount } from '#lib/enterprises/timeline.ts';

const month = fc.integer({ min: 0, max: 300 }).map((n) => `${2002 + Math.floor(n / 12)}-${String((n % 12) + 1).padStart(2, '0')}`);
const kind = fc.constantFrom('registration', 'change', 'complaint', 'penalty');
const counts = fc.uniqueArray(fc.record({ month, kind, n: fc.integer({ min: 1, max: 90 }) }), { selector: (one) => `${one.month} ${one.kind}`, maxLength: 60 });
const sum = (all: readonly MonthCount[]) => all.reduce((total, { n }) => total + n, 0);

describe('events by month', () => {
	const event = fc.record({ occurredOn: fc.tuple(month, fc.integer({ min: 10, max: 28 })).map(([m, d]) => `${m}-${d}`), kind, id: fc.nat() });

	it('lose nothing, repeat nothing and stay in order within their line', () => {
		fc.assert(fc.property(fc.array(event, { maxLength: 80 }), (some) => {
			const events = [...some].sort((a, b) => (a.occurredOn < b.occurredOn ? 1 : -1));
			const months = byMonth(events);
			const told = months.flatMap((one) => one.entries.flatMap((entry) => entry.events));
			expect(told).toHaveLength(events.length);
			expect(new Set(told)).toEqual(new Set(events));
			expect(months.map((one) => one.month)).toEqual([...new Set(events.map(({ occurredOn }) => occurredOn.slice(0, 7)))]);
			for (const { month: own, entries } of months) {
				for (const entry of entries) {
					expect(entry.events.every((one) => one.kind === entry.kind && one.occurredOn.startsWith(own))).toBe(true);
					expect(entry.events.map((one) => events.indexOf(one))).toEqual(entry.events.map((one) => events.indexOf(one)).sort((a, b) => a - b));
				}
			}
		}));
	});

	it('fold what is dense, and nothing else', () => {
		const day = (n: number, what: string) => ({ occurredOn: `2026-06-${String(30 - n)}`, kind: what });
		const events = [day(0, 'complaint'), day(1, 'change'), day(2, 'complaint'), day(3, 'complaint'), day(4, 'change'), day(5, 'complaint')];
		expect(byMonth(events)[0]!.entries.map(({ kind: what, events: own }) => [what, own.length])).toEqual([['complaint', 4], ['change', 1], ['change', 1]]);
	});
});

describe('pages of whole months', () => {
	it('follow each other to the end without a gap or a repetition', () => {
		fc.assert(fc.property(counts, (all) => {
			const seen: string[] = [];
			let at: string | null = null;
			for (let page = pageMonths(all, at); page !== null; page = page.older === null ? null : pageMonths(all, page.older)) {
				const { from, older } = page;
				const own = [...monthTotals(all).keys()].filter((one) => one >= from && (at === null || one <= at)).sort().reverse();
				seen.push(...own);
				at = older;
			}
			expect(seen).toEqual([...monthTotals(all).keys()].sort().reverse());
		}));
	});

	it.each([
		['2026-06', { month: '2026-06', after: null }],
		['2026-05-31T16:30:00.123456Z_00000000-0000-4000-8000-000000000001', { month: '2026-06', after: { at: '2026-05-31T16:30:00.123456Z', id: '00000000-0000-4000-8000-000000000001' } }],
		['2026-13', null], ['2026-06-01', null], ["2026-06'; drop", null], ['2026-05-31T25:30:00.123456Z_00000000-0000-4000-8000-000000000001', null], ['', null]
	])('begin at %s', (text, start) => {
		expect(readStart(text)).toEqual(start);
	});
});

describe('the axis of a life', () => {
	it('holds every event once, in at most three dozen columns', () => {
		fc.assert(fc.property(counts, (all) => {
			const { columns, lanes } = lanesOf(all, '2027-02-10');
			expect(lanes.reduce((total, lane) => total + lane.total, 0)).toBe(sum(all));
			for (const lane of lanes) expect(lane.cells.reduce((total, n) => total + n, 0)).toBe(lane.total);
			expect(lanes.map(({ kind: what, total }) => ({ kind: what, n: total }))).toEqual(kindTotals(all));
			for (const [i, column] of columns.entries()) if (i > 0) expect(columns[i - 1]!.to < column.from).toBe(true);
			expect(columns.length).toBeLessThanOrEqual(36);
			expect(yearsOf(columns).reduce((total, { n }) => total + n, 0)).toBe(columns.length);
		}));
	});

	it('goes on to today, and widens from months to quarters to years', () => {
		const since = (first: string) => lanesOf([{ month: first, kind: 'change', n: 1 }], '2026-11-22').columns;
		expect([since('2026-01').length, since('2026-01')[0]!.grain]).toEqual([11, 'month']);
		expect([since('2022-05')[0], since('2022-05').at(-1)]).toEqual([
			{ from: '2022-04', to: '2022-06', year: '2022', grain: 'quarter' }, { from: '2026-10', to: '2026-12', year: '2026', grain: 'quarter' }
		]);
		expect(since('2010-05')[0]).toEqual({ from: '2010-01', to: '2010-12', year: '2010', grain: 'year' });
		expect(lanesOf([], '2026-11-22')).toEqual({ columns: [], lanes: [] });
	});
});

describe('the strip of classes', () => {
	const of = (...entries: [string, string, number?][]) => entries.map(([when, value, version = 1]) => ({ month: `${when}-01`, class: value, version }));

	it('leaves gaps where nothing is known: that is no class A', () => {
		expect(classStrip(of(['2026-10', 'C', 2], ['2026-08', 'B']), '2026-11-22').map(({ month: when, value, corrected }) => [when.slice(0, 7), value, corrected])).toEqual([
			['2026-08', 'B', false], ['2026-09', null, false], ['2026-10', 'C', true], ['2026-11', null, false]
		]);
	});

	it('ends with this month, or with a class that came ahead, and holds two years at most', () => {
		const long = Array.from({ length: 36 }, (_, i) => ({ month: `${2026 - Math.floor((i + 1) / 12)}-${String(12 - ((i + 0) % 12)).padStart(2, '0')}-01`, class: 'A', version: 1 }));
		const strip = classStrip(long, '2026-11-22');
		expect([strip.length, strip.at(-1)!.month]).toEqual([24, '2026-12-01']);
		expect(classStrip([], '2026-11-22')).toEqual([]);
	});

	it.each([
		[of(['2026-11', 'C'], ['2026-10', 'C'], ['2026-09', 'B']), { value: 'C', month: '2026-11-01', since: '2026-10-01', before: 'B' }],
		[of(['2026-11', 'C'], ['2026-09', 'C']), { value: 'C', month: '2026-11-01', since: '2026-11-01', before: null }],
		[of(['2026-11', 'A']), { value: 'A', month: '2026-11-01', since: '2026-11-01', before: null }],
		[[], null]
	])('says since when the class stands', (entries, now) => {
		expect(classNow(entries)).toEqual(now);
	});
});
