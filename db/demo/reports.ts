import type { Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import { addMonths, monthOf } from '#lib/calendar/days.ts';
import { beginReport, reportJob } from '#lib/reports/begin.server.ts';
import { composeDraft } from '#lib/reports/compose-draft.server.ts';
import { contentOf, type SeenReport } from '#lib/reports/lock.server.ts';
import { editSection } from '#lib/reports/edit.server.ts';
import { issueReport } from '#lib/reports/issue.server.ts';
import { setUnitKinds } from '#lib/reports/settings.server.ts';
import { reviewReport, submitReport } from '#lib/reports/steps.server.ts';
import { claimRequest, finishRequest } from '../../jobs/requests.ts';
import { demoActor } from './actors.ts';
import { must } from './must.ts';
import { provincialBureau } from './office.ts';

/** Said by a person under the newest month: words beside the composed ones are seen to be marked. */
const added = '请各设区市局结合本地情况，对重点关注的地区和行业研究落实监管措施。';

/**
 * Papers of the desk by the verbs of their pages: the brief of the month before last is issued, that of last month waits for the planner, the
 * year's summary is a draft whose highlights are still to be written. Months and years are drafted by themselves from then on.
 */
export async function playReports(db: Kysely<DB>, today: string): Promise<void> {
	const [monitor, planner, leader] = [await demoActor(db, 'monitor'), await demoActor(db, 'planner'), await demoActor(db, 'leader')];
	const lastMonth = addMonths(monthOf(today), -1);
	must('switch drafts on', await setUnitKinds(db, leader, provincialBureau, ['monthly', 'yearly']));
	const issued = await drafted(db, monitor, 'monthly', addMonths(lastMonth, -1));
	must('submit a report', await submitReport(db, monitor, await seen(db, issued), planner.id));
	must('review a report', await reviewReport(db, planner, await seen(db, issued), { approverId: leader.id, remark: '' }));
	must('issue a report', await issueReport(db, leader, await seen(db, issued)));
	const waiting = await drafted(db, monitor, 'monthly', lastMonth);
	await write(db, monitor, waiting, 'ahead', added);
	must('submit a report', await submitReport(db, monitor, await seen(db, waiting), planner.id));
	await drafted(db, monitor, 'yearly', lastMonth);
}

/** Begins a report and composes it as the worker does that takes the request. */
async function drafted(db: Kysely<DB>, actor: Actor, kind: string, month: string): Promise<string> {
	const { id } = must('begin a report', await beginReport(db, actor, { kind, month: month.slice(0, 7) }));
	const request = await claimRequest(db, [reportJob], 'demo', new Date());
	if (request?.payload['reportId'] !== id) throw new Error(`the demo could not take up the report ${kind} ${month}`);
	const detail = await composeDraft(db, id, { progress: () => undefined, signal: new AbortController().signal, log: () => undefined });
	await finishRequest(db, request, new Date(), { detail });
	return id;
}

async function seen(db: Kysely<DB>, id: string): Promise<SeenReport> {
	return { id, version: (await db.selectFrom('report').select('version').where('id', '=', id).executeTakeFirstOrThrow()).version };
}

/** Puts a paragraph below a section's composed ones. */
async function write(db: Kysely<DB>, actor: Actor, id: string, section: string, paragraph: string): Promise<void> {
	const row = await db.selectFrom('report').select('content').where('id', '=', id).executeTakeFirstOrThrow();
	const composed = contentOf(row).sections.find(({ key }) => key === section)?.composed ?? [];
	must('write in a report', await editSection(db, actor, id, { section, text: [...composed, paragraph].join('\n'), base: '', reset: false }));
}
