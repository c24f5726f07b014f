import { sql, type Kysely, type RawBuilder, type SqlBool } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import { may } from '#lib/access/permissions.ts';
import { industryWithin, regionWithin, withinJurisdiction } from '#lib/access/scope.server.ts';
import { regionPrefix, scopeOf } from '#lib/access/scope.ts';
import { databaseToday } from '../tasks/access.server.ts';
import { untagged, type ObjectFilter } from './filter.ts';

export type ObjectListRow = {
	readonly uscc: string;
	readonly name: string;
	readonly region: string;
	readonly industry: string;
	readonly class: string | null;
	readonly classMonth: string | null;
	readonly keyClass: boolean;
	readonly observed: boolean;
	/** Tags that the office set; those of the own department can be taken back. */
	readonly tags: readonly string[];
	readonly ownTags: readonly string[];
	/** Tags that came with the register's source. */
	readonly sourceTags: readonly string[];
};

export const objectPageSize = 50;
/** Counting stops here: a page says "more than". */
export const countLimit = 100_000;
/** A part of a name has no index and may stand in very many: so many of its enterprises are looked at. */
export const nameLimit = 1_000;

/** Enterprises whose name has a part, by its beginning where any begins so. */
async function named(db: Kysely<DB>, actor: Actor, q: string): Promise<readonly string[]> {
	const part = q.replace(/[\\%_]/g, '\\$&');
	const find = async (pattern: string) => {
		const { rows } = await sql<{ uscc: string }>`
			select e.uscc from enterprise e
			where e.name like ${pattern} and ${withinJurisdiction(scopeOf(actor), { region: 'e.region_code', industry: 'e.industry_key' })}
			order by e.name, e.uscc limit ${nameLimit}
		`.execute(db);
		return rows.map(({ uscc }) => uscc);
	};
	const beginning = await find(`${part}%`);
	return beginning.length > 0 ? beginning : find(`%${part}%`);
}

/** The condition of a filter over `inspection_object o`, with the jurisdiction. */
export async function objectCondition(db: Kysely<DB>, actor: Actor, filter: ObjectFilter): Promise<RawBuilder<SqlBool>> {
	const today = await databaseToday(db);
	const parts: RawBuilder<SqlBool>[] = [withinJurisdiction(scopeOf(actor), { region: 'o.region_code', industry: 'o.industry_key' })];
	if (/^[0-9A-Za-z]{18}$/.test(filter.q)) parts.push(sql<SqlBool>`o.uscc = ${filter.q.toUpperCase()}`);
	else if (filter.q !== '') parts.push(sql<SqlBool>`o.uscc = any (${await named(db, actor, filter.q)}::text[])`);
	if (filter.region !== null) parts.push(regionWithin(regionPrefix(filter.region), 'o.region_code'));
	if (filter.industry !== null) parts.push(industryWithin(filter.industry, 'o.industry_key'));
	if (filter.class !== null) parts.push(filter.class === 'none' ? sql<SqlBool>`o.class is null` : sql<SqlBool>`o.class = ${filter.class}`);
	if (filter.keyClass !== null) parts.push(sql<SqlBool>`o.key_class = ${filter.keyClass}`);
	if (filter.tag !== null) parts.push(filter.tag === untagged ? sql<SqlBool>`o.tags = '{}'` : sql<SqlBool>`o.tags <> '{}' and ${filter.tag} = any (o.tags)`);
	if (filter.observed !== null) {
		const running = sql<SqlBool>`o.uscc in (select p.uscc from observation_period p where p.ended_on is null and ${today}::date between p.from_on and p.until_on)`;
		parts.push(filter.observed ? running : sql<SqlBool>`not ${running}`);
	}
	return sql<SqlBool>`(${sql.join(parts, sql` and `)})`;
}

/** `more`: there are more than were counted. `previous`, `next`: the codes to go on from. */
export type ObjectPage = {
	readonly rows: ObjectListRow[]; readonly total: number; readonly more: boolean; readonly previous: string | null; readonly next: string | null;
};

