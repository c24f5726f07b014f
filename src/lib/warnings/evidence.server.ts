import { sql, type Kysely, type RawBuilder, type SqlBool } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import { may } from '#lib/access/permissions.ts';
import { inAnyIndustry, inAnyRegion, inIndustry, inRegion } from '#lib/access/cell.server.ts';
import { scopeOf } from '#lib/access/scope.ts';
import { withinJurisdiction } from '#lib/access/scope.server.ts';
import { liveEvent } from '#lib/counts/roll-up.server.ts';
import { maskChange } from '#lib/enterprises/mask.ts';
import type { EvidenceQuery } from './evaluation.ts';

/** Most rows shown on the warning's page; the rest is reached by narrower filters. */
const evidenceLimit = 100;

export type EvidenceRow = {
	readonly uscc: string;
	/** Null for somebody not registered. */
	readonly name: string | null;
	readonly occurredOn: string;
	readonly receivedOn: string;
	readonly kind: string;
	readonly item: string | null;
	readonly regionName: string | null;
	readonly industryName: string | null;
	/** Change: from and to, persons masked. */
	readonly before: string | null;
	readonly after: string | null;
	readonly channel: string | null;
};

/** Versions of the event `alias` that belong to a warning's figure, whether they count now or not. */
export function behindFigure(actor: Actor, query: EvidenceQuery, alias: string): RawBuilder<SqlBool> {
	const e = (column: string) => sql.ref(`${alias}.${column}`);
	const [region, industry] = [`${alias}.region_code`, `${alias}.industry_key`];
	const all: RawBuilder<SqlBool>[] = [
		withinJurisdiction(scopeOf(actor), { region, industry }),
		sql<SqlBool>`${e('kind')} = any(${[...query.kinds]})`,
		sql<SqlBool>`${e('occurred_at')} >= ${query.from}::date::timestamp at time zone 'Asia/Shanghai'`,
		sql<SqlBool>`${e('occurred_at')} < (${query.to}::date + 1)::timestamp at time zone 'Asia/Shanghai'`,
		inRegion(query.regionCode, region),
		inIndustry(query.industryKey, industry)
	];
	if (query.cells) all.push(inAnyRegion(query.cells.regions, region), inAnyIndustry(query.cells.industries, industry));
	if (query.uscc) all.push(sql<SqlBool>`${e('uscc')} = any(${[...query.uscc]})`);
	if (query.items) {
		const items = [...query.items];
		all.push(sql<SqlBool>`(${e('item')} = any(${items}) or ${e('item')} in (select m.item from item_name m where m.state = 'accepted' and m.kind = ${e('kind')} and m.means = any(${items})))`);
	}
	if (query.link) {
		const { kind, key } = query.link;
		all.push(sql<SqlBool>`${e('uscc')} in (select l.uscc from enterprise_link l where l.kind = ${kind} and l.key = ${key})`);
	}
	return sql<SqlBool>`(${sql.join(all, sql` and `)})`;
}

/** The events behind a warning's figure, newest first, asked for now: corrected and late rows are as they are today. */
export async function evidence(
	db: Kysely<DB>,
	actor: Actor,
	query: EvidenceQuery
): Promise<{ readonly rows: readonly EvidenceRow[]; readonly total: number }> {
	if (!may(actor, 'warning.see')) return { rows: [], total: 0 };
	const where = sql`${behindFigure(actor, query, 'e')} and ${liveEvent}`;
	const counted = await sql<{ total: number }>`select count(*)::int as total from event e where ${where}`.execute(db);
	const { rows } = await sql<EvidenceRow>`
		with shown as (
			select * from event e where ${where} order by e.occurred_at desc, e.event_id limit ${evidenceLimit}
		)
		select e.uscc, x.name, (e.occurred_at at time zone 'Asia/Shanghai')::date::text as "occurredOn",
			(e.received_at at time zone 'Asia/Shanghai')::date::text as "receivedOn", e.kind, e.item, r.name as "regionName",
			i.name as "industryName", e.content ->> 'before' as before, e.content ->> 'after' as after, e.content ->> 'channel' as channel
		from shown e
		left join enterprise x on x.uscc = e.uscc
		left join region r on r.code = e.region_code
		left join industry i on i.key = e.industry_key
		order by e.occurred_at desc, e.event_id
	`.execute(db);
	const masked = rows.map((row) => ({ ...row, before: maskChange(row.item, row.before), after: maskChange(row.item, row.after) }));
	return { rows: masked, total: counted.rows[0]!.total };
}
