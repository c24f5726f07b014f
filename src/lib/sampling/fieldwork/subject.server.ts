import { sql, type Kysely, type Selectable, type Transaction } from 'kysely';
import type { DB, LeadCheck } from '#db/types.ts';
import { notFound, type NotFound } from '#lib/access/refuse.ts';
import type { VisitRef } from './refs.ts';

/** One enterprise of a list, as far as entering and reviewing need to know it. */
export type Subject = {
	readonly ref: VisitRef;
	readonly uscc: string;
	readonly number: string;
	readonly departmentId: string;
	/** The list's own item first, then those of the partner departments. */
	readonly items: readonly { readonly id: string; readonly departmentId: string }[];
	/** Inspectors who may enter; experts look on. */
	readonly team: readonly string[];
	/** No visit is earlier: the day of the draw, or of the lead check. `YYYY-MM-DD` */
	readonly from: string;
	/** The list is being carried out. */
	readonly open: boolean;
	readonly state: string;
	readonly visitedOn: string | null;
	readonly result: string | null;
	readonly reviewedAt: Date | null;
	/** How the visit counts. */
	readonly visit: {
		readonly path: 'random' | 'joint' | 'campaign' | 'lead-check';
		readonly planned: boolean;
		readonly kind: string | null;
		readonly control: boolean;
		readonly class: string | null;
		readonly level: string | null;
		readonly indicatorId: string | null;
	};
	readonly warningIds: readonly string[];
};

/** The item of a lead check that names none: rows of results need one. */
export const noItem = '-';

/** Loads and locks one enterprise of a list. The caller has to judge who may. */
export async function lockSubject(trx: Transaction<DB>, ref: VisitRef, uscc: string): Promise<{ readonly ok: true; readonly subject: Subject } | NotFound> {
	const subject = ref.kind === 'task' ? await taskSubject(trx, ref, uscc) : await leadSubject(trx, ref, uscc);
	return subject === null ? notFound : { ok: true, subject };
}

async function taskSubject(trx: Transaction<DB>, ref: VisitRef, uscc: string): Promise<Subject | null> {
	const task = await trx.selectFrom('sampling_task').selectAll().where('id', '=', ref.id).forUpdate().executeTakeFirst();
	if (!task || task.draw_n === null) return null;
	const object = await trx
		.selectFrom('sampling_object').selectAll().where('task_id', '=', ref.id).where('uscc', '=', uscc).where('draw_n', '=', task.draw_n).forUpdate().executeTakeFirst();
	if (!object) return null;
	const team = await trx
		.selectFrom('task_inspector').select('inspector_id')
		.where('task_id', '=', ref.id).where('uscc', '=', uscc).where('draw_n', '=', task.draw_n).where('expert', '=', false).execute();
	const partners = await partnersOf(trx, ref.id);
	const warningIds = (await trx.selectFrom('sampling_task_warning').select('warning_id').where('task_id', '=', ref.id).execute()).map((w) => w.warning_id);
	const joint = partners.length > 0 || (task.settings as { joint?: boolean }).joint === true;
	return {
		ref, uscc, number: task.number, departmentId: task.department_id,
		items: [{ id: task.item_id, departmentId: task.department_id }, ...partners],
		team: team.map((t) => t.inspector_id),
		from: await dayIn(trx, task.drawn_at), open: task.state === 'drawn', state: task.state,
		visitedOn: object.visited_on, result: object.result, reviewedAt: object.reviewed_at,
		visit: {
			// A campaign has a yearly count of its own, also where several departments go.
			path: task.kind === 'campaign' ? 'campaign' : joint ? 'joint' : 'random',
			planned: true, kind: task.kind, control: object.control, class: object.class, ...(await worstWarning(trx, warningIds))
		},
		warningIds
	};
}

async function leadSubject(trx: Transaction<DB>, ref: VisitRef, uscc: string): Promise<Subject | null> {
	const lead: Selectable<LeadCheck> | undefined = await trx.selectFrom('lead_check').selectAll().where('id', '=', ref.id).where('uscc', '=', uscc).forUpdate().executeTakeFirst();
	if (!lead) return null;
	const warningIds = lead.warning_id === null ? [] : [lead.warning_id];
	return {
		ref, uscc, number: lead.number, departmentId: lead.department_id,
		items: [{ id: lead.item_id ?? noItem, departmentId: lead.department_id }],
		team: lead.inspector_ids,
		from: await dayIn(trx, lead.created_at), open: lead.state === 'open', state: lead.state,
		visitedOn: lead.visited_on, result: lead.result, reviewedAt: lead.reviewed_at,
		visit: { path: 'lead-check', planned: false, kind: null, control: false, class: null, ...(await worstWarning(trx, warningIds)) },
		warningIds
	};
}

/** Other departments of a joint task with the item each looks into, in one order. */
export async function partnersOf(db: Kysely<DB>, taskId: string) {
	return db
		.selectFrom('sampling_task_partner').select(['item_id as id', 'department_id as departmentId']).where('task_id', '=', taskId).orderBy('department_id').execute();
}

/** Level and indicator of the highest warning that led there, as they are when the result is entered; the earliest of several. */
async function worstWarning(trx: Transaction<DB>, ids: readonly string[]): Promise<{ readonly level: string | null; readonly indicatorId: string | null }> {
	if (ids.length === 0) return { level: null, indicatorId: null };
	const row = await trx
		.selectFrom('warning').select(['level', 'indicator_id'])
		.where('id', 'in', [...ids])
		.orderBy(sql`array_position(array['red', 'orange', 'yellow', 'blue'], level)`)
		.orderBy('raised_on').orderBy('id').limit(1).executeTakeFirst();
	return { level: row?.level ?? null, indicatorId: row?.indicator_id ?? null };
}

async function dayIn(trx: Transaction<DB>, at: Date | null): Promise<string> {
	const { rows } = await sql<{ day: string | null }>`select ((${at}::timestamptz at time zone 'Asia/Shanghai')::date)::text as day`.execute(trx);
	return rows[0]?.day ?? '';
}
