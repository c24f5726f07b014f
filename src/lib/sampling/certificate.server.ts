import type { Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import { audit } from '#lib/access/audit.server.ts';
import { check } from '#lib/access/permissions.ts';
import { refuse, type Refusal } from '#lib/access/refuse.ts';
import { outerCertificate, verifyOuter, type OuterCertificate, type VerifyReason } from './certificate.ts';
import { drawTeams } from './draw-inspectors.ts';
import { drawStrata, lastTeamsOf } from './draw.server.ts';
import { findTask, type Task } from './task-access.server.ts';

async function certificateOf(db: Kysely<DB>, task: Task): Promise<OuterCertificate | null> {
	if (!task.seed || !task.frozen || !task.committed_at || !task.drawn_at) return null;
	const pool = await db
		.selectFrom('sampling_pool')
		.select(['object_id', 'stratum'])
		.where('task_id', '=', task.id)
		.where('eligible', '=', true)
		.execute();
	const drawn = await db.selectFrom('sampling_object').select('object_id').where('task_id', '=', task.id).orderBy('rank').execute();
	return outerCertificate({
		task: task.number,
		committedAt: task.committed_at,
		drawnAt: task.drawn_at,
		seed: task.seed,
		strata: drawStrata(task.frozen, pool),
		drawn: drawn.map((d) => d.object_id)
	});
}

/** The outer certificate as a file that may leave; the export is logged. */
export async function exportCertificate(
	db: Kysely<DB>,
	actor: Actor,
	taskId: string
): Promise<{ ok: true; fileName: string; certificate: OuterCertificate } | Refusal> {
	const found = await findTask(db, actor, taskId);
	if (!found.ok) return found;
	const refusal = check(actor, 'business.export');
	if (refusal) return refusal;
	const certificate = await certificateOf(db, found.task);
	if (!certificate) return refuse('not-drawn');
	await audit(db, actor, {
		action: 'task.export-certificate',
		objectKind: 'sampling_task',
		objectId: taskId,
		detail: { number: found.task.number }
	});
	return { ok: true, fileName: `${found.task.number}.json`, certificate };
}

export const insideReasons = ['not-drawn', 'stored-hash-differs', 'inspectors-differ'] as const;
export type InsideReason = VerifyReason | (typeof insideReasons)[number];

/** Repeats the whole draw from what the database holds: objects, the stored commitment, and the inspectors. */
export async function verifyInside(
	db: Kysely<DB>,
	actor: Actor,
	taskId: string
): Promise<{ ok: true; valid: boolean; reason: InsideReason } | Refusal> {
	const found = await findTask(db, actor, taskId);
	if (!found.ok) return found;
	const { task } = found;
	const certificate = await certificateOf(db, task);
	if (!certificate || !task.frozen?.inspectors || !task.seed) return { ok: true, valid: false, reason: 'not-drawn' };
	const outer = verifyOuter(certificate);
	if (!outer.valid) return { ok: true, ...outer };
	if (certificate.poolHash !== task.pool_hash || certificate.commitment !== task.seed_commitment) {
		return { ok: true, valid: false, reason: 'stored-hash-differs' };
	}
	const objects = await db.selectFrom('sampling_object').select(['uscc', 'object_id']).where('task_id', '=', taskId).orderBy('rank').execute();
	const last = await lastTeamsOf(db, objects.map((o) => o.uscc), taskId);
	const teams = drawTeams(
		task.frozen.inspectors,
		objects.map((o) => ({ uscc: o.uscc, objectId: o.object_id, lastTeam: last.get(o.uscc) ?? [] })),
		task.settings.team,
		task.seed
	);
	const seats = await db.selectFrom('task_inspector').select(['uscc', 'inspector_id']).where('task_id', '=', taskId).orderBy('rank').execute();
	const stored = Map.groupBy(seats, (s) => s.uscc);
	const same =
		teams.ok && objects.every((o) => String(teams.teams.get(o.uscc)) === String(stored.get(o.uscc)?.map((s) => s.inspector_id)));
	return { ok: true, valid: same, reason: same ? 'valid' : 'inspectors-differ' };
}
