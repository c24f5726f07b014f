import type { Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import { audit } from '#lib/access/audit.server.ts';
import { may } from '#lib/access/permissions.ts';
import { notAllowed, notFound, refuse, type NotAllowed, type NotFound, type Refusal } from '#lib/access/refuse.ts';
import { dayOf, timeOf } from '#lib/calendar/days.ts';
import { parseAgency } from '#lib/disposals/agency.ts';
import { agencyOf } from '#lib/disposals/choices.server.ts';
import { m } from '#lib/messages/messages.js';
import { watermarkSvg } from './charts/watermark.ts';
import { chartsOf, type Content } from './content.ts';
import { findReport } from './detail.server.ts';
import { isIntact, picturesOf } from './hash.server.ts';
import { contentOf, nowIn } from './lock.server.ts';
import { picture } from './picture.server.ts';
import type { ReportState } from './states.ts';
import { wordFile } from './word.ts';
import { workbook } from './workbook.ts';

const chinese = { locale: 'zh-CN' } as const;

/** A report as it stands on paper or on the sheet to print. */
export type ReportPaper = {
	readonly content: Content;
	readonly number: string | null;
	readonly issuedOn: string | null;
	readonly agency: string;
	readonly mark: string;
	readonly classNotice: string;
	readonly limits: string;
	readonly taken: string;
	readonly pictures: ReadonlyMap<string, Uint8Array>;
};

export type TakeRefusal = NotAllowed | NotFound | Refusal<'not-composed'> | Refusal<'not-intact'>;
export type Taken = { readonly ok: true; readonly fileName: string; readonly bytes: Uint8Array };
type Way = 'word' | 'tables' | 'print';

/** 草稿 and the like; '' for what is in force. */
const marks: Readonly<Record<ReportState, string>> = {
	draft: '【草稿】', submitted: '【草稿·送审中】', reviewed: '【草稿·待签发】', issued: '', withdrawn: '【已撤回】', replaced: '【已被新版替代】', discarded: '【已作废】'
};

/** The report as a Word file, marked with who takes it and when. */
export async function takeWord(db: Kysely<DB>, actor: Actor, id: string): Promise<Taken | TakeRefusal> {
	return take(db, actor, id, 'word', async (paper) => {
		const mark = await picture(watermarkSvg([paper.taken, '内部资料 注意保密']));
		return { bytes: await wordFile({ ...paper, watermark: mark.bytes }), ending: 'docx' };
	});
}

/** All tables and figures of the report as a workbook. */
export async function takeTables(db: Kysely<DB>, actor: Actor, id: string): Promise<Taken | TakeRefusal> {
	return take(db, actor, id, 'tables', async (paper) => ({ bytes: new Uint8Array(await workbook(paper)), ending: 'xlsx' }));
}

async function take(
	db: Kysely<DB>, actor: Actor, id: string, way: Way, make: (paper: ReportPaper) => Promise<{ readonly bytes: Uint8Array; readonly ending: string }>
): Promise<Taken | TakeRefusal> {
	const paper = await reportPaper(db, actor, id, way);
	if (!paper.ok) return paper;
	const { bytes, ending } = await make(paper);
	return { ok: true, bytes, fileName: `${paper.mark}${paper.number ?? ''}${paper.content.title}.${ending}` };
}

/**
 * The report as somebody takes it away: an issued one only while it is, to the letter, what was issued. Each taking is in the audit trail (H2).
 */
export async function reportPaper(db: Kysely<DB>, actor: Actor, id: string, way: Way): Promise<(ReportPaper & { readonly ok: true }) | TakeRefusal> {
	if (!may(actor, 'report.see') || !may(actor, 'business.export')) return notAllowed;
	const row = await findReport(db, actor, id);
	if (row === null) return notFound;
	if (row.content === null) return refuse('not-composed');
	const pictures = await picturesOf(db, id);
	if (row.paper_hash !== null && !isIntact(row, pictures)) return refuse('not-intact');
	const content = contentOf(row);
	const now = await nowIn(db);
	const agency = parseAgency(row.agency) ?? (await agencyOf(db, row.department_id));
	await audit(db, actor, {
		action: 'report.download', objectKind: 'report', objectId: id, detail: { ...(row.number === null ? { state: row.state } : { number: row.number }), way, ...(row.paper_hash === null ? {} : { hash: row.paper_hash }) }
	});
	return {
		ok: true, content, number: row.number, issuedOn: row.issued_on, agency: agency?.name ?? content.unit, mark: marks[row.state as ReportState],
		classNotice: content.classes ? m.common_class_notice({}, chinese) : '', limits: m.reports_limits({}, chinese),
		taken: m.reports_taken({ person: actor.displayName, account: actor.name, day: dayOf(now), time: timeOf(now) }, chinese), pictures
	};
}

/** One picture of a report; those of an issued one are checked against their hash. */
export async function reportPicture(db: Kysely<DB>, actor: Actor, id: string, hash: string): Promise<{ readonly ok: true; readonly bytes: Uint8Array } | NotAllowed | NotFound> {
	if (!may(actor, 'report.see')) return notAllowed;
	const row = await findReport(db, actor, id);
	if (row === null || row.content === null || !chartsOf(contentOf(row)).some((chart) => chart.picture?.hash === hash)) return notFound;
	const found = await db.selectFrom('report_picture').select('bytes').where('report_id', '=', id).where('hash', '=', hash).executeTakeFirst();
	return found === undefined ? notFound : { ok: true, bytes: new Uint8Array(found.bytes) };
}
