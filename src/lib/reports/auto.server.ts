import { sql, type Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import { monthEnd } from '#lib/calendar/days.ts';
import { loadWorkCalendar } from '#lib/calendar/working-days.server.ts';
import { notify } from '#lib/notices/notify.server.ts';
import { lastDayIn, readCompleteness } from '#lib/risk-map/completeness.server.ts';
import { regionPrefix } from '#lib/access/scope.ts';
import { draftPeriod, mayDraft, nextDue, reminderOwed, yearDueOn } from './auto.ts';
import { insertReport } from './begin.server.ts';
import { composeDraft, type Composing } from './compose-draft.server.ts';
import { nowIn, remember } from './lock.server.ts';
import { reportedKinds } from './map-figures.server.ts';
import type { Period, ReportKind } from './period.ts';
import { dueFor } from './settings.server.ts';
import { unitOf, type Unit } from './unit.server.ts';

/** Makes the drafts that are due on a day, and reminds of yearly summaries. One unit's failure keeps nobody else's back. */
export async function makeDueDrafts(db: Kysely<DB>, today: string, composing: Composing): Promise<Readonly<Record<string, unknown>>> {
	const calendar = await loadWorkCalendar(db);
	const due = await readDue(db);
	const settings = await db.selectFrom('report_unit').select(['department_id', 'kinds']).orderBy('department_id').execute();
	const failures: string[] = [];
	let drafted = 0;
	for (const { department_id, kinds } of settings) {
		const unit = await unitOf(db, department_id);
		if (unit === null) continue;
		for (const kind of kinds as readonly ReportKind[]) {
			if (composing.signal.aborted) throw new Error('Stopped before it was done');
			const period = draftPeriod(kind, calendar, today, dueFor(due, unit.regionCode));
			if (period === null || (await isThere(db, unit, period)) || !mayDraft(calendar, period, today, await isComplete(db, unit, period))) continue;
			try {
				await draft(db, unit, period, composing);
				drafted++;
			} catch (error) {
				failures.push(`${unit.name} ${period.key}: ${error instanceof Error ? error.message : String(error)}`);
			}
		}
	}
	const reminded = await remind(db, today);
	if (failures.length > 0) throw new Error(`Drafts failed: ${failures.join('; ')}`);
	return { drafted, reminded };
}

const readDue = (db: Kysely<DB>) => db.selectFrom('report_due').select(['region_code as regionCode', 'month', 'day']).execute();

/** Whether the unit has, or had and gave up, a report of the period: the machine does not begin again what people ended. A draft that was never composed is not there. */
async function isThere(db: Kysely<DB>, unit: Unit, period: Period): Promise<boolean> {
	const row = await db
		.selectFrom('report').select('id').where('department_id', '=', unit.id).where('kind', '=', period.kind).where('period_key', '=', period.key)
		.where((eb) => eb.or([eb('content', 'is not', null), eb('state', '<>', 'draft'), eb('created_by', 'is not', null)])).executeTakeFirst();
	return row !== undefined;
}

async function draft(db: Kysely<DB>, unit: Unit, period: Period, composing: Composing): Promise<void> {
	const { id } = await db.transaction().execute(async (trx) => {
		const made = await insertReport(trx, unit, period, await nowIn(trx), null);
		if (!made.existed) await remember(trx, null, { id: made.id, kind: period.kind, period_key: period.key, edition: made.edition, number: null }, 'begin');
		return made;
	});
	await composeDraft(db, id, { ...composing, progress: () => undefined });
}

/** Whether every kind that is reported on is complete to the period's end in all of the unit's cities. A kind that never came keeps nobody waiting. */
export async function isComplete(db: Kysely<DB>, unit: Pick<Unit, 'regionCode'>, period: Pick<Period, 'to'>): Promise<boolean> {
	const month = `${period.to.slice(0, 7)}-01`;
	const prefix = regionPrefix(unit.regionCode).slice(0, 4);
	for (const kind of reportedKinds) {
		const known = await readCompleteness(db, kind);
		if (known.since.all === null) continue;
		if (known.mark === null || known.mark < monthEnd(month)) return false;
		const cities = [...known.upTo.keys()].filter((city) => city.startsWith(prefix));
		if (cities.some((city) => (lastDayIn(month, city, known) ?? '') < monthEnd(month))) return false;
	}
	return true;
}

/** Reminds planners and leaders of units whose yearly summary is not issued; each reminder is told once. */
async function remind(db: Kysely<DB>, today: string): Promise<number> {
	const settings = await readDue(db);
	if (settings.length === 0) return 0;
	const calendar = await loadWorkCalendar(db);
	const { rows } = await sql<{ id: string; region: string; issued: string[]; people: string[] }>`
		select d.id, d.region_code as region,
			coalesce((select array_agg(r.period_key) from report r where r.department_id = d.id and r.kind = 'yearly' and r.state = 'issued'), '{}') as issued,
			array_agg(u.id order by u.id) as people
		from department d join app_user u on u.department_id = d.id and u.state = 'active' and u.role in ('planner', 'leader')
		group by d.id, d.region_code order by d.id
	`.execute(db);
	let told = 0;
	for (const unit of rows) {
		const setting = dueFor(settings, unit.region);
		if (setting === null) continue;
		const due = nextDue(setting, today);
		const owed = reminderOwed(calendar, due, today);
		const year = String(yearDueOn(due));
		if (owed === null || unit.issued.includes(year)) continue;
		await db.transaction().execute((trx) => notify(trx, unit.people.map((userId) => ({
			userId, kind: 'report-due', objectKind: 'reports', objectId: 'yearly', number: null, key: `report-due|${unit.id}|${year}|${owed}`, detail: { due }
		}))));
		told += unit.people.length;
	}
	return told;
}
