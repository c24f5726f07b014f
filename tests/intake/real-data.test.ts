import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { parse } from 'csv-parse/sync';
import { sql, type Kysely } from 'kysely';
import { expect, it } from 'vitest';
import { readReference } from '#db/reference/read.ts';
import type { DB } from '#db/types.ts';
import { importFile } from '#lib/intake/import.server.ts';
import { kinds } from '#lib/intake/kinds/kinds.ts';
import { parseMapping } from '#lib/intake/mapping.ts';
import { ensureSource } from '#lib/sources/sources.server.ts';
import { referenceDatabase } from './support.ts';

/** Real registrations that cannot be shipped: tried where they lie beside the project. */
const folder = fileURLToPath(new URL('../../../shared/data/jiangsu-registrations/', import.meta.url));
const mappingFile = new URL('../../docs/examples/jiangsu-registrations.json', import.meta.url);

it.skipIf(!existsSync(folder))('takes in every row of the real registrations, each as it stands there', async () => {
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
	expect(await taken(db)).toEqual(await expected());
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

/** One line a row: what must be in the database of it, by another reader of CSV and by nothing of ours. */
async function expected(): Promise<string[]> {
	const divisions = new Set(readReference('regions').map((row) => row['code']));
	const lines: string[] = [];
	for (const file of ['jiangsu_2018.csv', 'jiangsu_2019.csv']) {
		const rows = parse(await readFile(folder + file), { columns: true, bom: true }) as Record<string, string>[];
		for (const row of rows) {
			const code = row['reg_org_region6']!;
			const place = divisions.has(code) ? code : `${code.slice(0, 4)}…`;
			lines.push([row['uscc'], row['reg_date'], row['ent_name']!.trim(), place, row['address']!.trim(), row['scope_160']!.trim()].join('|'));
		}
	}
	return lines.sort();
}

async function taken(db: Kysely<DB>): Promise<string[]> {
	const { rows } = await sql<{ line: string }>`
		select concat_ws('|', v.uscc, (v.occurred_at at time zone 'Asia/Shanghai')::date, v.content ->> 'name',
			case when v.region_basis = 'given' then v.region_code else substr(v.region_code, 1, 4) || '…' end,
			coalesce(v.content ->> 'address', ''), coalesce(v.content ->> 'scope', '')) as line
		from event v where v.known_to is null
	`.execute(db);
	return rows.map(({ line }) => line).sort();
}
