import { sql, type Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import { withinJurisdiction } from '#lib/access/scope.server.ts';
import { scopeOf } from '#lib/access/scope.ts';
import type { RiskClass } from './classes.ts';
import type { PoolReason } from './eligibility.ts';
import type { Limit } from './presets.ts';
import { findTask } from './task-access.server.ts';

export type PoolRow = {
	readonly uscc: string;
	readonly name: string;
	readonly region: string;
	readonly industry: string;
	readonly keyClass: boolean;
	readonly class: RiskClass | null;
	readonly eligible: boolean;
	readonly reason: PoolReason;
	readonly data: {
		readonly named?: boolean;
		readonly limit?: Limit;
		readonly task?: string;
		/** Department name. */
		readonly by?: string;
		readonly on?: string;
	};
};

export const poolPageSize = 50;

/** Who is in and who is out. @param filter `reason` one reason code; `eligible` in or out; `text` part of name or credit code. */
export async function poolPage(
	db: Kysely<DB>,
	actor: Actor,
	taskId: string,
	filter: { readonly reason?: string; readonly eligible?: boolean; readonly text?: string; readonly page: number }
) {
	const found = await findTask(db, actor, taskId);
	if (!found.ok) return found;
	const text = filter.text ? `%${filter.text.replace(/[\\%_]/g, '\\$&')}%` : null;
	const where = sql`p.task_id = ${taskId}
		and (${filter.reason ?? null}::text is null or p.reason = ${filter.reason ?? null})
		and (${filter.eligible ?? null}::boolean is null or p.eligible = ${filter.eligible ?? null})
		and (${text}::text is null or e.name like ${text} or e.uscc like upper(${text}))
		and ${withinJurisdiction(scopeOf(actor), { region: 'e.region_code', industry: 'e.industry_key' })}`;
	const [rows, total, reasons] = await Promise.all([
		sql<PoolRow>`
			select e.uscc, e.name, coalesce(r.name, e.region_code) as region, coalesce(i.name, e.industry_key) as industry,
				e.key_class as "keyClass", p.class, p.eligible, p.reason,
				p.reason_data || case when d.name is null then '{}'::jsonb else jsonb_build_object('by', d.name) end as data
			from sampling_pool p join enterprise e on e.uscc = p.uscc
			left join region r on r.code = e.region_code left join industry i on i.key = e.industry_key
			left join department d on d.id = p.reason_data ->> 'by'
			where ${where} order by p.eligible desc, e.uscc limit ${poolPageSize} offset ${filter.page * poolPageSize}
		`.execute(db),
		sql<{ n: string }>`select count(*) as n from sampling_pool p join enterprise e on e.uscc = p.uscc where ${where}`.execute(db),
		poolReasonCounts(db, taskId)
	]);
	return { ok: true as const, task: found.task, rows: rows.rows, total: Number(total.rows[0]?.n ?? 0), reasons };
}

/** How many are in and out for each reason, and of each class. The caller has checked access to the task. */
export async function poolReasonCounts(db: Kysely<DB>, taskId: string) {
	const { rows } = await sql<{ eligible: boolean; reason: PoolReason; n: string }>`
		select eligible, reason, count(*) as n from sampling_pool where task_id = ${taskId}
		group by eligible, reason order by eligible desc, n desc, reason
	`.execute(db);
	return rows.map((r) => ({ ...r, n: Number(r.n) }));
}
