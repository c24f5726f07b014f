import { sql, type Kysely, type Selectable, type Transaction, type Updateable } from 'kysely';
import type { DB, Report } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import { audit } from '#lib/access/audit.server.ts';
import { conflict, notFound, refuse, type Conflict, type NotFound, type Refusal } from '#lib/access/refuse.ts';
import { regionPrefix } from '#lib/access/scope.ts';
import { dayOf } from '#lib/calendar/days.ts';
import type { Content } from './content.ts';
import { afterStep, type ReportAction, type ReportState, type ReportStep } from './states.ts';
import { visibleReports } from './visible.server.ts';

/** Which report, and which version of it the person had before them. */
export type SeenReport = { readonly id: string; readonly version: number };

export type LockedReport = {
	readonly ok: true;
	readonly row: Selectable<Report>;
	readonly content: Content;
	readonly now: Date;
	/** The day by the database's clock. */
	readonly today: string;
};

export type StepLock = NotFound | Conflict | Refusal<'wrong-state', { state: ReportState }> | Refusal<'not-composed'>;

/** A report's row in a transaction, as nobody else can change it meanwhile; outside of what the actor may see there is none. */
export async function findForUpdate(trx: Transaction<DB>, actor: Actor, id: string): Promise<Selectable<Report> | null> {
	const row = await trx.selectFrom('report as r').selectAll('r').where('r.id', '=', id).where(visibleReports(actor)).forUpdate().executeTakeFirst();
	return row ?? null;
}

/** Locks a report for a step. Refuses what was changed since it was looked at, steps its state does not have, and what is not composed yet. */
export async function lockReport(trx: Transaction<DB>, actor: Actor, seen: SeenReport, action: ReportAction): Promise<LockedReport | StepLock> {
	const row = await findForUpdate(trx, actor, seen.id);
	if (row === null) return notFound;
	if (row.version !== seen.version) return conflict;
	return opened(trx, row, action);
}

/** The same for what is compared in finer parts than the whole report. */
export async function opened(trx: Transaction<DB>, row: Selectable<Report>, action: ReportAction): Promise<LockedReport | StepLock> {
	const state = row.state as ReportState;
	if (afterStep(state, action) === null) return refuse('wrong-state', { state });
	if (row.content === null) return refuse('not-composed');
	const now = await nowIn(trx);
	return { ok: true, row, content: contentOf(row), now, today: dayOf(now) };
}

export const contentOf = (row: Pick<Selectable<Report>, 'content'>): Content => row.content as unknown as Content;

/** What a report's rules bind: the scope its figures are of. */
export const scopeOfReport = (row: Pick<Selectable<Report>, 'region_code' | 'industries'>) => ({ regionPrefix: regionPrefix(row.region_code), industries: row.industries });

export async function nowIn(db: Kysely<DB>): Promise<Date> {
	const { rows } = await sql<{ at: Date }>`select clock_timestamp() as at`.execute(db);
	return rows[0]!.at;
}

export async function change(trx: Transaction<DB>, row: Pick<Selectable<Report>, 'id' | 'version'>, now: Date, set: Omit<Updateable<Report>, 'id' | 'version' | 'changed_at'>): Promise<void> {
	await trx.updateTable('report').set({ ...set, version: row.version + 1, changed_at: now }).where('id', '=', row.id).execute();
}

/** The step in the audit trail; last in its transaction. */
export async function remember(
	trx: Transaction<DB>, actor: Actor | null, row: Pick<Selectable<Report>, 'id' | 'kind' | 'period_key' | 'edition' | 'number'>, step: ReportStep, detail: Readonly<Record<string, unknown>> = {}
): Promise<void> {
	await audit(trx, actor, {
		action: `report.${step}`, objectKind: 'report', objectId: row.id,
		detail: { ...(row.number === null ? {} : { number: row.number }), kind: row.kind, period: row.period_key, edition: row.edition, ...detail }
	});
}
