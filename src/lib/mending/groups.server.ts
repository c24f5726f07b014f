import { sql, type Kysely, type RawBuilder, type SqlBool } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import { audit } from '#lib/access/audit.server.ts';
import { check, may } from '#lib/access/permissions.ts';
import { notAllowed, notFound, type NotAllowed, type NotFound, type OwnWork } from '#lib/access/refuse.ts';
import { maskName, maskPhone } from '#lib/enterprises/mask.ts';
import { cellsByColumn, shapeOf } from './rejects.server.ts';

/** Which refused rows a rule is made for; null: any. */
export type MendScope = {
	readonly sourceId: string;
	/** Stored name. */
	readonly kind: string;
	readonly reason: string | null;
	readonly field: string | null;
	readonly shape: string | null;
};

type RejectGroup = {
	readonly sourceId: string;
	readonly source: string;
	readonly kind: string;
	readonly reason: string;
	readonly field: string | null;
	readonly shape: string | null;
	readonly n: number;
	readonly batches: number;
	readonly firstSeen: Date;
	readonly lastSeen: Date;
	/** Offending values, masked where they name persons. */
	readonly examples: readonly string[];
};

type GroupFilter = { readonly sourceId?: string; readonly kind?: string; readonly reason?: string };

const letters = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';
/** The form of an offending value: digits 9, letters A, Chinese 字. Values of one form are mostly wrong in one way. */
const shapeColumn = sql<string | null>`left(regexp_replace(translate(r.value, ${sql.lit(`0123456789${letters}`)}, ${sql.lit('9'.repeat(10) + 'A'.repeat(letters.length))}), '[一-鿿]+', '字', 'g'), 24)`;

/** Open rejects of a scope, as `intake_reject r` with `intake_batch b`. */
export function inScope({ sourceId, kind, reason, field, shape }: MendScope): RawBuilder<SqlBool> {
	const all = [
		sql<SqlBool>`r.state = 'open' and b.source_id = ${sourceId} and b.kind = ${kind}`,
		...(reason === null ? [] : [sql<SqlBool>`r.reason = ${reason} and r.field is not distinct from ${field}`]),
		...(reason === null || shape === null ? [] : [sql<SqlBool>`${shapeColumn} is not distinct from ${shape}`])
	];
	return sql<SqlBool>`(${sql.join(all, sql` and `)})`;
}

/** Most groups on a page. */
const groupsShown = 200;

/** What waits to be mended in the sources of somebody's department: alike rows together, the biggest group first. */
export async function listRejectGroups(
	db: Kysely<DB>, actor: Actor, filter: GroupFilter = {}
): Promise<{ readonly ok: true; readonly groups: readonly RejectGroup[]; readonly open: number } | NotAllowed> {
	if (!may(actor, 'intake.mend')) return notAllowed;
	const where = sql.join([
		sql`r.state = 'open' and s.owner_department_id = ${actor.departmentId}`,
		...(filter.sourceId ? [sql`b.source_id = ${filter.sourceId}`] : []),
		...(filter.kind ? [sql`b.kind = ${filter.kind}`] : []),
		...(filter.reason ? [sql`r.reason = ${filter.reason}`] : [])
	], sql` and `);
	const { rows } = await sql<RejectGroup & { total: number; least: string | null; most: string | null }>`
		select g.*, s.name as source, (sum(n) over ())::int as total from (
			select b.source_id as "sourceId", b.kind, r.reason, r.field, ${shapeColumn} as shape, count(*)::int as n, count(distinct r.batch_id)::int as batches,
				min(b.started_at) as "firstSeen", max(b.started_at) as "lastSeen", min(r.value) as least, max(r.value) as most
			from intake_reject r join intake_batch b on b.id = r.batch_id join source s on s.id = b.source_id
			where ${where} group by 1, 2, 3, 4, 5
		) g join source s on s.id = g."sourceId" order by n desc, "lastSeen" desc, reason, shape limit ${groupsShown}
	`.execute(db);
	return {
		ok: true,
		open: rows[0]?.total ?? 0,
		groups: rows.map(({ least, most, total: _, ...group }) => ({
			...group, examples: [...new Set([least, most])].flatMap((value) => (value === null || value === '' ? [] : [maskValue(group.field, value)]))
		}))
	};
}

const names = ['legalRep', 'complainant', 'agent', 'before', 'after'];
const numbers = ['phone', 'legalRepId', 'complainantId', 'afterId'];

function maskValue(field: string | null, value: string): string {
	if (field !== null && names.includes(field)) return maskName(value);
	return field !== null && numbers.includes(field) ? maskPhone(value) : value;
}

/** Rows shown of a group. */
const rowsShown = 12;

