import type pg from 'pg';
import type { PartitionFrame, SequenceFrame, TableFrame } from './frames.ts';

/** What the migrator itself keeps: written anew by migrating, never copied. */
const migratorTables = ['kysely_migration', 'kysely_migration_lock'];

/**
 * Every table of the schema with its columns, those that others refer to first. A partitioned table counts once, its parts do not.
 *
 * @throws when tables refer to each other in a circle: no order would do.
 */
export async function tablesInOrder(client: pg.ClientBase): Promise<readonly TableFrame[]> {
	const { rows } = await client.query<TableFrame & { refersTo: string[] }>(
		`select c.relname as name,
			array(select a.attname::text from pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = '' order by a.attnum) as columns,
			array(select f.relname::text from pg_constraint k join pg_class f on f.oid = k.confrelid
				where k.conrelid = c.oid and k.contype = 'f' and k.confrelid <> c.oid) as "refersTo"
		from pg_class c
		where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition and not c.relname = any ($1)
		order by c.relname`,
		[migratorTables]
	);
	const ordered: TableFrame[] = [];
	let waiting = rows;
	while (waiting.length > 0) {
		const names = new Set(waiting.map(({ name }) => name));
		const free = waiting.filter(({ refersTo }) => !refersTo.some((other) => names.has(other)));
		if (free.length === 0) throw new Error(`tables refer to each other in a circle: ${[...names].join(', ')}`);
		ordered.push(...free.map(({ name, columns }) => ({ name, columns })));
		waiting = waiting.filter((table) => !free.includes(table));
	}
	return ordered;
}

/** All months' parts; the default ones have no bounds and are made by the migrations. */
export async function partitionsOf(client: pg.ClientBase): Promise<readonly PartitionFrame[]> {
	const { rows } = await client.query<{ name: string; parent: string; bound: string }>(
		`select c.relname as name, p.relname as parent, pg_get_expr(c.relpartbound, c.oid) as bound
		from pg_inherits i join pg_class c on c.oid = i.inhrelid join pg_class p on p.oid = i.inhparent
		where c.relnamespace = 'public'::regnamespace and c.relispartition order by c.relname`
	);
	return rows.flatMap(({ name, parent, bound }) => {
		const match = /^FOR VALUES FROM \('([^']+)'\) TO \('([^']+)'\)$/.exec(bound);
		return match === null ? [] : [{ name, parent, from: match[1]!, to: match[2]! }];
	});
}

/** Where sequences stand; read last, so that none stands behind a number that was copied. */
export async function sequencesOf(client: pg.ClientBase): Promise<readonly SequenceFrame[]> {
	const { rows } = await client.query<{ name: string }>(`select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind = 'S' order by relname`);
	const sequences: SequenceFrame[] = [];
	for (const { name } of rows) {
		const { rows: state } = await client.query<{ last: string; called: boolean }>(`select last_value::text as last, is_called as called from ${quoted(name)}`);
		sequences.push({ name, ...state[0]! });
	}
	return sequences;
}

/** The migrations that a database has had, in order; none when it was never migrated. */
export async function migrationsOf(client: pg.ClientBase): Promise<readonly string[]> {
	const { rows: found } = await client.query<{ there: boolean }>(`select to_regclass('public.kysely_migration') is not null as there`);
	if (!found[0]!.there) return [];
	const { rows } = await client.query<{ name: string }>('select name from kysely_migration order by name');
	return rows.map((row) => row.name);
}

/** How dates and numbers are written, whatever the server's settings: read back, they are the same to the last digit. */
export const plainForms = `set local datestyle = 'ISO, YMD'; set local intervalstyle = 'postgres'; set local extra_float_digits = 1`;

/** A name as SQL writes it. */
export const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;
