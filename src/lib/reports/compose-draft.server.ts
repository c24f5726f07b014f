import type { Kysely, Selectable } from 'kysely';
import type { DB, Report } from '#db/types.ts';
import { dayOf } from '#lib/calendar/days.ts';
import { notify } from '#lib/notices/notify.server.ts';
import { chartSvg } from './charts/chart.ts';
import { gather } from './compose.server.ts';
import type { Content, Section } from './content.ts';
import { change, contentOf, nowIn, remember } from './lock.server.ts';
import { keptWords } from './merge.ts';
import type { ReportKind } from './period.ts';
import { picture, type Drawn } from './picture.server.ts';
import { reportOf } from './sections/report.ts';
import { unitOf } from './unit.server.ts';

/** What a job is told while it composes. */
export type Composing = { readonly progress: (part: number) => void; readonly signal: AbortSignal; readonly log: (message: string) => void };

/**
 * Composes a draft: figures, words, pictures. Words of people stay as they are. Nothing is written to what has left the state of a draft
 * meanwhile.
 *
 * @returns what came of it, for the job's record.
 */
export async function composeDraft(db: Kysely<DB>, id: string, { progress, signal, log }: Composing): Promise<Readonly<Record<string, unknown>>> {
	const row = await db.selectFrom('report').selectAll().where('id', '=', id).executeTakeFirst();
	if (row === undefined || row.state !== 'draft') return { left: row?.state ?? 'unknown' };
	const unit = await unitOf(db, row.department_id);
	if (unit === null) throw new Error(`The report's department ${row.department_id} does not exist`);
	const today = dayOf(await nowIn(db));
	// The place as it was when the report was begun: who may see it was decided by that.
	const place = { ...unit, regionCode: row.region_code, industries: row.industries };
	const material = await gather(db, place, periodOfRow(row), today, (part) => progress(part * 0.8));
	if (signal.aborted) throw new Error('Stopped before it was done');
	const { content, drawn } = await drawCharts(reportOf(material), log);
	progress(0.95);
	return db.transaction().execute(async (trx) => {
		const now = await nowIn(trx);
		const latest = await trx.selectFrom('report').selectAll().where('id', '=', id).forUpdate().executeTakeFirstOrThrow();
		if (latest.state !== 'draft') return { left: latest.state };
		const sections = latest.content === null ? content.sections : keptWords(content.sections, contentOf(latest).sections);
		await trx.deleteFrom('report_picture').where('report_id', '=', id).execute();
		const pictures = [...new Map(drawn.map((one) => [one.hash, one])).values()];
		if (pictures.length > 0) await trx.insertInto('report_picture').values(pictures.map(({ hash, bytes }) => ({ report_id: id, hash, bytes: Buffer.from(bytes) }))).execute();
		await change(trx, latest, now, { content: JSON.stringify({ ...content, sections }), composed_at: now });
		if (latest.composed_at === null) await tellWriters(trx, latest);
		await remember(trx, null, latest, 'compose', { version: material.snapshot.version });
		return { reportId: id, sections: sections.length, pictures: pictures.length };
	});
}

const periodOfRow = (row: Pick<Selectable<Report>, 'kind' | 'period_key' | 'from_day' | 'to_day'>) => ({ kind: row.kind as ReportKind, key: row.period_key, from: row.from_day, to: row.to_day });

/** Draws every chart. Where the machine cannot draw, the tables with the same numbers stand alone, and the job's log says why. */
async function drawCharts(content: Content, log: (message: string) => void): Promise<{ readonly content: Content; readonly drawn: readonly Drawn[] }> {
	const drawn: Drawn[] = [];
	const sections: Section[] = [];
	for (const section of content.sections) {
		const charts = [];
		for (const chart of section.charts) {
			try {
				const one = await picture(chartSvg(chart.data));
				drawn.push(one);
				charts.push({ ...chart, picture: { hash: one.hash, width: one.width, height: one.height } });
			} catch (error) {
				log(`The chart ${chart.key} cannot be drawn: ${error instanceof Error ? error.message : String(error)}`);
				charts.push(chart);
			}
		}
		sections.push({ ...section, charts });
	}
	return { content: { ...content, sections }, drawn };
}

/** A draft that came by itself is told to those who may work on it, one that was asked for to who asked. */
async function tellWriters(trx: Parameters<typeof notify>[0], row: Pick<Selectable<Report>, 'id' | 'department_id' | 'created_by'>): Promise<void> {
	const people = row.created_by !== null ? [{ id: row.created_by }] : await trx.selectFrom('app_user').select('id').where('department_id', '=', row.department_id).where('role', 'in', ['monitor', 'planner']).where('state', '=', 'active').execute();
	await notify(trx, people.map(({ id }) => ({ userId: id, kind: 'report-drafted', objectKind: 'report', objectId: row.id, number: null, key: `report-drafted|${row.id}` })));
}