/** A group with its columns and some of its rows as the source sent them. Looking is noted: they hold what the source holds. */
export async function rejectGroup(db: Kysely<DB>, actor: Actor, scope: MendScope) {
	if (!may(actor, 'intake.mend')) return notAllowed;
	const source = await ownSource(db, actor, scope.sourceId);
	if (!source.ok) return source;
	const { rows } = await sql<{ batchId: string; line: number; reason: string; message: string; raw: string; mapping: unknown; total: number; startedAt: Date; fileName: string | null }>`
		select r.batch_id as "batchId", r.line, r.reason, r.message, r.raw, b.mapping, b.started_at as "startedAt", b.file_name as "fileName", (count(*) over ())::int as total
		from intake_reject r join intake_batch b on b.id = r.batch_id where ${inScope(scope)} order by b.started_at desc, r.line limit ${rowsShown}
	`.execute(db);
	if (rows.length > 0) {
		await audit(db, actor, { action: 'intake.rejects-look', objectKind: 'source', objectId: scope.sourceId, detail: { ...scope, rows: rows.length } });
	}
	const columns = await columnsOf(db, scope);
	return {
		ok: true as const,
		source: source.name,
		total: rows[0]?.total ?? 0,
		columns,
		rows: rows.map(({ batchId, line, reason, message, raw, mapping, startedAt, fileName }) => {
			const cells = cellsByColumn(raw, shapeOf(mapping));
			return { batchId, line, reason, message, startedAt, fileName, cells: cells === null ? null : Object.fromEntries(cells), raw: raw.slice(0, 500) };
		})
	};
}

/** The columns of a scope's batches with the field that each was read as. */
async function columnsOf(db: Kysely<DB>, scope: MendScope): Promise<readonly { readonly name: string; readonly field: string | null }[]> {
	const { rows } = await sql<{ mapping: unknown }>`
		select distinct on (b.mapping) b.mapping from intake_batch b
		where b.id in (select r.batch_id from intake_reject r join intake_batch b on b.id = r.batch_id where ${inScope(scope)})
	`.execute(db);
	const found = new Map<string, string | null>();
	for (const { mapping } of rows) {
		const fields = ((mapping ?? {}) as { columns?: Record<string, string | null> }).columns ?? {};
		for (const name of shapeOf(mapping).header) if (!name.startsWith('#')) found.set(name, found.get(name) ?? fields[name] ?? null);
	}
	return [...found].map(([name, field]) => ({ name, field }));
}

/** A source whose rows somebody may mend. */
export async function ownSource(
	db: Kysely<DB>, actor: Actor, sourceId: string
): Promise<{ readonly ok: true; readonly name: string; readonly departmentId: string } | NotAllowed | NotFound | OwnWork> {
	const source = await db.selectFrom('source').select(['name', 'owner_department_id']).where('id', '=', sourceId).executeTakeFirst();
	if (source === undefined) return notFound;
	const refusal = check(actor, 'intake.mend', { departmentId: source.owner_department_id });
	// Another department's sources are none of theirs to know of.
	if (refusal !== null) return may(actor, 'intake.mend') ? notFound : refusal;
	return { ok: true, name: source.name, departmentId: source.owner_department_id };
}

/** One refused row with its cells, to be written anew by hand. Looking is noted. */
export async function rejectRow(db: Kysely<DB>, actor: Actor, batchId: string, line: number) {
	if (!may(actor, 'intake.mend')) return notAllowed;
	const row = await db
		.selectFrom('intake_reject as r')
		.innerJoin('intake_batch as b', 'b.id', 'r.batch_id')
		.innerJoin('source as s', 's.id', 'b.source_id')
		.select(['r.reason', 'r.field', 'r.message', 'r.raw', 'r.state', 'b.mapping', 'b.file_name as fileName', 'b.kind', 'b.source_id as sourceId', 's.name as source'])
		.where('r.batch_id', '=', batchId)
		.where('r.line', '=', line)
		.where('s.owner_department_id', '=', actor.departmentId)
		.executeTakeFirst();
	if (row === undefined) return notFound;
	await audit(db, actor, { action: 'intake.rejects-look', objectKind: 'intake-batch', objectId: batchId, detail: { line } });
	const shape = shapeOf(row.mapping);
	const cells = cellsByColumn(row.raw, shape);
	const fields = ((row.mapping ?? {}) as { columns?: Record<string, string | null> }).columns ?? {};
	const { reason, field, message, raw, state, fileName, kind, sourceId, source } = row;
	return {
		ok: true as const, reason, field, message, raw, state, fileName, kind, sourceId, source, whole: cells !== null,
		columns: shape.header.filter((name) => !name.startsWith('#')).map((name) => ({ name, field: fields[name] ?? null, value: cells?.get(name) ?? '' }))
	};
}
