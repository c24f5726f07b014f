import { sql, type Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import { audit } from '#lib/access/audit.server.ts';
import { check } from '#lib/access/permissions.ts';
import { refuse, type Refusal } from '#lib/access/refuse.ts';
import { isSame, type OuterCertificate, type VerifyReason } from './certificate.ts';
import { drawAllTeams } from './inspectors.ts';
import { drawsOf, insideText, type DrawRecord } from './record.server.ts';
import { lastTeamsOf } from './draw.server.ts';
import { commitment, drawFormat, drawKey, drawStratum, finalOrder, idAt, idsIn, type DrawStratum } from './draw.ts';
import { hashInside, hashOfPool, objectsOf, weightsOf } from '../pool/parts.server.ts';
import { findTask, type Task } from '../tasks/access.server.ts';

export type TakenPlace = DrawRecord & { readonly drawn_at: Date };

/** A draw of a task that took place, also one that was replaced; null: it never took place, or was made by an earlier format. */
export async function takenPlace(db: Kysely<DB>, task: Task, n: number | null): Promise<TakenPlace | null> {
	const draws = await drawsOf(db, task.id);
	const record = draws.find((d) => (n === null ? d.state === 'drawn' : d.n === n));
	return record && record.drawn_at !== null && record.format === drawFormat ? { ...record, drawn_at: record.drawn_at } : null;
}

/** That a draw was replaced: when, and which one stands now; null as long as none was made in its place. */
export type Replaced = { readonly at: Date; readonly now: number | null };

/** What became of a draw that took place; null: it stands. The caller has checked access. */
export async function replacedOf(db: Kysely<DB>, record: TakenPlace): Promise<Replaced | null> {
	if (record.state !== 'superseded' || record.voided_at === null) return null;
	const now = await db.selectFrom('sampling_draw').select('n').where('task_id', '=', record.task_id).where('state', '=', 'drawn').executeTakeFirst();
	return { at: record.voided_at, now: now?.n ?? null };
}

type Listed = { readonly uscc: string; readonly objectId: string; readonly control: boolean };

const drawnOf = async (db: Kysely<DB>, taskId: string, n: number): Promise<Listed[]> =>
	db.selectFrom('sampling_object').select(['uscc', 'object_id as objectId', 'control'])
		.where('task_id', '=', taskId).where('draw_n', '=', n).orderBy('rank').execute();

const passedOf = async (db: Kysely<DB>, taskId: string, n: number) =>
	db.selectFrom('sampling_passed').select(['uscc', 'object_id as objectId', 'reason']).where('task_id', '=', taskId).where('draw_n', '=', n).orderBy('object_id').execute();

/** The members of the outer certificate but for the pool's objects: what may leave, put together field by field. */
export async function outerHead(db: Kysely<DB>, task: Task, record: TakenPlace): Promise<Omit<OuterCertificate, 'strata'>> {
	const [drawn, passed] = await Promise.all([drawnOf(db, task.id, record.n), passedOf(db, task.id, record.n)]);
	return {
		format: drawFormat,
		task: task.number,
		draw: record.n,
		previous: record.previous,
		committedAt: record.committed_at.toISOString(),
		drawnAt: record.drawn_at.toISOString(),
		poolHash: record.pool_hash,
		insideHash: await hashInside(db, { taskId: task.id, n: record.n }, insideText(record.frozen)),
		commitment: record.commitment,
		seed: record.seed,
		entropy: record.entropy_source === null ? null : { source: record.entropy_source, value: record.entropy_value ?? '' },
		passed: passed.map((p) => p.objectId),
		drawn: drawn.map((d) => d.objectId)
	};
}

/**
 * The outer certificate as a file that may leave; the export is logged. A weighted draw has none: whoever saw that one object counts twice
 * would know that something is held against it (C11).
 */
export async function exportCertificate(
	db: Kysely<DB>, actor: Actor, taskId: string, n: number | null = null
): Promise<{ readonly ok: true; readonly fileName: string; readonly certificate: OuterCertificate; readonly replaced: Replaced | null } | Refusal> {
	const found = await findTask(db, actor, taskId);
	if (!found.ok) return found;
	const refusal = check(actor, 'business.export');
	if (refusal) return refusal;
	const record = await takenPlace(db, found.task, n);
	if (!record) return refuse('not-drawn');
	if (record.weighted) return refuse('weighted-inside-only');
	const head = await outerHead(db, found.task, record);
	const strata: OuterCertificate['strata'][number][] = [];
	for (const { code, quota } of record.frozen.strata) {
		const objects = await objectsOf(db, { taskId, n: record.n }, code);
		if (objects.length > 0) strata.push({ code, quota, objects: Array.from({ length: idsIn(objects) }, (_, i) => idAt(objects, i)) });
	}
	const { passed, drawn, ...rest } = head;
	await audit(db, actor, {
		action: 'task.export-certificate', objectKind: 'sampling_task', objectId: taskId, detail: { number: found.task.number, draw: record.n }
	});
	return { ok: true, fileName: `${found.task.number}-${record.n}.json`, certificate: { ...rest, strata, passed, drawn }, replaced: await replacedOf(db, record) };
}

export const insideReasons = ['not-drawn', 'inside-differs', 'inspectors-differ'] as const;
export type InsideReason = VerifyReason | (typeof insideReasons)[number];
export type InsideVerification = { readonly ok: true; readonly valid: boolean; readonly reason: InsideReason };

/** Repeats the whole draw from what the database holds: pool, weights, who was left out and why, commitment, objects, inspectors. */
export async function verifyInside(db: Kysely<DB>, actor: Actor, taskId: string, n: number | null = null): Promise<InsideVerification | Refusal> {
	const found = await findTask(db, actor, taskId);
	if (!found.ok) return found;
	const { task } = found;
	const no = (reason: InsideReason): InsideVerification => ({ ok: true, valid: false, reason });
	const record = await takenPlace(db, task, n);
	if (!record) return no('not-drawn');
	const of = { taskId, n: record.n };
	if ((await hashOfPool(db, of, record.frozen.strata)) !== record.pool_hash) return no('pool-hash-differs');
	const insideHash = await hashInside(db, of, insideText(record.frozen));
	const bound = {
		task: task.number, draw: record.n, previous: record.previous, committedAt: record.committed_at.toISOString(), seed: record.seed,
		poolHash: record.pool_hash, insideHash, entropySource: record.entropy_source
	};
	if (commitment(bound) !== record.commitment) return no('commitment-differs');
	if (!(await areObjectsSalted(db, of, record.salt))) return no('inside-differs');
	if (!(await isResultSame(db, task, record))) return no('result-differs');
	return (await areTeamsSame(db, task, record)) ? { ok: true, valid: true, reason: 'valid' } : no('inspectors-differ');
}

/** Is every object id of the pool the hash of the credit code beside it? */
async function areObjectsSalted(db: Kysely<DB>, of: { readonly taskId: string; readonly n: number }, salt: string): Promise<boolean> {
	const { rows } = await sql<{ same: boolean }>`
		select coalesce(bool_and(p.objects = made.objects), true) as same
		from sampling_pool_part p
		-- "offset 0": a part is read once, not once for each of its places.
		cross join lateral (select p.usccs || ''::bytea as usccs offset 0) whole
		cross join lateral (
			select string_agg(substr(sha256(decode(${salt}, 'hex') || substr(whole.usccs, g * 18 + 1, 18)), 1, 16), ''::bytea order by g) as objects
			from generate_series(0, p.size - 1) g
		) made
		where p.task_id = ${of.taskId} and p.draw_n = ${of.n} and p.stratum <> ''
	`.execute(db);
	return rows[0]!.same;
}

async function isResultSame(db: Kysely<DB>, task: Task, record: DrawRecord): Promise<boolean> {
	const of = { taskId: task.id, n: record.n };
	const [drawn, passed] = await Promise.all([drawnOf(db, task.id, record.n), passedOf(db, task.id, record.n)]);
	const allowed = new Set(passed.map((p) => p.objectId));
	const key = drawKey(record.seed, record.entropy_value);
	const taken: { objectId: string; control: boolean }[] = [];
	const named: string[] = [];
	for (const { code, quota, control } of record.frozen.strata) {
		if (quota === 0) continue;
		const objects = await objectsOf(db, of, code);
		const weights = record.weighted ? await weightsOf(db, of, code) : null;
		const stratum: DrawStratum = { code, quota, size: idsIn(objects), control, ...(weights ? { weights } : {}) };
		const result = drawStratum(stratum, key, (place) => allowed.has(idAt(objects, place)));
		if (result.taken.length < quota) return false;
		taken.push(...result.taken.map((t) => ({ objectId: idAt(objects, t.place), control: t.control })));
		named.push(...result.passed.map((place) => idAt(objects, place)));
	}
	const again = finalOrder(taken, key);
	return isSame(named.sort(), passed.map((p) => p.objectId))
		&& isSame(again.map((t) => t.objectId), drawn.map((d) => d.objectId))
		&& again.every((t, i) => t.control === drawn[i]?.control);
}

async function areTeamsSame(db: Kysely<DB>, task: Task, record: TakenPlace): Promise<boolean> {
	const objects = await drawnOf(db, task.id, record.n);
	const last = await lastTeamsOf(db, objects.map((o) => o.uscc), { taskId: task.id, drawnAt: record.drawn_at });
	const { settings, teamSize, inspectors, experts } = record.frozen;
	const again = drawAllTeams(
		{ candidates: inspectors, size: teamSize }, { candidates: experts, size: settings.experts },
		objects.map((o) => ({ uscc: o.uscc, objectId: o.objectId, lastTeam: last.get(o.uscc) ?? [] })),
		settings.team, drawKey(record.seed, record.entropy_value)
	);
	if (!again.inspectors.ok || !again.experts.ok) return false;
	const seats = await db
		.selectFrom('task_inspector').select(['uscc', 'inspector_id', 'expert'])
		.where('task_id', '=', task.id).where('draw_n', '=', record.n).orderBy('expert').orderBy('rank').execute();
	const stored = Map.groupBy(seats, (s) => s.uscc);
	const { inspectors: first, experts: extra } = again;
	return objects.every((o) => isSame(
		[...(first.teams.get(o.uscc) ?? []), ...(extra.teams.get(o.uscc) ?? [])],
		(stored.get(o.uscc) ?? []).map((s) => s.inspector_id)
	));
}

