import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { sql } from 'kysely';
import { expect, it } from 'vitest';
import { importFile } from '#lib/intake/import.server.ts';
import { kinds } from '#lib/intake/kinds.ts';
import { parseMapping } from '#lib/intake/mapping.ts';
import { ensureSource } from '#lib/intake/sources.server.ts';
import { referenceDatabase } from './support.ts';

/** Real registrations that cannot be shipped: tried where they lie beside the project. */
const folder = fileURLToPath(new URL('../../../shared/data/jiangsu-registrations/', import.meta.url));
const mappingFile = new URL('../../docs/examples/jiangsu-registrations.json', import.meta.url);

it('takes in or refuses with a reason every row of the real registrations, where they are present', async () => {
	if (!existsSync(folder)) return;
	await using database = await referenceDatabase();
	const { db } = database;
	const source = await ensureSource(db, '江苏登记抓取', 'registration');
	const mapping = parseMapping(JSON.parse(await readFile(mappingFile, 'utf8')), kinds.registrations);
	if (!mapping.ok) throw new Error(mapping.message);
	for (const [file, rows] of [['jiangsu_2018.csv', 8787], ['jiangsu_2019.csv', 5126]] as const) {
		const input = { kind: 'registrations', sourceId: source.id, path: folder + file, mapping: mapping.mapping, actor: null } as const;
		const result = await importFile(db, input);
		if (!result.ok) throw new Error(JSON.stringify(result));
		expect(result.accepted + result.rejected + result.duplicates).toBe(rows);
		expect(result.rows).toBe(rows);
		expect(result.accepted).toBe(rows);
		expect(await importFile(db, input)).toMatchObject({ accepted: 0, duplicates: rows });
	}
	const { rows: found } = await sql<{ lost: number; marked: number; late: number; cluster: number; currencies: string[] }>`
		select (select count(*)::int from event where region_basis in ('province', 'nation')) as lost,
			(select count(*)::int from event where region_basis in ('city', 'successor')) as marked,
			(select count(*)::int from event where received_at <> occurred_at) as late,
			(select max(n)::int from (select count(*) as n from enterprise_link where kind = 'address' group by key) clusters) as cluster,
			(select array_agg(distinct capital_currency order by capital_currency) from enterprise) as currencies
	`.execute(db);
	// 1,362 codes are no divisions of today; their cities, or successors, have their rows.
	expect(found[0]).toEqual({ lost: 0, marked: 1362, late: 0, cluster: 36, currencies: ['人民币', '日元', '欧元', '美元', null] });
	const { rows: unread } = await sql<{ capital_raw: string; reg: string }>`
		select distinct capital_raw from enterprise where capital_raw is not null and capital_wan is null order by 1
	`.execute(db);
	expect(unread.map((row) => row.capital_raw)).toEqual(['-', '60(元/万元)']);
}, 120_000);
