import fc from 'fast-check';
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { industryWithin, regionWithin, withinJurisdiction } from '#lib/access/scope.server.ts';
import { inScope } from '#lib/access/scope.ts';
import { testDatabase } from '../support/database.ts';

const codes = ['000000', '320000', '320400', '320412', '320499', '320500', '320581', '330000', '330100', '110101'];
const keys = ['A', 'B99', 'C', 'C1', 'C13', 'C131', 'C1311', 'C1399', 'C14', 'C9999', 'D', 'H', 'H62', 'I', '-', '*', null];
const rows = codes.flatMap((region) => keys.map((industry) => ({ region, industry })));

const scope = fc.record({
	regionPrefix: fc.constantFrom('', '32', '3204', '320412', '33', '3301', '11', '110101', '44'),
	industries: fc.option(fc.uniqueArray(fc.constantFrom('A', 'C', 'C13', 'C131', 'C1311', 'H', 'H62'), { maxLength: 3 }), { nil: null })
});

describe('jurisdiction predicate', () => {
	it('shows exactly the rows of the pure rule', async () => {
		await using database = await testDatabase();
		const { db } = database;
		const list = JSON.stringify(rows);
		await fc.assert(
			fc.asyncProperty(scope, fc.boolean(), async (one, hasIndustry) => {
				const columns = hasIndustry ? { region: 'r.region', industry: 'r.industry' } : { region: 'r.region' };
				const { rows: shown } = await sql<{ region: string; industry: string | null }>`
					select region, industry from jsonb_to_recordset(${list}::jsonb) r(region text, industry text)
					where ${withinJurisdiction(one, columns)}
				`.execute(db);
				const expected = rows.filter((row) => inScope(one, row.region, hasIndustry ? row.industry : undefined));
				const key = (row: { region: string; industry: string | null }) => `${row.region}/${row.industry}`;
				expect(shown.map(key).sort()).toEqual(expected.map(key).sort());
			}),
			{ numRuns: 150 }
		);
	});

	it('finds an industry and all below it under any collation, and of unknown ones only these', async () => {
		await using database = await testDatabase();
		const { rows: collations } = await sql<{ name: string }>`select collname as name from pg_collation where collname in ('C', 'und-x-icu', 'zh-x-icu')`.execute(database.db);
		expect(collations.length).toBeGreaterThan(0);
		for (const { name } of collations) {
			for (const key of keys.filter((one) => one !== null)) {
				const { rows: found } = await sql<{ industry: string }>`
					select industry from (select x collate ${sql.id(name)} as industry from unnest(${keys}::text[]) x) r where ${industryWithin(key, 'r.industry')}
				`.execute(database.db);
				expect([name, key, found.map(({ industry }) => industry)]).toEqual([name, key, keys.filter((one) => one?.startsWith(key))]);
			}
		}
	});

	it('stands in a Kysely query like any condition', async () => {
		await using database = await testDatabase();
		const { db } = database;
		const query = db
			.selectFrom('warning')
			.select('id')
			.where(withinJurisdiction({ regionPrefix: '3204', industries: ['H'] }, { region: 'warning.region_code', industry: 'warning.industry_key' }));
		const { sql: text, parameters } = query.compile();
		expect(text).toBe(
			'select "id" from "warning" where ("warning"."region_code" between $1 and $2 and ("warning"."industry_key" between $3 and $4))'
		);
		expect(parameters).toEqual(['320400', '320499', 'H', 'H9999']);
		expect(await query.execute()).toEqual([]);
	});

	it('takes nothing for a prefix or a key that is none', () => {
		expect(() => regionWithin("32' or true", 'region_code')).toThrow(RangeError);
		expect(() => regionWithin('320', 'region_code')).toThrow(RangeError);
		expect(() => withinJurisdiction({ regionPrefix: '32', industries: ['%'] }, { region: 'r', industry: 'i' })).toThrow(RangeError);
	});
});
