import { sql, type Kysely, type RawBuilder } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import type { NotAllowed, NotFound } from '#lib/access/refuse.ts';
import { withinJurisdiction } from '#lib/access/scope.server.ts';
import { scopeOf } from '#lib/access/scope.ts';
import { currentDraw, type DrawRecord } from '../draw/record.server.ts';
import { parseStratum, stratumText, type PoolReason } from './eligibility.ts';
import { factsQuery, scopePredicate } from './facts.server.ts';
import { detailOf, judgePool, verdictRows, type PoolSummary, type ReasonCount } from './pool.server.ts';
import type { Limit } from '../presets/presets.ts';
import { heldSkip } from '../paging.ts';
import { findTask, type Task } from '../tasks/access.server.ts';

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

/** One page of a task's pool, of those inside the actor's jurisdiction, in first; the last page where one beyond it is asked for. */
export async function poolPage(db: Kysely<DB>, actor: Actor, taskId: string, filter: PoolFilter): Promise<
	{ readonly ok: true; readonly task: Task; readonly rows: readonly PoolRow[]; readonly total: number; readonly skip: number; readonly pool: { readonly eligible: number; readonly excluded: number; readonly reasons: readonly ReasonCount[]; readonly isFrozen: boolean } } | NotAllowed | NotFound
> {
	const found = await findTask(db, actor, taskId);
	if (!found.ok) return found;
	const record = await currentDraw(db, found.task);
	const pool = record
		? { eligible: found.task.pool_size ?? 0, excluded: found.task.excluded_size ?? 0, reasons: record.frozen.reasons }
		: await judgePool(db, actor, found.task);
	const { eligible, excluded, reasons } = pool;
	const source = (wanted: Wanted) => (record ? frozenRows(found.task, record, wanted) : liveRows(actor, found.task, pool as JudgedPool, wanted));
	const read = filter.text ? findByText(db, actor, source, filter, filter.text) : readPage(db, actor, source, filter, reasons);
	return { ok: true, task: found.task, ...(await read), pool: { eligible, excluded, reasons, isFrozen: record !== null } };
}

type JudgedPool = Awaited<ReturnType<typeof judgePool>>;
/** Which side of the pool, and which reason of it; null: every one. */
type Wanted = { readonly eligible: boolean; readonly reason: PoolReason | null };
type Source = (wanted: Wanted) => RawBuilder<unknown>;
/** `skip`: rows before it. */
type Page = { readonly rows: readonly PoolRow[]; readonly total: number; readonly skip: number };

/** Who may be drawn as things stand: for visiting a small pool by name, with evidence, instead of drawing from it. */
export async function eligibleOf(
	db: Kysely<DB>, actor: Actor, taskId: string, limit: number
): Promise<{ readonly ok: true; readonly rows: readonly { readonly uscc: string; readonly name: string; readonly region: string }[]; readonly total: number } | NotAllowed | NotFound> {
	const page = await poolPage(db, actor, taskId, { eligible: true, page: 0 });
	if (!page.ok) return page;
	return { ok: true, rows: page.rows.slice(0, limit).map(({ uscc, name, region }) => ({ uscc, name, region })), total: page.total };
}

/** Rows (uscc, class, eligible, reason, detail) of the pool as it stands. Only verdicts that are wanted are joined: in order of codes a page ends early. */
function liveRows(actor: Actor, task: Task, pool: JudgedPool, wanted: Wanted): RawBuilder<unknown> {
	const verdicts = pool.judged
		.filter(({ verdict }) => verdict.eligible === wanted.eligible && (wanted.reason ?? verdict.reason) === verdict.reason)
		.map(({ facts, verdict }) => ({ ...facts, eligible: verdict.eligible, stratum: stratumText(verdict.stratum), reason: verdict.reason, max: verdict.limit }));
	return sql`
		select f.uscc, f.class, j.eligible, j.reason, case when not j.eligible then ${detailOf(pool.of)} end as detail
		from (${factsQuery(pool.of, scopePredicate(actor, task.scope, pool.of.today))}) f
		join ${verdictRows(verdicts)}`;
}

/** The same rows of a frozen pool. */
function frozenRows(task: Task, record: DrawRecord, wanted: Wanted): RawBuilder<unknown> {
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
		where p.task_id = ${task.id} and p.draw_n = ${record.n} and (p.stratum <> '') = ${wanted.eligible}
			and (${wanted.reason}::text is null or coalesce(s.reason, p.reason) = ${wanted.reason})`;
}

/** Those in first, then those left out, each in order of their codes; how many there are is known already. */
async function readPage(db: Kysely<DB>, actor: Actor, source: Source, filter: PoolFilter, reasons: readonly ReasonCount[]): Promise<Page> {
	const wanted = reasons.filter((r) => (filter.eligible ?? r.eligible) === r.eligible && (filter.reason ?? r.reason) === r.reason);
	const total = wanted.reduce((n, r) => n + r.n, 0);
	const skip = heldSkip(filter.page * poolPageSize, total, poolPageSize);
	const rows: PoolRow[] = [];
	let before = 0;
	for (const eligible of [true, false]) {
		const counted = wanted.filter((r) => r.eligible === eligible).reduce((n, r) => n + r.n, 0);
		const offset = Math.max(0, skip - before);
		before += counted;
		const limit = poolPageSize - rows.length;
		if (limit > 0 && offset < counted) {
			const page = sql`select p.* from (${source({ eligible, reason: filter.reason ?? null })}) p order by p.uscc limit ${limit} offset ${offset}`;
			rows.push(...(await named(db, actor, page)));
		}
	}
	return { rows, total, skip };
}

/** Those whose name or code holds a text. */
async function findByText(db: Kysely<DB>, actor: Actor, source: Source, filter: PoolFilter, text: string): Promise<Page> {
	const like = `%${text.replace(/[\\%_]/g, '\\$&')}%`;
	const sides = [true, false].filter((eligible) => (filter.eligible ?? eligible) === eligible);
	const all = sql.join(sides.map((eligible) => source({ eligible, reason: filter.reason ?? null })), sql` union all `);
	const found = sql`select p.* from (${all}) p join enterprise e on e.uscc = p.uscc where e.name like ${like} or e.uscc like upper(${like})`;
	const { rows: counted } = await sql<{ n: number }>`select count(*)::int as n from (${found}) p`.execute(db);
	const total = counted[0]!.n;
	const skip = heldSkip(filter.page * poolPageSize, total, poolPageSize);
	return { rows: await named(db, actor, sql`${found} order by p.eligible desc, p.uscc limit ${poolPageSize} offset ${skip}`), total, skip };
}

/** A page's rows with names of enterprises, places and departments. */
async function named(db: Kysely<DB>, actor: Actor, page: RawBuilder<unknown>): Promise<PoolRow[]> {
	const { rows } = await sql<PoolRow>`
		select p.uscc, e.name, coalesce(r.name, e.region_code) as region, coalesce(i.name, e.industry_key) as industry,
			e.key_class as "keyClass", p.class, p.eligible, p.reason,
			p.detail || case when d.name is null then '{}'::jsonb else jsonb_build_object('by', d.name) end as data
		from (${page}) p
		join enterprise e on e.uscc = p.uscc and ${withinJurisdiction(scopeOf(actor), { region: 'e.region_code', industry: 'e.industry_key' })}
		left join region r on r.code = e.region_code left join industry i on i.key = e.industry_key
		left join department d on d.id = p.detail ->> 'by'
		order by p.eligible desc, p.uscc
	`.execute(db);
	return rows;
}
