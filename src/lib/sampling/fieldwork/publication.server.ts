import { sql, type Kysely, type RawBuilder, type SqlBool, type Transaction } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import { audit } from '#lib/access/audit.server.ts';
import { check, may } from '#lib/access/permissions.ts';
import { notFound, refuse, type Refusal } from '#lib/access/refuse.ts';
import { withinJurisdiction } from '#lib/access/scope.server.ts';
import { scopeOf } from '#lib/access/scope.ts';
import { isDay } from '#lib/calendar/days.ts';
import { heldSkip } from '../paging.ts';
import { saysWhy } from '../reasons.ts';
import { databaseToday } from '../tasks/access.server.ts';
import { namesLaw, type PublicationView } from './publication.ts';

/** One visit whose result has to become, or became, public. */
export type Publication = {
	readonly uscc: string;
	readonly ref: string;
	readonly name: string;
	readonly number: string;
	readonly department: string;
	readonly own: boolean;
	/** `YYYY-MM-DD` */
	readonly visitedOn: string;
	readonly dueOn: string;
	readonly state: string;
	readonly publishedOn: string | null;
	readonly channel: string | null;
	readonly exemptReason: string | null;
	readonly results: readonly { readonly itemId: string; readonly item: string; readonly result: string }[];
};

/** Rows of a page. */
export const publicationPage = 100;

/** Visits with what was found, of the actor's jurisdiction. Nothing of class, warning or reason is read here: it leaves. */
const publications = (actor: Actor, where: RawBuilder<unknown>) => sql<Publication>`
	select p.uscc, p.ref, e.name, coalesce(t.number, l.number) as number, d.name as department, p.department_id = ${actor.departmentId} as own,
		coalesce(o.visited_on, l.visited_on)::text as "visitedOn", p.due_on::text as "dueOn", p.state, p.published_on::text as "publishedOn", p.channel,
		p.exempt_reason as "exemptReason",
		(select coalesce(jsonb_agg(jsonb_build_object('itemId', f.item_id, 'item', coalesce(i.name, '–'), 'result', f.result) order by f.item_id <> coalesce(t.item_id, l.item_id, ''), f.item_id), '[]')
			from inspection_result f left join inspection_item i on i.id = f.item_id where f.uscc = p.uscc and f.ref = p.ref) as results
	from result_publication p
	join enterprise e on e.uscc = p.uscc join department d on d.id = p.department_id
	left join sampling_task t on p.ref = 'task:' || t.id
	left join sampling_object o on o.task_id = t.id and o.draw_n = t.draw_n and o.uscc = p.uscc
	left join lead_check l on p.ref = 'lead:' || l.id
	where ${withinJurisdiction(scopeOf(actor), { region: 'e.region_code', industry: 'e.industry_key' })} and ${where}
	order by p.due_on, p.uscc, p.ref`;

const inView = (view: PublicationView, today: string): RawBuilder<SqlBool> =>
	view === 'overdue' ? sql<SqlBool>`p.state = 'due' and p.due_on < ${today}` : sql<SqlBool>`p.state = ${view}`;

/** A page of publications of one view, those due first, the last page where one beyond it is asked for; `more`: there are further ones. @param page from 0. */
export async function listPublications(db: Kysely<DB>, actor: Actor, view: PublicationView, page: number) {
	if (!may(actor, 'task.see')) return { rows: [], more: false, page: 0 };
	const where = inView(view, await databaseToday(db));
	const skip = page === 0 ? 0 : heldSkip(page * publicationPage, (await countPublications(db, actor))[view], publicationPage);
	const { rows } = await sql<Publication>`${publications(actor, where)} limit ${publicationPage + 1} offset ${skip}`.execute(db);
	return { rows: rows.slice(0, publicationPage), more: rows.length > publicationPage, page: skip / publicationPage };
}

/** How many are in each view, in the jurisdiction; `ownOverdue`: those of the actor's department that are late. */
export async function countPublications(db: Kysely<DB>, actor: Actor): Promise<Record<PublicationView | 'ownOverdue', number>> {
	if (!may(actor, 'task.see')) return { due: 0, overdue: 0, published: 0, exempt: 0, ownOverdue: 0 };
	const today = await databaseToday(db);
	const { rows } = await sql<Record<PublicationView | 'ownOverdue', number>>`
		select count(*) filter (where p.state = 'due')::int as due, count(*) filter (where p.state = 'due' and p.due_on < ${today})::int as overdue,
			count(*) filter (where p.state = 'published')::int as published, count(*) filter (where p.state = 'exempt')::int as exempt,
			count(*) filter (where p.state = 'due' and p.due_on < ${today} and p.department_id = ${actor.departmentId})::int as "ownOverdue"
		from result_publication p join enterprise e on e.uscc = p.uscc
		where ${withinJurisdiction(scopeOf(actor), { region: 'e.region_code', industry: 'e.industry_key' })}
	`.execute(db);
	return rows[0]!;
}

/** All publications of a view, for the file that goes out. */
export async function publicationsToExport(db: Kysely<DB>, actor: Actor, view: PublicationView): Promise<readonly Publication[]> {
	return (await publications(actor, sql`p.department_id = ${actor.departmentId} and ${inView(view, await databaseToday(db))}`).execute(db)).rows;
}

