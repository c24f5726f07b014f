import { sql, type Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import { may } from '#lib/access/permissions.ts';
import { notFound, type NotFound } from '#lib/access/refuse.ts';
import { maskPhone } from '#lib/enterprises/mask.ts';
import { joinedWith, type JoinedWith } from '../joint/list.server.ts';
import { findLeadCheck } from '../leads/checks.server.ts';
import { databaseToday, findTask } from '../tasks/access.server.ts';
import { itemsOfLead, itemsOfTask, type VisitItem } from './items.server.ts';
import { refText, type VisitRef } from './refs.ts';

export type SheetItem = VisitItem & {
	readonly finding: { readonly result: string; readonly note: string; readonly enteredAt: string; readonly by: string } | null;
};

/** One visit as inspectors and reviewers see it: facts and legal basis. No class, warning, score, indicator or reason (D11). */
export type Sheet = {
	readonly ref: VisitRef;
	readonly uscc: string;
	readonly number: string;
	readonly title: string;
	readonly department: string;
	readonly enterprise: { readonly name: string; readonly address: string | null; readonly region: string; readonly phone: string };
	readonly items: readonly SheetItem[];
	readonly team: readonly { readonly id: string; readonly name: string; readonly unit: string; readonly certificateNo: string; readonly expert: boolean }[];
	readonly dueOn: string | null;
	readonly from: string;
	readonly today: string;
	readonly state: 'open' | 'returned' | 'entered' | 'reviewed' | 'over';
	readonly result: string | null;
	readonly visitedOn: string | null;
	readonly enteredBy: string | null;
	/** Newest first. */
	readonly returns: readonly { readonly reason: string; readonly at: Date; readonly by: string }[];
	readonly files: readonly EvidenceFile[];
	/** The actor's account entered an item of it. */
	readonly mine: boolean;
	/** 综合查一次: with whom the visit is made together; null: alone. */
	readonly joined: JoinedWith | null;
};
export type EvidenceFile = {
	readonly id: string;
	readonly name: string;
	readonly size: number;
	readonly hash: string;
	readonly itemId: string | null;
	readonly by: string;
	readonly addedBy: string;
	readonly at: Date;
};

type Head = {
	number: string; title: string; department: string; dueOn: string | null; from: string; open: boolean; result: string | null; visitedOn: string | null;
	enteredBy: string | null; reviewed: boolean; name: string; address: string | null; region: string; phone: string | null;
};

/** A visit for who is on it, or who may see its list; anybody else does not find it. */
export async function findSheet(db: Kysely<DB>, actor: Actor, ref: VisitRef, uscc: string): Promise<{ readonly ok: true; readonly sheet: Sheet } | NotFound> {
	if (!(await maySee(db, actor, ref, uscc))) return notFound;
	const [sheet] = await sheetsOf(db, actor, ref, [uscc]);
	return sheet === undefined ? notFound : { ok: true, sheet };
}

/** Is this person on the visit, or may they see its list? */
export async function maySee(db: Kysely<DB>, actor: Actor, ref: VisitRef, uscc: string): Promise<boolean> {
	if (may(actor, 'task.see-own')) return (await ownUsccs(db, actor, ref)).includes(uscc);
	if (!may(actor, 'task.see')) return false;
	if (ref.kind === 'task') return (await findTask(db, actor, ref.id)).ok;
	const lead = await findLeadCheck(db, actor, ref.id);
	return lead.ok && lead.check.uscc === uscc;
}

/** The enterprises of a list that an inspector (or expert) is on. */
export async function ownUsccs(db: Kysely<DB>, actor: Actor, ref: VisitRef): Promise<string[]> {
	if (!may(actor, 'task.see-own') || actor.inspectorId === null) return [];
	const { rows } = ref.kind === 'task'
		? await sql<{ uscc: string }>`
			select s.uscc from task_inspector s join sampling_task t on t.id = s.task_id and t.draw_n = s.draw_n
			where s.task_id = ${ref.id} and s.inspector_id = ${actor.inspectorId} and t.state in ('drawn', 'done') order by s.uscc`.execute(db)
		: await sql<{ uscc: string }>`select uscc from lead_check where id = ${ref.id} and ${actor.inspectorId} = any(inspector_ids)`.execute(db);
	return rows.map((row) => row.uscc);
}

/** Enterprises of a list in the order of their codes. The caller has judged who may see them. @param usccs null: all. */
export async function sheetsOf(db: Kysely<DB>, actor: Actor, ref: VisitRef, usccs: readonly string[] | null): Promise<Sheet[]> {
	const [heads, items, team, findings, returns, files, joined, today] = await Promise.all([
		headsOf(db, ref, usccs),
		ref.kind === 'task' ? itemsOfTask(db, ref.id) : itemsOfLead(db, ref.id),
		teamsOf(db, ref, usccs),
		findingsOf(db, ref, usccs),
		returnsOf(db, ref, usccs),
		filesOf(db, ref, usccs),
		joinedWith(db, refText(ref)),
		databaseToday(db)
	]);
	return heads.map(({ uscc, name, address, region, phone, open, reviewed, ...head }) => {
		const back = returns.filter((r) => r.uscc === uscc);
		const found = findings.filter((f) => f.uscc === uscc);
		const state = reviewed ? 'reviewed' : !open ? 'over' : head.result !== null ? 'entered' : back.length > 0 ? 'returned' : 'open';
		return {
			...head, ref, uscc, state, today,
			enterprise: { name, address, region, phone: maskPhone(phone) },
			items: items.map((item) => {
				const f = found.find((one) => one.itemId === item.id);
				return { ...item, finding: f ? { result: f.result, note: f.note ?? '', enteredAt: f.at.toISOString(), by: f.by } : null };
			}),
			team: team.filter((one) => one.uscc === uscc).map(({ uscc: _, ...one }) => one),
			returns: back.map(({ reason, at, by }) => ({ reason, at, by })),
			files: files.filter((f) => f.uscc === uscc).map(({ uscc: _, ...f }) => f),
			mine: found.some((f) => f.enteredBy === actor.id),
			joined: joined.find((one) => one.uscc === uscc) ?? null
		};
	});
}

const among = (column: string, usccs: readonly string[] | null) => sql<boolean>`(${usccs}::text[] is null or ${sql.ref(column)} = any(${usccs}::text[]))`;

async function headsOf(db: Kysely<DB>, ref: VisitRef, usccs: readonly string[] | null): Promise<(Head & { uscc: string })[]> {
	const enterprise = sql`e.uscc, e.name, e.address, coalesce(r.name, e.region_code) as region, e.phone, u.display_name as "enteredBy"`;
	const { rows } = ref.kind === 'task'
		? await sql<Head & { uscc: string }>`
			select ${enterprise}, t.number, t.name as title, d.name as department, t.due_on::text as "dueOn", t.state = 'drawn' as open,
				((t.drawn_at at time zone 'Asia/Shanghai')::date)::text as "from", o.result, o.visited_on::text as "visitedOn", o.reviewed_at is not null as reviewed
			from sampling_object o join sampling_task t on t.id = o.task_id and t.draw_n = o.draw_n join department d on d.id = t.department_id
			join enterprise e on e.uscc = o.uscc left join region r on r.code = e.region_code left join app_user u on u.id = o.entered_by
			where o.task_id = ${ref.id} and ${among('o.uscc', usccs)} order by e.uscc`.execute(db)
		: await sql<Head & { uscc: string }>`
			select ${enterprise}, l.number, l.number as title, d.name as department, l.due_on::text as "dueOn", l.state = 'open' as open,
				((l.created_at at time zone 'Asia/Shanghai')::date)::text as "from", l.result, l.visited_on::text as "visitedOn", l.reviewed_at is not null as reviewed
			from lead_check l join department d on d.id = l.department_id
			join enterprise e on e.uscc = l.uscc left join region r on r.code = e.region_code left join app_user u on u.id = l.entered_by
			where l.id = ${ref.id} and ${among('l.uscc', usccs)}`.execute(db);
	return rows;
}

async function teamsOf(db: Kysely<DB>, ref: VisitRef, usccs: readonly string[] | null) {
	type Row = Sheet['team'][number] & { readonly uscc: string };
	const { rows } = ref.kind === 'task'
		? await sql<Row>`
			select s.uscc, i.id, i.name, i.unit, i.certificate_no as "certificateNo", s.expert
			from task_inspector s join sampling_task t on t.id = s.task_id and t.draw_n = s.draw_n join inspector i on i.id = s.inspector_id
			where s.task_id = ${ref.id} and ${among('s.uscc', usccs)} order by s.expert, s.rank`.execute(db)
		: await sql<Row>`
			select l.uscc, i.id, i.name, i.unit, i.certificate_no as "certificateNo", false as expert
			from lead_check l join inspector i on i.id = any(l.inspector_ids) where l.id = ${ref.id} order by i.id`.execute(db);
	return rows;
}

async function findingsOf(db: Kysely<DB>, ref: VisitRef, usccs: readonly string[] | null) {
	const { rows } = await sql<{ uscc: string; itemId: string; result: string; note: string | null; at: Date; enteredBy: string; by: string }>`
		select f.uscc, f.item_id as "itemId", f.result, f.note, f.entered_at as at, f.entered_by as "enteredBy", coalesce(u.display_name, f.entered_by) as by
		from inspection_result f left join app_user u on u.id = f.entered_by where f.ref = ${refText(ref)} and ${among('f.uscc', usccs)}
	`.execute(db);
	return rows;
}

async function returnsOf(db: Kysely<DB>, ref: VisitRef, usccs: readonly string[] | null) {
	const { rows } = await sql<{ uscc: string; reason: string; at: Date; by: string }>`
		select b.uscc, b.reason, b.returned_at as at, coalesce(u.display_name, b.returned_by) as by
		from result_return b left join app_user u on u.id = b.returned_by where b.ref = ${refText(ref)} and ${among('b.uscc', usccs)} order by b.n desc
	`.execute(db);
	return rows;
}

async function filesOf(db: Kysely<DB>, ref: VisitRef, usccs: readonly string[] | null) {
	const { rows } = await sql<EvidenceFile & { uscc: string }>`
		select f.uscc, f.id, f.name, f.size, f.hash, f.item_id as "itemId", coalesce(u.display_name, f.added_by) as by, f.added_by as "addedBy", f.added_at as at
		from inspection_file f left join app_user u on u.id = f.added_by where f.ref = ${refText(ref)} and ${among('f.uscc', usccs)} order by f.added_at, f.id
	`.execute(db);
	return rows;
}
