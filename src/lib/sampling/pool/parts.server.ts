import { createHash } from 'node:crypto';
import { sql, type Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import { drawFormat, objectIdBytes } from '../draw/draw.ts';

/** Characters of a credit code in a part. */
const usccLength = 18;

/** Which draw of which task. */
export type DrawOf = { readonly taskId: string; readonly n: number };

const inPool = ({ taskId, n }: DrawOf) => sql`p.task_id = ${taskId} and p.draw_n = ${n} and p.stratum <> ''`;

/** `poolHash` of the frozen pool, computed where it lies. @param strata in order of their codes, with their quotas. */
export async function hashOfPool(
	db: Kysely<DB>, of: DrawOf, strata: readonly { readonly code: string; readonly quota: number; readonly eligible: number }[]
): Promise<string> {
	const heads = strata.map((s) => ({ code: s.code, head: `${s.code} ${s.quota} ${s.eligible}\n` }));
	const { rows } = await sql<{ hash: string }>`
		select encode(sha256(convert_to(${`${drawFormat}\n`}, 'UTF8') || coalesce(string_agg(bytes, ''::bytea order by stratum collate "C", part), ''::bytea)), 'hex') as hash
		from (
			select p.stratum, p.part, case when p.part = 0 then convert_to(h.head, 'UTF8') || p.objects else p.objects end as bytes
			from sampling_pool_part p left join jsonb_to_recordset(${JSON.stringify(heads)}::jsonb) as h (code text, head text) on h.code = p.stratum
			where ${inPool(of)}
		) parts
	`.execute(db);
	return rows[0]!.hash;
}

/** Hash of what is verified inside only: who was left out and why, all weights, and whatever text the caller adds. */
export async function hashInside(db: Kysely<DB>, of: DrawOf, text: string): Promise<string> {
	const hash = createHash('sha256').update(`${drawFormat} inside\n${text}\n`);
	const { rows } = await sql<{ line: string }>`
		select p.stratum || ' ' || p.reason || ' ' || p.part || ' ' || encode(sha256(p.usccs || convert_to(
			' ' || coalesce(array_to_string(p.weights, ','), '') || ' ' || coalesce(p.details::text, ''), 'UTF8')), 'hex') as line
		from sampling_pool_part p where p.task_id = ${of.taskId} and p.draw_n = ${of.n} order by p.stratum collate "C", p.reason collate "C", p.part
	`.execute(db);
	for (const { line } of rows) hash.update(`${line}\n`);
	return hash.digest('hex');
}

/** Weights of a stratum's places in order; null where the draw has none. */
export async function weightsOf(db: Kysely<DB>, of: DrawOf, code: string): Promise<number[] | null> {
	const { rows } = await sql<{ weights: number[] | null }>`
		select p.weights from sampling_pool_part p where ${inPool(of)} and p.stratum = ${code} order by p.part
	`.execute(db);
	return rows.some((r) => r.weights === null) ? null : rows.flatMap((r) => r.weights ?? []);
}

/** An object's id: the first half of SHA-256 over salt and credit code, as hexadecimal digits. */
export const objectIdOf = (salt: string, uscc: string): string =>
	createHash('sha256').update(Buffer.from(salt, 'hex')).update(uscc).digest('hex').slice(0, 2 * objectIdBytes);

export type PlaceObject = { readonly code: string; readonly place: number; readonly uscc: string; readonly objectId: string };

/**
 * Who lies at some places of the frozen pool. Reads these places only, however large the pool is.
 * @param salt of the draw: an object's id is the hash of its code, and one read less.
 */
export async function objectsAt(
	db: Kysely<DB>, of: DrawOf, salt: string, places: readonly { readonly code: string; readonly place: number }[]
): Promise<PlaceObject[]> {
	if (places.length === 0) return [];
	const { rows } = await sql<Omit<PlaceObject, 'objectId'>>`
		with part as (
			select p.stratum, p.part, p.size, (sum(p.size) over (partition by p.stratum order by p.part) - p.size)::int as first
			from sampling_pool_part p where ${inPool(of)}
		), wanted as (
			select w.code, w.place, part.part, w.place - part.first as at
			from unnest(${places.map((p) => p.code)}::text[], ${places.map((p) => p.place)}::int[]) as w (code, place)
			join part on part.stratum = w.code and w.place >= part.first and w.place < part.first + part.size
		)
		select w.code, w.place, convert_from(substr(p.usccs, w.at * ${usccLength} + 1, ${usccLength}), 'UTF8') as uscc
		from wanted w join sampling_pool_part p on p.stratum = w.code and p.part = w.part and ${inPool(of)}
	`.execute(db);
	return rows.map((row) => ({ ...row, objectId: objectIdOf(salt, row.uscc) }));
}

/** Object ids of a stratum in order, as one run of bytes. */
export async function objectsOf(db: Kysely<DB>, of: DrawOf, code: string): Promise<Buffer> {
	const { rows } = await sql<{ objects: Buffer }>`
		select p.objects from sampling_pool_part p where ${inPool(of)} and p.stratum = ${code} order by p.part
	`.execute(db);
	return Buffer.concat(rows.map((r) => r.objects));
}
