import { sql, type Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import { audit } from '#lib/access/audit.server.ts';
import { may } from '#lib/access/permissions.ts';
import { notAllowed, notFound, refuse, type NotAllowed, type NotFound, type OwnWork, type Refusal } from '#lib/access/refuse.ts';
import type { MendStep, RememberedMend } from './mending.ts';

const lastAction = sql.raw(`(select e.action from mend_entry e where e.rule_id = r.id order by e.at desc limit 1)`);

/** The rules that are applied to each file of a source and kind before its rows are judged, oldest first. */
export async function rememberedMends(db: Kysely<DB>, sourceId: string, kind: string): Promise<readonly RememberedMend[]> {
	const { rows } = await sql<RememberedMend>`
		select r.id, r.number, r.step from mend_rule r
		where r.source_id = ${sourceId} and r.kind = ${kind} and ${lastAction} = 'remember' order by r.number
	`.execute(db);
	return rows;
}

type RuleRow = {
	readonly id: string;
	readonly number: number;
	readonly sourceId: string;
	readonly source: string;
	readonly kind: string;
	readonly step: MendStep;
	readonly scope: { readonly reason: string | null; readonly field: string | null; readonly shape: string | null };
	readonly note: string;
	readonly actorName: string;
	readonly madeAt: Date;
	/** `made` when nothing was said since. */
	readonly state: 'made' | 'remember' | 'forget' | 'undo';
	readonly accepted: number;
	readonly refused: number;
	readonly ignored: number;
	/** Rows of later files that it changed by being remembered. */
	readonly later: number;
};

const rulesShown = 100;

const ruleRows = (where: ReturnType<typeof sql>) => sql<RuleRow>`
	select r.id, r.number, r.source_id as "sourceId", s.name as source, r.kind, r.step, r.scope, r.note, r.actor_name as "actorName", r.made_at as "madeAt",
		coalesce(${lastAction}, 'made') as state, coalesce(b.accepted, 0)::int as accepted, coalesce(b.rejected, 0)::int as refused,
		(select count(*)::int from intake_reject j where j.rule_id = r.id and j.state = 'ignored') as ignored, coalesce(l.rows, 0)::int as later
	from mend_rule r join source s on s.id = r.source_id
	left join lateral (select accepted, rejected from intake_batch b where b.mend_rule_id = r.id order by b.started_at limit 1) b on true
	left join lateral (
		select sum((m ->> 'rows')::int) as rows from intake_batch b cross join jsonb_array_elements(b.mended) m
		where b.source_id = r.source_id and b.kind = r.kind and b.mended <> '[]' and m ->> 'rule' = r.id
	) l on true
	where ${where} order by r.number desc limit ${rulesShown}
`;

/** The rules of a department's sources, newest first. */
export async function listMendRules(db: Kysely<DB>, actor: Actor): Promise<{ readonly ok: true; readonly rules: readonly RuleRow[] } | NotAllowed> {
	if (!may(actor, 'intake.mend')) return notAllowed;
	const { rows } = await ruleRows(sql`s.owner_department_id = ${actor.departmentId}`).execute(db);
	return { ok: true, rules: rows };
}

/** One rule with its batches and all that was said of it. */
export async function mendRule(db: Kysely<DB>, actor: Actor, ruleId: string) {
	const own = await ownRule(db, actor, ruleId);
	if (!own.ok) return own;
	const [{ rows }, entries, batches, files] = await Promise.all([
		ruleRows(sql`r.id = ${ruleId}`).execute(db),
		db.selectFrom('mend_entry').select(['at', 'action', 'note', 'actor_name as actorName']).where('rule_id', '=', ruleId).orderBy('at').execute(),
		db
			.selectFrom('intake_batch')
			.select(['id', 'file_name as fileName', 'started_at as startedAt', 'rows', 'accepted', 'rejected', 'first_day as firstDay', 'last_day as lastDay'])
			.where('mend_rule_id', '=', ruleId)
			.orderBy('started_at')
			.execute(),
		sql<{ id: string; fileName: string | null; startedAt: Date; rows: number }>`
			select b.id, b.file_name as "fileName", b.started_at as "startedAt", (m ->> 'rows')::int as rows
			from intake_batch b cross join jsonb_array_elements(b.mended) m
			where b.source_id = ${own.sourceId} and b.kind = ${own.kind} and b.mended <> '[]' and m ->> 'rule' = ${ruleId} order by b.started_at desc limit ${rulesShown}
		`.execute(db)
	]);
	return { ok: true as const, rule: rows[0]!, entries, batches, files: files.rows };
}

/** A rule of the actor's own department; what is another's is not there. */
export async function ownRule(
	db: Kysely<DB>, actor: Actor, ruleId: string
): Promise<{ readonly ok: true; readonly number: number; readonly sourceId: string; readonly kind: string; readonly op: MendStep['op'] } | NotAllowed | NotFound | OwnWork> {
	if (!may(actor, 'intake.mend')) return notAllowed;
	const rule = await db
		.selectFrom('mend_rule as r')
		.innerJoin('source as s', 's.id', 'r.source_id')
		.select(['r.number', 'r.source_id as sourceId', 'r.kind', sql<MendStep['op']>`r.step ->> 'op'`.as('op')])
		.where('r.id', '=', ruleId)
		.where('s.owner_department_id', '=', actor.departmentId)
		.executeTakeFirst();
	return rule === undefined ? notFound : { ok: true, ...rule };
}

/** Lets a rule mend the files to come as well, or no longer. What it mended stays. */
export async function rememberMend(
	db: Kysely<DB>, actor: Actor, ruleId: string, on: boolean, note: string
): Promise<{ readonly ok: true } | NotAllowed | NotFound | OwnWork | Refusal<'no-reason' | 'unchanged' | 'by-hand' | 'undone-before'>> {
	const rule = await ownRule(db, actor, ruleId);
	if (!rule.ok) return rule;
	const why = note.trim().slice(0, 500);
	if (why === '') return refuse('no-reason');
	if (rule.op === 'edit') return refuse('by-hand');
	return db.transaction().execute(async (trx) => {
		await sql`select pg_advisory_xact_lock(hashtextextended(${ruleId}, 0))`.execute(trx);
		const { rows } = await sql<{ action: string | null; undone: boolean }>`
			select ${lastAction} as action, exists (select from mend_entry where rule_id = r.id and action = 'undo') as undone from mend_rule r where r.id = ${ruleId}
		`.execute(trx);
		if (rows[0]!.undone) return refuse('undone-before');
		if ((rows[0]!.action === 'remember') === on) return refuse('unchanged');
		await trx.insertInto('mend_entry').values({ rule_id: ruleId, action: on ? 'remember' : 'forget', note: why, actor_id: actor.id, actor_name: actor.displayName }).execute();
		await audit(trx, actor, { action: on ? 'intake.mend-remember' : 'intake.mend-forget', objectKind: 'mend-rule', objectId: ruleId, detail: { number: rule.number, why } });
		return { ok: true as const };
	});
}
