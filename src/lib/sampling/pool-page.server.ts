import { sql, type Kysely, type RawBuilder } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import type { NotAllowed, NotFound } from '#lib/access/refuse.ts';
import { withinJurisdiction } from '#lib/access/scope.server.ts';
import { scopeOf } from '#lib/access/scope.ts';
import { currentDraw, type DrawRecord } from './draw-record.server.ts';
import { parseStratum, stratumText, type PoolReason } from './eligibility.ts';
import { factsQuery, scopePredicate } from './pool-facts.server.ts';
import { detailOf, judgePool, verdictRows, type PoolSummary, type ReasonCount } from './pool.server.ts';
import type { Limit } from './presets.ts';
import { findTask, type Task } from './task-access.server.ts';

export type PoolRow = {
	readonly uscc: string;
	readonly name: string;
	readonly region: string;
	readonly industry: string;
	readonly keyClass: boolean;
	/** `A` … `D`, or `none`. */
	readonly class: string;
	readonly eligible: boolean;
	readonly reason: PoolReason;
	readonly data: {
		readonly limit?: Limit;
		/** Number of the list. */
		readonly task?: string;
		/** Department name. */
		readonly by?: string;
		readonly on?: string;
		readonly until?: string;
	} | null;
};

export const poolPageSize = 50;

export type PoolFilter = { readonly reason?: PoolReason; readonly eligible?: boolean; readonly text?: string; readonly page: number };

/** The pool of a task: frozen from its commitment on, before that as it stands now. */
export async function poolOf(db: Kysely<DB>, actor: Actor, task: Task): Promise<Omit<PoolSummary, 'judged'> & { readonly frozen: DrawRecord | null }> {
	const record = await currentDraw(db, task);
	if (!record) return { ...(await judgePool(db, actor, task)), frozen: null };
	const { strata, reasons, oldestMonth, newestMonth } = record.frozen;
	return { strata, reasons, oldestMonth, newestMonth, eligible: task.pool_size ?? 0, excluded: task.excluded_size ?? 0, frozen: record };
}

/** One page of a task's pool, of those inside the actor's jurisdiction, in first. */
export async function poolPage(db: Kysely<DB>, actor: Actor, taskId: string, filter: PoolFilter): Promise<
	{ readonly ok: true; readonly task: Task; readonly rows: readonly PoolRow[]; readonly total: number; readonly pool: { readonly eligible: number; readonly excluded: number; readonly reasons: readonly ReasonCount[]; readonly isFrozen: boolean } } | NotAllowed | NotFound
> {
	const found = await findTask(db, actor, taskId);
	if (!found.ok) return found;
	const record = await currentDraw(db, found.task);
	const source = record
		? { rows: frozenRows(found.task, record), pool: { eligible: found.task.pool_size ?? 0, excluded: found.task.excluded_size ?? 0, reasons: record.frozen.reasons } }
		: await liveRows(db, actor, found.task);
	const { eligible, excluded, reasons } = source.pool;
	const { rows, total } = await readPage(db, actor, source.rows, filter, reasons);
	return { ok: true, task: found.task, rows, total, pool: { eligible, excluded, reasons, isFrozen: record !== null } };
}

/** Who may be drawn as things stand: for visiting a small pool by name, with evidence, instead of drawing from it. */
export async function eligibleOf(
	db: Kysely<DB>, actor: Actor, taskId: string, limit: number
): Promise<{ readonly ok: true; readonly rows: readonly { readonly uscc: string; readonly name: string; readonly region: string }[]; readonly total: number } | NotAllowed | NotFound> {
	const page = await poolPage(db, actor, taskId, { eligible: true, page: 0 });
	if (!page.ok) return page;
	return { ok: true, rows: page.rows.slice(0, limit).map(({ uscc, name, region }) => ({ uscc, name, region })), total: page.total };
}

