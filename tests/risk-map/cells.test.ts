import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Scope } from '#lib/access/actor.ts';
import { addDays, addMonths, monthEnd, monthOf, sameDay } from '#lib/calendar/days.ts';
import { cityOf, type Region } from '#lib/regions/tree.ts';
import { readCells } from '#lib/risk-map/cells.server.ts';
import { testDatabase, type TestDatabase } from '../support/database.ts';
import { counties, industryKeys, writeComplaints, writeReference, type Happened } from './fixtures.ts';

let database: TestDatabase;

/** Something nearly every day, in turn everywhere, over the three years and a month that cells look back. */
const complaints: readonly Happened[] = Array.from({ length: 3600 }, (_, i) => ({
	region: counties[(i * 7) % 4]!, day: addDays('2022-10-01', Math.floor((i * 1511) / 3600)), industry: industryKeys[(i * 5) % 4]!
}));

beforeAll(async () => {
	database = await testDatabase();
	await writeReference(database.owner);
	await writeComplaints(database.owner, complaints);
});

const scope: Scope = { regionPrefix: '32', industries: null };

describe('counts of a month up to a day', () => {
	it('are those of the days themselves, whatever day each city is known up to', async () => {
		const month = fc.integer({ min: 0, max: 11 }).map((n) => addMonths('2025-12-01', n));
		const days = fc.record({ month, usual: fc.integer({ min: -1, max: 30 }), late: fc.option(fc.integer({ min: -1, max: 30 })), grain: fc.constantFrom('section' as const, 'division' as const), byCounty: fc.boolean() });
		await fc.assert(fc.asyncProperty(days, async ({ month, usual, late, grain, byCounty }) => {
			const dayOfMonth = (n: number) => { const day = addDays(month, n); return day > monthEnd(month) ? monthEnd(month) : day; };
			const upTo = new Map(late === null ? [] : [['320900', dayOfMonth(late)]]);
			const units = (byCounty ? ['320402', '320412', '320902'] : ['320400', '320900']).map((code) => ({
				code, name: code, level: byCounty ? 'county' : 'city', kind: 'division', parentCode: null, longitude: null, latitude: null
			}) satisfies Region);
			const cells = await readCells(
				database.db, scope, { region: '320000', units, month, kind: 'complaint', industry: null, grain },
				{ version: 1, mark: dayOfMonth(usual), upTo, late: new Set(upTo.keys()), since: { all: '2022-10-01', cities: new Map() } }, [1, 1, 1]
			);
			const expected = new Map<string, number[]>();
			for (const { region, day, industry } of complaints) {
				const last = upTo.get(cityOf(region)) ?? dayOfMonth(usual);
				[0, -1, -12, -24, -36].forEach((shift, i) => {
					const from = addMonths(month, shift);
					const whole = late === null && last === monthEnd(month);
					const to = last < month ? null : whole ? monthEnd(from) : sameDay(last, shift);
					if (to === null || day < from || day > to || monthOf(day) !== from) return;
					const key = `${byCounty ? region : cityOf(region)} ${grain === 'section' ? industry.slice(0, 1) : industry}`;
					const sums = expected.get(key) ?? [0, 0, 0, 0, 0];
					sums[i]! += 1;
					expected.set(key, sums);
				});
			}
			const found = new Map(cells.map((cell) => [`${cell.unit} ${cell.industry}`, [cell.n, cell.monthAgo?.n, cell.yearAgo?.n, cell.years?.[1], cell.years?.[2]]]));
			expect(found).toEqual(expected);
		}), { numRuns: 60 });
	}, 60_000);
});
