import { sql, type Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import { addDays, daysBetween } from '#lib/calendar/days.ts';
import type { Actor } from '#lib/access/actor.ts';
import { decideDisposal, submitDisposal, withdrawDisposal } from '#lib/disposals/approve.server.ts';
import { beginDisposal, editDisposal } from '#lib/disposals/draft.server.ts';
import { addresseesOf, factsFor, paperWarning, type PaperWarning } from '#lib/disposals/facts.server.ts';
import { concludeDisposal, issueDisposal, serveDisposal } from '#lib/disposals/issue.server.ts';
import { measureOf } from '#lib/disposals/lock.server.ts';
import type { Paper } from '#lib/disposals/paper.ts';
import { paperHash } from '#lib/disposals/paper-hash.ts';
import { fillTemplate, type FieldValues } from '#lib/disposals/template.ts';
import type { Turn } from './desk.ts';

/** How far a disposal of the demo has come. */
export type Until = 'draft' | 'submitted' | 'approved' | 'issued' | 'served' | 'concluded' | 'withdrawn';

/** `text`: what is asked of them, looked at or talked about. */
export type Wanted = { readonly measure: string; readonly text: string; readonly until: Until };

type People = { readonly monitor: Actor; readonly leader: Actor };
type Row = Turn['row'];

const reached: readonly Until[] = ['draft', 'submitted', 'approved', 'issued', 'served', 'concluded'];

/** The steps of a disposal by the verbs of its page: written and submitted on one day, approved and issued on the next. */
export function disposeOf(db: Kysely<DB>, { monitor, leader }: People, row: Row, after: number, wanted: Wanted): Turn[] {
	const id = `demo-${row.id}`;
	const seen = async () => ({ id, version: (await db.selectFrom('disposal').select('version').where('id', '=', id).executeTakeFirstOrThrow()).version });
	const turn = (days: number, hour: number, what: string, step: () => Promise<{ readonly ok: boolean; readonly reason?: string }>): Turn => ({
		row, day: addDays(row.raised_on, days), hour,
		take: async (at) => {
			const done = await step();
			if (!done.ok) throw new Error(`the demo could not ${what} for warning ${row.number}: ${done.reason ?? ''}`);
			await stamp(db, id, what, at);
		}
	});
	const paper = wanted.measure !== 'inspect';
	const last = wanted.until === 'withdrawn' ? 0 : reached.indexOf(wanted.until);
	const turns = [
		turn(after - 1, 10, 'begin', async () => {
			const warning = (await paperWarning(db, monitor, row.id))!;
			const [first] = await addresseesOf(db, monitor, warning);
			const begun = await beginDisposal(db, monitor, {
				id, warningId: row.id, measureId: wanted.measure, uscc: wanted.measure === 'inspect' ? (warning.uscc ?? null) : (first?.uscc ?? null), addressee: wanted.measure === 'inspect' ? '' : '有关登记代理机构'
			});
			if (!begun.ok) return begun;
			const values = valuesOf(wanted, row, after);
			return editDisposal(db, monitor, await seen(), { values, ...(await textOn(db, monitor, id, asOf(warning, addDays(row.raised_on, after - 2)), values)), fromTemplate: false });
		}),
		turn(after - 1, 11, 'submit', async () => submitDisposal(db, monitor, await seen(), leader.id, null, addDays(row.raised_on, after - 1))),
		turn(after, 10, 'approve', async () => decideDisposal(db, leader, await seen(), { approve: true })),
		turn(after, 14, 'issue', async () => issueDisposal(db, monitor, await seen(), addDays(row.raised_on, after))),
		turn(after + 2, 11, 'serve', async () => serveDisposal(db, monitor, await seen(), { on: await databaseToday(db), how: 'posted', note: '' })),
		turn(after + 5, 15, 'conclude', async () => concludeDisposal(db, monitor, await seen(), { outcome: 'corrected', note: '已按要求落实，留存材料备查' }))
	].slice(0, last + 1).filter((_, step) => paper || step !== 4);
	return wanted.until === 'withdrawn' ? [...turns, turn(after, 16, 'withdraw', async () => withdrawDisposal(db, monitor, await seen(), '企业已主动说明情况并整改，改为继续核查'))] : turns;
}

/** The warning as it stood on an evening: its window ends there, not weeks later. */
function asOf(warning: PaperWarning, day: string): PaperWarning {
	const { evidence } = warning.explanation;
	const back = Math.max(0, daysBetween(day, evidence.to));
	const shifted = { ...evidence, from: addDays(evidence.from, -back), to: addDays(evidence.to, -back) };
	return { ...warning, explanation: { ...warning.explanation, evidence: shifted } };
}

/** The text that the template gave on that day. */
async function textOn(db: Kysely<DB>, actor: Actor, id: string, warning: PaperWarning, values: FieldValues): Promise<{ title: string; body: string }> {
	const row = await db.selectFrom('disposal').select(['measure', 'uscc', 'addressee']).where('id', '=', id).executeTakeFirstOrThrow();
	const to = (await addresseesOf(db, actor, warning)).find(({ uscc }) => uscc === row.uscc) ?? null;
	return fillTemplate({ measure: measureOf(row), facts: await factsFor(db, actor, warning, to), addressee: row.addressee, values, agency: '' });
}

function valuesOf({ measure, text }: Wanted, row: Row, after: number): Record<string, string> {
	const later = (days: number) => addDays(row.raised_on, after + days);
	switch (measure) {
		case 'interview':
			return { day: later(6), time: '09:30', place: '江苏省市场监督管理局二楼会议室', who: '主要负责人', topics: text };
		case 'inspect':
			return { matter: text, by: later(20) };
		case 'transfer':
			return { authority: '属地市场监督管理局', reason: text, 'reply-by': later(20) };
		case 'refer':
			return { unit: '执法稽查总队', lead: `线索${row.number}`, suspicion: text };
		default:
			return { request: text, 'reply-by': later(10) };
	}
}

async function databaseToday(db: Kysely<DB>): Promise<string> {
	const { rows } = await sql<{ today: string }>`select (now() at time zone 'Asia/Shanghai')::date::text as today`.execute(db);
	return rows[0]!.today;
}

/** Moves a step of a disposal to the day on which an office would have taken it, the date on its paper included. */
async function stamp(db: Kysely<DB>, id: string, what: string, at: string): Promise<void> {
	const when = sql`${at}::timestamptz`;
	const day = sql`(${at}::timestamptz at time zone 'Asia/Shanghai')::date`;
	const columns: Readonly<Record<string, ReturnType<typeof sql>>> = {
		begin: sql`created_at = ${when}`, submit: sql`submitted_at = ${when}`, approve: sql`approved_at = ${when}`,
		issue: sql`issued_at = ${when}, issued_on = ${day}`, serve: sql`served_on = ${day}`, conclude: sql`concluded_on = ${day}`
	};
	await sql`update disposal set changed_at = ${when}${columns[what] === undefined ? sql`` : sql`, ${columns[what]}`} where id = ${id}`.execute(db);
	if (what !== 'issue') return;
	const { paper } = await db.selectFrom('disposal').select('paper').where('id', '=', id).executeTakeFirstOrThrow();
	if (paper === null) return;
	const dated = { ...(paper as unknown as Paper), date: at.slice(0, 10) };
	await db.updateTable('disposal').set({ paper: JSON.stringify(dated), paper_hash: paperHash(dated) }).where('id', '=', id).execute();
}

/** What was answered long ago is not new to anybody; what still waits is. */
export async function readNotices(db: Kysely<DB>): Promise<void> {
	await sql`
		update notice n set read_at = clock_timestamp() from disposal d
		where n.object_kind = 'disposal' and d.id = n.object_id and not (n.kind = 'disposal-to-approve' and d.state = 'submitted') and d.state <> 'approved'
	`.execute(db);
}