/** Rows (uscc, class, eligible, reason, detail) of the pool as it stands. */
async function liveRows(db: Kysely<DB>, actor: Actor, task: Task) {
	const pool = await judgePool(db, actor, task);
	const verdicts = pool.judged.map(({ facts, verdict }) => ({
		...facts, eligible: verdict.eligible, stratum: stratumText(verdict.stratum), reason: verdict.reason, max: verdict.limit
	}));
	const rows = sql`
		select f.uscc, f.class, j.eligible, j.reason, case when not j.eligible then ${detailOf(pool.of)} end as detail
		from (${factsQuery(pool.of, scopePredicate(actor, task.scope, pool.of.today))}) f
		join ${verdictRows(verdicts)}`;
	return { rows, pool };
}

/** The same rows of a frozen pool. */
function frozenRows(task: Task, record: DrawRecord): RawBuilder<unknown> {
	const strata = record.frozen.strata.map((s) => ({ code: s.code, class: parseStratum(s.key)?.class ?? 'none', reason: s.reason }));
	return sql`
		select convert_from(substr(whole.usccs, g.place * 18 + 1, 18), 'UTF8') as uscc, coalesce(s.class, p.class) as class, p.stratum <> '' as eligible,
			coalesce(s.reason, p.reason) as reason, g.detail
		from sampling_pool_part p
		left join jsonb_to_recordset(${JSON.stringify(strata)}::jsonb) as s (code text, class text, reason text) on s.code = p.stratum
		-- "offset 0": a part is read once, not once for each of its places.
		cross join lateral (select p.usccs || ''::bytea as usccs offset 0) whole
		cross join lateral (
			select nullif(d.detail, 'null') as detail, (d.n - 1)::int as place from jsonb_array_elements(p.details) with ordinality as d (detail, n)
			union all select null, n from generate_series(0, p.size - 1) n where p.details is null
		) g
		where p.task_id = ${task.id} and p.draw_n = ${record.n}`;
}

/** @param reasons what was counted already. */
async function readPage(db: Kysely<DB>, actor: Actor, source: RawBuilder<unknown>, filter: PoolFilter, reasons: readonly ReasonCount[]) {
	const text = filter.text ? `%${filter.text.replace(/[\\%_]/g, '\\$&')}%` : null;
	const wanted = sql`(${filter.reason ?? null}::text is null or p.reason = ${filter.reason ?? null})
		and (${filter.eligible ?? null}::boolean is null or p.eligible = ${filter.eligible ?? null})`;
	// With a text the names decide who is on the page; without one, names are looked up for the page alone.
	const found = text === null
		? sql`select p.* from (${source}) p where ${wanted}`
		: sql`select p.* from (${source}) p join enterprise e on e.uscc = p.uscc where ${wanted} and (e.name like ${text} or e.uscc like upper(${text}))`;
	const [{ rows }, total] = await Promise.all([
		sql<PoolRow>`
			select p.uscc, e.name, coalesce(r.name, e.region_code) as region, coalesce(i.name, e.industry_key) as industry,
				e.key_class as "keyClass", p.class, p.eligible, p.reason,
				p.detail || case when d.name is null then '{}'::jsonb else jsonb_build_object('by', d.name) end as data
			from (${found} order by p.eligible desc, p.uscc limit ${poolPageSize} offset ${filter.page * poolPageSize}) p
			join enterprise e on e.uscc = p.uscc and ${withinJurisdiction(scopeOf(actor), { region: 'e.region_code', industry: 'e.industry_key' })}
			left join region r on r.code = e.region_code left join industry i on i.key = e.industry_key
			left join department d on d.id = p.detail ->> 'by'
			order by p.eligible desc, p.uscc
		`.execute(db),
		text === null
			? reasons.filter((r) => (filter.reason ?? r.reason) === r.reason && (filter.eligible ?? r.eligible) === r.eligible).reduce((n, r) => n + r.n, 0)
			: sql<{ n: number }>`select count(*)::int as n from (${found}) p`.execute(db).then((counted) => counted.rows[0]!.n)
	]);
	return { rows, total };
}
