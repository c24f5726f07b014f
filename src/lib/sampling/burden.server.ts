import { sql, type Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import { check } from '#lib/access/permissions.ts';
import { notFound, type Refusal } from '#lib/access/refuse.ts';
import { withinJurisdiction } from '#lib/access/scope.server.ts';
import { scopeOf } from '#lib/access/scope.ts';
import { sumBurden, yearlyCap, type Burden, type BurdenVisit } from './burden.ts';
import { classKeys } from './classes.ts';
import { databaseToday, rulesOf } from './tasks/access.server.ts';
import { presetFor } from './tasks/tasks.server.ts';

/** What an enterprise has borne this year and what is to come, over all departments, with the cap of the actor's own. */
export async function burdenOf(db: Kysely<DB>, actor: Actor, uscc: string): Promise<{ ok: true; burden: Burden } | Refusal> {
	const refusal = check(actor, 'task.see');
	if (refusal) return refusal;
	const { rows } = await sql<{ region: string; keyClass: boolean; class: string | null }>`
		select e.region_code as region, e.key_class as "keyClass", (
			select c.class from enterprise_class c where c.uscc = e.uscc order by c.month desc, c.version desc limit 1
		) as class
		from enterprise e where e.uscc = ${uscc} and ${withinJurisdiction(scopeOf(actor), { region: 'e.region_code', industry: 'e.industry_key' })}
	`.execute(db);
	const enterprise = rows[0];
	if (!enterprise) return notFound;
	const today = await databaseToday(db);
	const from = `${today.slice(0, 4)}-01-01`;
	const [visits, coming, preset] = await Promise.all([
		sql<BurdenVisit>`select v.planned, v.department_id as "departmentId" from inspection_visit v where v.uscc = ${uscc} and v.visited_on between ${from}::date and ${today}::date`.execute(db),
		sql<{ n: number }>`
			select ((select count(*) from sampling_object o join sampling_task t on t.id = o.task_id
				where o.uscc = ${uscc} and t.state = 'drawn' and o.draw_n = coalesce(t.draw_n, 1) and o.result is null)
				+ (select count(*) from lead_check l where l.uscc = ${uscc} and l.state = 'open' and l.result is null))::int as n
		`.execute(db),
		presetFor(db, enterprise.region)
	]);
	const rules = preset === null ? null : await rulesOf(db, preset.id, preset.version);
	const about = { class: classKeys.find((key) => key === enterprise.class) ?? 'none', keyClass: enterprise.keyClass };
	return {
		ok: true,
		burden: {
			year: Number(today.slice(0, 4)), cap: rules === null ? null : yearlyCap(rules, about), coming: coming.rows[0]!.n,
			...sumBurden(visits.rows, actor.departmentId)
		}
	};
}