/** Objects on one page, in the order of their codes. @param place the last code of the page before, or the first of the page after. */
export async function listObjects(
	db: Kysely<DB>, actor: Actor, filter: ObjectFilter, place: { readonly after?: string | null; readonly before?: string | null } = {}
): Promise<ObjectPage> {
	if (!may(actor, 'task.see')) return { rows: [], total: 0, more: false, previous: null, next: null };
	const condition = await objectCondition(db, actor, filter);
	const back = place.before != null;
	const from = back ? sql`and o.uscc < ${place.before}` : place.after != null ? sql`and o.uscc > ${place.after}` : sql``;
	const [found, counted] = await Promise.all([
		sql<{ uscc: string }>`select o.uscc from inspection_object o where ${condition} ${from} order by o.uscc ${back ? sql`desc` : sql``} limit ${objectPageSize + 1}`.execute(db),
		sql<{ n: number }>`select count(*)::int as n from (select from inspection_object o where ${condition} limit ${countLimit + 1}) x`.execute(db)
	]);
	// An address may name a code beyond the end, or one that changed its place since: the list begins anew.
	if (found.rows.length === 0 && (back || place.after != null)) return listObjects(db, actor, filter);
	const further = found.rows.length > objectPageSize;
	const page = found.rows.slice(0, objectPageSize).map(({ uscc }) => uscc);
	if (back) page.reverse();
	const rows = await objectRows(db, actor, page);
	const n = counted.rows[0]!.n;
	return {
		rows, total: Math.min(n, countLimit), more: n > countLimit,
		previous: (back ? further : place.after != null) ? (page[0] ?? null) : null,
		next: (back ? true : further) ? (page[page.length - 1] ?? null) : null
	};
}

/** What a list and a file say of objects of the jurisdiction, in the order of their codes. */
export async function objectRows(db: Kysely<DB>, actor: Actor, usccs: readonly string[]): Promise<ObjectListRow[]> {
	if (usccs.length === 0 || !may(actor, 'task.see')) return [];
	const today = await databaseToday(db);
	const { rows } = await sql<ObjectListRow>`
		select o.uscc, e.name, coalesce(r.name, o.region_code) as region, coalesce(i.name, o.industry_key) as industry, o.class, o.class_month as "classMonth",
			o.key_class as "keyClass", coalesce(g.tags, '{}') as tags, coalesce(g.own, '{}') as "ownTags", e.tags as "sourceTags",
			exists (select from observation_period p where p.uscc = o.uscc and p.ended_on is null and ${today}::date between p.from_on and p.until_on) as observed
		from inspection_object o join enterprise e on e.uscc = o.uscc
		left join region r on r.code = o.region_code left join industry i on i.key = o.industry_key
		left join lateral (
			select array_agg(t.tag order by t.tag) as tags, array_agg(t.tag order by t.tag) filter (where t.department_id = ${actor.departmentId}) as own
			from object_tag t where t.uscc = o.uscc and t.removed_at is null
		) g on true
		where o.uscc = any (${usccs}::text[]) and ${withinJurisdiction(scopeOf(actor), { region: 'o.region_code', industry: 'o.industry_key' })}
		order by o.uscc
	`.execute(db);
	return rows;
}

/** All tags of the jurisdiction's objects, from sources and offices, most used first. */
export async function tagCounts(db: Kysely<DB>, actor: Actor): Promise<readonly { readonly tag: string; readonly n: number }[]> {
	if (!may(actor, 'task.see')) return [];
	const { rows } = await sql<{ tag: string; n: number }>`
		select t.tag, count(*)::int as n from inspection_object o, unnest(o.tags) t (tag)
		where o.tags <> '{}' and ${withinJurisdiction(scopeOf(actor), { region: 'o.region_code', industry: 'o.industry_key' })}
		group by t.tag order by n desc, t.tag limit 200
	`.execute(db);
	return rows;
}
