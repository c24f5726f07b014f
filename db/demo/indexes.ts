import { sql, type Kysely } from 'kysely';
import type { DB } from '#db/types.ts';

/**
 * Fills tables without their secondary indexes and builds these in one go afterwards: several times faster than row by row.
 * Only for tables that nobody else uses yet: they stay locked until the transaction ends.
 */
export async function withoutIndexes(trx: Kysely<DB>, tables: readonly string[], fill: () => Promise<void>): Promise<void> {
	const { rows } = await sql<{ name: string; definition: string }>`
		select c.relname as name, pg_get_indexdef(i.indexrelid) as definition
		from pg_index i join pg_class c on c.oid = i.indexrelid
		where i.indrelid = any(${[...tables]}::regclass[]) and not exists (select from pg_constraint k where k.conindid = i.indexrelid)
		order by c.relname
	`.execute(trx);
	for (const { name } of rows) await sql`drop index ${sql.id(name)}`.execute(trx);
	await fill();
	for (const { definition } of rows) await sql.raw(definition).execute(trx);
}
