import { sql, type Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import { audit } from '#lib/access/audit.server.ts';
import { check } from '#lib/access/permissions.ts';
import { refuse, type Refusal } from '#lib/access/refuse.ts';
import { outerHead, replacedOf, takenPlace, type Replaced, type TakenPlace } from './certificate.server.ts';
import type { OuterCertificate } from './certificate.ts';
import { idAt, idsIn } from './draw.ts';
import { rulesOf, findTask, type Task } from '../tasks/access.server.ts';

export type InnerObject = {
	readonly rank: number;
	readonly uscc: string;
	readonly name: string;
	readonly objectId: string;
	/** `stratumText` */
	readonly stratum: string;
	readonly control: boolean;
	readonly inspectors: readonly { readonly name: string; readonly unit: string; readonly certificate: string; readonly expert: boolean }[];
};

export type InnerPassed = { readonly uscc: string; readonly name: string; readonly objectId: string; readonly reason: string };

/** What the inner certificate says beside the pool: for people, after login. */
export type InnerCertificate = {
	readonly task: Pick<Task, 'id' | 'number' | 'name'>;
	readonly record: TakenPlace;
	readonly replaced: Replaced | null;
	readonly outer: Omit<OuterCertificate, 'strata'>;
	readonly objects: readonly InnerObject[];
	readonly passed: readonly InnerPassed[];
};

/** @param n which draw; null: the valid one. */
export async function innerCertificate(
	db: Kysely<DB>, actor: Actor, taskId: string, n: number | null
): Promise<{ readonly ok: true; readonly certificate: InnerCertificate } | Refusal> {
	const found = await findTask(db, actor, taskId);
	if (!found.ok) return found;
	const refusal = check(actor, 'business.export');
	if (refusal) return refusal;
	const record = await takenPlace(db, found.task, n);
	if (!record) return refuse('not-drawn');
	const [outer, objects, passed] = await Promise.all([
		outerHead(db, found.task, record),
		sql<InnerObject>`
			select o.rank, o.uscc, e.name, o.object_id as "objectId", o.stratum, o.control,
				(select coalesce(jsonb_agg(jsonb_build_object('name', i.name, 'unit', i.unit, 'certificate', i.certificate_no, 'expert', s.expert) order by s.expert, s.rank), '[]')
					from task_inspector s join inspector i on i.id = s.inspector_id
					where s.task_id = o.task_id and s.draw_n = o.draw_n and s.uscc = o.uscc) as inspectors
			from sampling_object o join enterprise e on e.uscc = o.uscc
			where o.task_id = ${taskId} and o.draw_n = ${record.n} order by o.rank
		`.execute(db),
		sql<InnerPassed>`
			select p.uscc, e.name, p.object_id as "objectId", p.reason from sampling_passed p join enterprise e on e.uscc = p.uscc
			where p.task_id = ${taskId} and p.draw_n = ${record.n} order by p.object_id
		`.execute(db)
	]);
	const { id, number, name } = found.task;
	return { ok: true, certificate: { task: { id, number, name }, record, replaced: await replacedOf(db, record), outer, objects: objects.rows, passed: passed.rows } };
}

/**
 * The inner certificate as a file, in pieces: a pool may hold millions. Everything that the draw depended on, with names, classes and
 * reasons; never for outside. The export is logged.
 */
export async function exportInner(
	db: Kysely<DB>, actor: Actor, taskId: string, n: number | null, notice: string
): Promise<{ readonly ok: true; readonly fileName: string; readonly pieces: AsyncGenerator<string> } | Refusal> {
	const found = await innerCertificate(db, actor, taskId, n);
	if (!found.ok) return found;
	const { task, record } = found.certificate;
	const rules = await rulesOf(db, record.frozen.preset.id, record.frozen.preset.version);
	await audit(db, actor, {
		action: 'task.export-inner', objectKind: 'sampling_task', objectId: taskId, detail: { number: task.number, draw: record.n }
	});
	return { ok: true, fileName: `${task.number}-${record.n}-inner.json`, pieces: piecesOf(db, found.certificate, { notice, rules }) };
}

async function* piecesOf(db: Kysely<DB>, certificate: InnerCertificate, head: object): AsyncGenerator<string> {
	const { task, record, outer, objects, passed } = certificate;
	const { salt, frozen } = record;
	yield `${JSON.stringify({ ...head, outer, salt, frozen, drawn: objects, passed }).slice(0, -1)},"pool":[`;
	let first = true;
	const parts = await db
		.selectFrom('sampling_pool_part').select(['stratum', 'reason', 'class', 'part'])
		.where('task_id', '=', task.id).where('draw_n', '=', record.n).orderBy('stratum').orderBy('reason').orderBy('class').orderBy('part').execute();
	for (const at of parts) {
		const part = await db
			.selectFrom('sampling_pool_part').selectAll()
			.where('task_id', '=', task.id).where('draw_n', '=', record.n)
			.where('stratum', '=', at.stratum).where('reason', '=', at.reason).where('class', '=', at.class).where('part', '=', at.part)
			.executeTakeFirstOrThrow();
		const usccs = part.usccs.toString('utf8');
		const details = part.details as readonly unknown[] | null;
		const { objects: ids } = part;
		const rows = Array.from({ length: part.size }, (_, i) => JSON.stringify({
			uscc: usccs.slice(i * 18, (i + 1) * 18),
			...(ids && idsIn(ids) > 0
				? { stratum: part.stratum, objectId: idAt(ids, i), ...(part.weights ? { weight: part.weights[i] } : {}) }
				: { leftOut: part.reason, class: part.class, ...(details?.[i] ? { detail: details[i] } : {}) })
		}));
		yield `${first ? '' : ','}\n${rows.join(',\n')}`;
		first = false;
	}
	yield '\n]}\n';
}
