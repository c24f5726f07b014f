import { sql, type Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import { audit } from '#lib/access/audit.server.ts';
import { may } from '#lib/access/permissions.ts';
import { notAllowed, notFound, refuse, type NotAllowed, type NotFound, type OwnWork, type Refusal } from '#lib/access/refuse.ts';
import { scopeOf } from '#lib/access/scope.ts';
import { withinJurisdiction } from '#lib/access/scope.server.ts';
import { endFolds } from './fold.server.ts';
import type { FoldRule } from './rules.ts';
import { mergeLock } from '#lib/intake/merge/merge.server.ts';

/** One side of a fold as people see it. */
export type FoldSide = { readonly day: string; readonly kind: string; readonly item: string | null; readonly channel: string | null; readonly source: string; readonly key: string; readonly receivedOn: string };

type FoldShown = {
	readonly uscc: string;
	readonly eventId: string;
	readonly rule: FoldRule;
	readonly madeAt: Date;
	/** Null where nobody is registered. */
	readonly enterprise: string | null;
	readonly given: string | null;
	readonly folded: FoldSide;
	readonly kept: FoldSide;
	readonly derived: boolean;
	readonly undoneAt: Date | null;
	readonly undoneBy: string | null;
	readonly undoneWhy: string | null;
	/** Whether the reader's department owns a source of the two, and may say what they are. */
	readonly own: boolean;
};

export const foldStates = ['folded', 'undone'] as const;
type FoldFilter = { readonly rule?: FoldRule; readonly state?: (typeof foldStates)[number]; readonly before?: Date };

const foldsShown = 50;

const side = (alias: string) => {
	const of = (column: string) => sql.ref(`${alias}.${column}`);
	return sql`jsonb_build_object('day', (${of('occurred_at')} at time zone 'Asia/Shanghai')::date::text, 'kind', ${of('kind')}, 'item', coalesce(${of('content')} ->> 'itemText', ${of('item')}),
		'channel', ${of('content')} ->> 'channel', 'source', (select name from source where id = ${of('source_id')}), 'key', ${of('source_key')},
		'receivedOn', (${of('received_at')} at time zone 'Asia/Shanghai')::date::text)`;
};

const inside = (actor: Actor) => withinJurisdiction(scopeOf(actor), { region: 'f.region_code', industry: 'f.industry_key' });

/** Folds of a jurisdiction, newest first, and how many each rule holds. What the machine ended because rows changed is not shown. */
export async function listFolds(
	db: Kysely<DB>, actor: Actor, filter: FoldFilter = {}
): Promise<{ readonly ok: true; readonly folds: readonly FoldShown[]; readonly older: Date | null; readonly counts: readonly { readonly rule: FoldRule; readonly folded: number; readonly today: number; readonly undone: number }[] } | NotAllowed> {
	if (!may(actor, 'intake.see')) return notAllowed;
	const undone = filter.state === 'undone';
	const at = undone ? sql`f.undone_at` : sql`f.made_at`;
	const where = sql.join([
		sql`${inside(actor)} and ${undone ? sql`f.undone_by is not null` : sql`f.undone_at is null`}`,
		...(filter.rule ? [sql`f.rule = ${filter.rule}`] : []),
		...(filter.before ? [sql`${at} < ${filter.before}`] : [])
	], sql` and `);
	const { rows } = await sql<FoldShown>`
		with page as (select f.*, ${at} as at from event_fold f where ${where} order by at desc, f.uscc, f.event_id limit ${foldsShown + 1})
		select f.uscc, f.event_id::text as "eventId", f.rule, f.made_at as "madeAt", n.name as enterprise, e.content ->> 'name' as given, ${side('e')} as folded, ${side('k')} as kept,
			f.derived, f.undone_at as "undoneAt", f.undone_by_name as "undoneBy", f.undone_why as "undoneWhy",
			${may(actor, 'intake.mend')} and exists (select from source s where s.id in (f.source_id, f.kept_source_id) and s.owner_department_id = ${actor.departmentId}) as own
		from page f
		join event e on e.uscc = f.uscc and e.occurred_at = f.occurred_at and e.event_id = f.event_id
		join event k on k.uscc = f.kept_uscc and k.occurred_at = f.kept_occurred_at and k.event_id = f.kept_event_id
		left join enterprise n on n.uscc = f.uscc
		order by f.at desc, f.uscc, f.event_id
	`.execute(db);
	const { rows: counts } = await sql<{ rule: FoldRule; folded: number; today: number; undone: number }>`
		select rule, count(*) filter (where undone_at is null)::int as folded,
			count(*) filter (where undone_at is null and (made_at at time zone 'Asia/Shanghai')::date = (now() at time zone 'Asia/Shanghai')::date)::int as today,
			count(*) filter (where undone_by is not null)::int as undone
		from event_fold f where ${inside(actor)} group by rule
	`.execute(db);
	const shown = rows.slice(0, foldsShown);
	const last = shown.at(-1);
	return { ok: true, folds: shown, older: rows.length > foldsShown && last ? (undone ? last.undoneAt : last.madeAt) : null, counts };
}

type Judged = { readonly ok: true } | NotAllowed | NotFound | OwnWork | Refusal<'no-reason' | 'conflict'>;

/** Says that two rows are two: the fold ends, and the machine never folds them again. */
export async function undoFold(db: Kysely<DB>, actor: Actor, uscc: string, eventId: string, note: string): Promise<Judged> {
	return judge(db, actor, uscc, eventId, note, 'two');
}

/** Takes back that two rows are two: from now on the rule decides again. */
export async function foldByRule(db: Kysely<DB>, actor: Actor, uscc: string, eventId: string, note: string): Promise<Judged> {
	return judge(db, actor, uscc, eventId, note, 'by-rule');
}

async function judge(db: Kysely<DB>, actor: Actor, uscc: string, eventId: string, note: string, verdict: 'two' | 'by-rule'): Promise<Judged> {
	if (!may(actor, 'intake.mend')) return notAllowed;
	const why = note.trim().slice(0, 200);
	if (why === '') return refuse('no-reason');
	if (!/^[0-9a-f-]{36}$/.test(eventId)) return notFound;
	return db.transaction().execute(async (trx) => {
		await sql`select pg_advisory_xact_lock(${mergeLock})`.execute(trx);
		const { rows } = await sql<{ kind: string; source_id: string; source_key: string; kept_source_id: string; kept_source_key: string; ended: boolean; rule: string; own: boolean }>`
			select f.kind, f.source_id, f.source_key, f.kept_source_id, f.kept_source_key, f.undone_at is not null as ended, f.rule,
				exists (select from source s where s.id in (f.source_id, f.kept_source_id) and s.owner_department_id = ${actor.departmentId}) as own
			from event_fold f where f.uscc = ${uscc} and f.event_id = ${eventId}::uuid and ${inside(actor)}
		`.execute(trx);
		const fold = rows[0];
		if (fold === undefined) return notFound;
		if (!fold.own) return notAllowed;
		if (fold.ended === (verdict === 'two')) return refuse('conflict');
		// The pair is written one way, whichever of the two is kept next time.
		const [one, other] = [[fold.source_id, fold.source_key], [fold.kept_source_id, fold.kept_source_key]].sort((a, b) => (a.join('\x1f') < b.join('\x1f') ? -1 : 1)) as [[string, string], [string, string]];
		const pair = { uscc, kind: fold.kind, source_id: one[0], source_key: one[1], other_source_id: other[0], other_source_key: other[1] };
		await trx.insertInto('fold_verdict').values({ ...pair, verdict, note: why, actor_id: actor.id, actor_name: actor.displayName }).execute();
		if (verdict === 'two') await endFolds(trx, [eventId], { id: actor.id, name: actor.displayName, why });
		// The rest of the group is looked through again with what was said.
		await sql`
			insert into count_touched (day, kind) select (occurred_at at time zone 'Asia/Shanghai')::date, kind from event_fold where uscc = ${uscc} and event_id = ${eventId}::uuid
		`.execute(trx);
		await audit(trx, actor, { action: verdict === 'two' ? 'fold.undo' : 'fold.by-rule', objectKind: 'enterprise', objectId: uscc, detail: { ...pair, rule: fold.rule, why } });
		return { ok: true as const };
	});
}

/** Rows folded under others, by the id of the row that is kept. The caller has judged who may see those. */
export async function foldedUnder(db: Kysely<DB>, keptIds: readonly string[], usccs: readonly string[]): Promise<ReadonlyMap<string, readonly FoldSide[]>> {
	if (keptIds.length === 0) return new Map();
	const { rows } = await sql<{ id: string; folded: FoldSide }>`
		select f.kept_event_id::text as id, ${side('e')} as folded from event_fold f
		join event e on e.uscc = f.uscc and e.occurred_at = f.occurred_at and e.event_id = f.event_id
		where f.kept_uscc = any(${[...new Set(usccs)]}) and f.kept_event_id = any(${[...keptIds]}::uuid[]) and f.undone_at is null
		order by e.occurred_at, e.source_key
	`.execute(db);
	return new Map([...Map.groupBy(rows, (row) => row.id)].map(([id, own]) => [id, own.map((row) => row.folded)]));
}