export type PublicationKey = { readonly uscc: string; readonly ref: string };

/** `91…|task:…`, as it stands in a form; null for anything else. */
export function publicationKeyOf(text: string): PublicationKey | null {
	const [uscc, ref, rest] = text.split('|');
	return uscc && ref && rest === undefined ? { uscc, ref } : null;
}

/** Notes that results became public, where and on which day: one or many, all of them or none. */
export async function markPublished(
	db: Kysely<DB>, actor: Actor, keys: readonly PublicationKey[], published: { readonly on: string; readonly channel: string }
): Promise<{ readonly ok: true; readonly marked: number } | Refusal> {
	const channel = published.channel.trim();
	if (!isDay(published.on)) return refuse('not-a-day');
	if (channel.length < 2 || channel.length > 100) return refuse('channel-missing');
	return decide(db, actor, keys, ['due', 'exempt'], async (trx, rows) => {
		if (published.on > (await databaseToday(trx))) return refuse('published-in-the-future');
		if (rows.some((row) => published.on < row.visitedOn)) return refuse('before-the-visit');
		return { state: 'published', published_on: published.on, channel, exempt_reason: null, action: 'result.publish', detail: { day: published.on, value: channel } };
	});
}

/** Notes the law by which results do not become public. */
export async function exemptFromPublication(
	db: Kysely<DB>, actor: Actor, keys: readonly PublicationKey[], reason: string
): Promise<{ readonly ok: true; readonly marked: number } | Refusal> {
	const because = reason.trim();
	if (!namesLaw(because)) return refuse('law-missing');
	return decide(db, actor, keys, ['due'], () =>
		Promise.resolve({ state: 'exempt', published_on: null, channel: null, exempt_reason: because, action: 'result.exempt', detail: { reason: because } })
	);
}

/** Takes a mark back that was made by mistake: it is due again, by its old day. */
export async function reopenPublication(
	db: Kysely<DB>, actor: Actor, keys: readonly PublicationKey[], reason: string
): Promise<{ readonly ok: true; readonly marked: number } | Refusal> {
	const because = reason.trim();
	if (!saysWhy(because)) return refuse('reason-missing');
	return decide(db, actor, keys, ['published', 'exempt'], () =>
		Promise.resolve({ state: 'due', published_on: null, channel: null, exempt_reason: null, action: 'result.unpublish', detail: { reason: because } })
	);
}

type Decision = {
	readonly state: string; readonly published_on: string | null; readonly channel: string | null; readonly exempt_reason: string | null;
	readonly action: string; readonly detail: Readonly<Record<string, unknown>>;
};
type Row = { readonly uscc: string; readonly ref: string; readonly departmentId: string; readonly state: string; readonly visitedOn: string };

async function decide(
	db: Kysely<DB>, actor: Actor, keys: readonly PublicationKey[], from: readonly string[], rule: (trx: Transaction<DB>, rows: readonly Row[]) => Promise<Decision | Refusal>
): Promise<{ readonly ok: true; readonly marked: number } | Refusal> {
	if (keys.length === 0) return refuse('none-chosen');
	return db.transaction().execute(async (trx) => {
		const { rows } = await sql<Row>`
			select p.uscc, p.ref, p.department_id as "departmentId", p.state, coalesce(
				(select o.visited_on from sampling_object o join sampling_task t on t.id = o.task_id and t.draw_n = o.draw_n
					where p.ref = 'task:' || t.id and o.uscc = p.uscc and o.task_id = substr(p.ref, 6)),
				(select l.visited_on from lead_check l where p.ref = 'lead:' || l.id))::text as "visitedOn"
			from result_publication p join enterprise e on e.uscc = p.uscc
			join unnest(${keys.map((k) => k.uscc)}::text[], ${keys.map((k) => k.ref)}::text[]) k (uscc, ref) on k.uscc = p.uscc and k.ref = p.ref
			where ${withinJurisdiction(scopeOf(actor), { region: 'e.region_code', industry: 'e.industry_key' })}
			order by p.uscc, p.ref for update of p
		`.execute(trx);
		if (rows.length < new Set(keys.map((k) => `${k.uscc}|${k.ref}`)).size) return check(actor, 'result.publish', { departmentId: actor.departmentId }) ?? notFound;
		for (const row of rows) {
			const refusal = check(actor, 'result.publish', { departmentId: row.departmentId });
			if (refusal) return refusal;
			if (!from.includes(row.state)) return refuse('wrong-state', { state: row.state });
		}
		const ruled = await rule(trx, rows);
		if ('ok' in ruled) return ruled;
		const { action, detail, ...set } = ruled;
		for (const { uscc, ref } of rows) {
			await trx
				.updateTable('result_publication').set({ ...set, decided_by: actor.id, decided_at: sql<Date>`now()` }).where('uscc', '=', uscc).where('ref', '=', ref).execute();
		}
		await audit(trx, actor, {
			action, objectKind: 'result_publication', objectId: rows.length === 1 ? `${rows[0]!.uscc}|${rows[0]!.ref}` : null,
			detail: { rows: rows.length, uscc: rows.map((row) => row.uscc), ...detail }
		});
		return { ok: true, marked: rows.length };
	});
}
