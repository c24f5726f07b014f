import { sql, type Kysely, type Transaction } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import { audit } from '#lib/access/audit.server.ts';
import { check, may } from '#lib/access/permissions.ts';
import { notAllowed, notFound, refuse, type NotAllowed, type NotFound, type OwnWork, type Refusal } from '#lib/access/refuse.ts';
import { scopeOf } from '#lib/access/scope.ts';
import { withinJurisdiction } from '#lib/access/scope.server.ts';
import { namedCause, type CauseRefusal } from '#lib/disposals/closing-cause.server.ts';
import { workingDaysFrom } from './deadlines.server.ts';
import { feed } from './feed.server.ts';
import type { Current, Patch } from './history.ts';
import { writeEntries } from './history-writes.server.ts';
import type { Axis, OtherWorkAction, VisibilityAction, WorkAction } from './lifecycle.ts';
import { tellAbout } from './desk-notices.server.ts';
import { currentColumns, fromRow } from './rows.ts';
import { deadlineRules } from './settings.server.ts';
import { refuseTarget, type TargetRefusal } from './targets.server.ts';
import { undone, type OwnEvent, type UndoRefusal } from './undo.ts';
import { applyStep, type DeskStep, type StepContext, type StepRefusal } from './work-steps.ts';

/** Which warning, and how much of its history the person had seen (`version`) when deciding. */
export type Seen = { readonly id: string; readonly version: number };

/** Somebody acted since the page was loaded: who, what and when. The machine's refreshes are no conflict. */
export type ActedMeanwhile = Refusal<'conflict', { by: string | null; action: string; at: Date }>;

export type Acted = { readonly ok: true; readonly id: string; readonly number: string; readonly version: number };
export type ActRefusal =
	| NotAllowed
	| NotFound
	| OwnWork
	| ActedMeanwhile
	| StepRefusal
	| TargetRefusal
	| UndoRefusal
	| CauseRefusal
	| Refusal<'newer-episode'>;

/**
 * A monitor of the owning department works, and whoever is asked to take it over answers; a leader may give the work to somebody else.
 */
function refusedFor(actor: Actor, action: WorkAction, current: Current): NotAllowed | NotFound | OwnWork | null {
	const own = { departmentId: current.departmentId };
	switch (action) {
		case 'reassign':
			return check(actor, 'warning.reassign');
		case 'assign':
			return may(actor, 'warning.reassign') ? null : check(actor, 'warning.work', own);
		case 'hand-over':
		case 'recall':
			return check(actor, 'warning.hand-over', own);
		case 'accept':
		case 'decline':
			// Nobody is asked: the step's own refusal says so.
			return check(actor, 'warning.hand-over', current.handOverTo === null ? own : { departmentId: current.handOverTo });
		default:
			return check(actor, 'warning.work', own);
	}
}

/** Whether the actor may take this step on a warning that stands so: for the forms that are offered. */
export function mayStep(actor: Actor, action: WorkAction, current: Current): boolean {
	return refusedFor(actor, action, current) === null;
}

/** Does one step of work on one warning: history, audit trail, live feed and notices included. */
export async function act(db: Kysely<DB>, actor: Actor, seen: Seen, step: DeskStep): Promise<Acted | ActRefusal> {
	if (!may(actor, 'warning.work') && !may(actor, 'warning.reassign')) return notAllowed;
	return db.transaction().execute((trx) => actWithin(trx, actor, seen, step));
}

/** `act` as a part of something greater: what it refuses has changed nothing. */
export async function actWithin(trx: Transaction<DB>, actor: Actor, seen: Seen, step: DeskStep): Promise<Acted | ActRefusal> {
	const locked = await lockWarning(trx, actor, seen.id);
	if (!locked) return notFound;
	const { current } = locked;
	const refused = refusedFor(actor, step.action, current);
	if (refused) return refused;
	const meanwhile = step.action === 'note' ? null : await actedSince(trx, seen);
	if (meanwhile) return meanwhile;
	if (step.action === 'reopen' && !(await isNewestEpisode(trx, locked.seriesKey, seen.id))) return refuse('newer-episode');
	const target = await refuseTarget(trx, locked, step);
	if (target) return target;

	const applied = applyStep(current, step, await contextOf(trx, actor, locked));
	if (!applied.ok) return applied;
	const cause = step.action === 'close' && step.cause !== undefined ? await namedCause(trx, step.cause, step.note) : null;
	if (cause && !cause.ok) return cause;
	const { action, note, ...detail } = step;
	const version = await record(trx, actor, locked, { axis: 'work', action, note, set: applied.set, detail: { ...detail, ...cause?.detail } });
	await tellAbout(trx, actor, locked, step);
	return { ok: true, id: seen.id, number: locked.number, version };
}

async function contextOf(trx: Transaction<DB>, actor: Actor, { now, today }: Locked): Promise<StepContext> {
	return { actorId: actor.id, now: now.toISOString(), today, deadlines: await deadlineRules(trx), addWorkingDays: await workingDaysFrom(trx, today) };
}

/** Disposes of a warning that is locked, as the last step of a disposal: who may, and whether it was approved, was asked before. */
export async function disposeWithin(
	trx: Transaction<DB>, actor: Actor, locked: Locked, said: Pick<Said, 'note' | 'detail' | 'audited'> & { readonly measure: string }
): Promise<void> {
	const { measure, note, detail, audited } = said;
	const applied = applyStep(locked.current, { action: 'dispose', measure, note }, await contextOf(trx, actor, locked));
	if (!applied.ok) throw new Error(`warning ${locked.number} cannot be disposed of: ${applied.reason}`);
	await record(trx, actor, locked, { axis: 'work', action: 'dispose', note, set: applied.set, detail: { measure, ...detail }, audited });
}

/** Takes the actor's own last step back, while nobody has acted since. */
export async function undo(db: Kysely<DB>, actor: Actor, id: string): Promise<Acted | ActRefusal> {
	if (!may(actor, 'warning.work') && !may(actor, 'warning.reassign')) return notAllowed;
	return db.transaction().execute(async (trx) => {
		const locked = await lockWarning(trx, actor, id);
		if (!locked) return notFound;
		const taken = undone(locked.current, await ownHistory(trx, actor, id), locked.now);
		if (!taken.ok) return taken;
		if (taken.undoes.action === 'close' && !(await isNewestEpisode(trx, locked.seriesKey, id))) return refuse('newer-episode');
		const version = await record(trx, actor, locked, {
			axis: 'work', action: 'undo', note: '', set: taken.set, detail: { undoes: taken.undoes.seq, undone: taken.undoes.action }
		});
		return { ok: true, id, number: locked.number, version };
	});
}

export type Locked = {
	readonly id: string;
	readonly number: string;
	readonly seriesKey: string;
	readonly regionCode: string;
	readonly industryKey: string;
	readonly current: Current;
	/** The database's clock. */
	readonly now: Date;
	readonly today: string;
};

/** Locks the row against the machine and other people; undefined outside the actor's jurisdiction. */
export async function lockWarning(trx: Transaction<DB>, actor: Actor, id: string): Promise<Locked | undefined> {
	const row = await trx
		.selectFrom('warning')
		.select(['id', 'number', 'series_key', 'region_code', 'industry_key', ...currentColumns])
		.select([
			sql<Date>`clock_timestamp()`.as('now'),
			sql<string>`(clock_timestamp() at time zone 'Asia/Shanghai')::date::text`.as('today')
		])
		.where('id', '=', id)
		.where(withinJurisdiction(scopeOf(actor), { region: 'region_code', industry: 'industry_key' }))
		.forUpdate()
		.executeTakeFirst();
	if (!row) return undefined;
	return {
		id: row.id,
		number: row.number,
		seriesKey: row.series_key,
		regionCode: row.region_code,
		industryKey: row.industry_key,
		current: fromRow(row),
		now: row.now,
		today: row.today
	};
}

async function actedSince(trx: Transaction<DB>, seen: Seen): Promise<ActedMeanwhile | null> {
	const other = await trx
		.selectFrom('warning_event')
		.select(['actor_name', 'action', 'at'])
		.where('warning_id', '=', seen.id)
		.where('seq', '>', seen.version)
		.where('axis', '=', 'work')
		// A note takes nothing away, the clock's reports are no decision, and a paper on its way guards itself.
		.where('action', 'not in', ['note', 'escalate', 'disposal'])
		.orderBy('seq', 'desc')
		.limit(1)
		.executeTakeFirst();
	return other ? refuse('conflict', { by: other.actor_name, action: other.action, at: other.at }) : null;
}

/** Only the newest episode may be opened again: what goes on now is that one's. */
async function isNewestEpisode(trx: Transaction<DB>, seriesKey: string, id: string): Promise<boolean> {
	const series = await trx
		.selectFrom('warning_series')
		.select('warning_id')
		.where('series_key', '=', seriesKey)
		.executeTakeFirst();
	return series?.warning_id === id;
}

async function ownHistory(trx: Transaction<DB>, actor: Actor, id: string): Promise<OwnEvent[]> {
	const rows = await trx
		.selectFrom('warning_event').select(['seq', 'axis', 'action', 'data', 'actor_id', 'at']).where('warning_id', '=', id).orderBy('seq').execute();
	return rows.map((row) => ({
		seq: row.seq,
		axis: row.axis as Axis,
		action: row.action as OwnEvent['action'],
		set: (row.data as { set?: Patch }).set ?? {},
		mine: row.actor_id === actor.id,
		at: row.at
	}));
}

type Said = {
	readonly axis: Exclude<Axis, 'evaluation'>;
	readonly action: WorkAction | OtherWorkAction | VisibilityAction;
	readonly note: string;
	readonly set: Patch;
	/** What else the history should know: measure, reason, whom to. */
	readonly detail: Readonly<Record<string, unknown>>;
	/** How the audit trail calls it, where it is about more than the warning. */
	readonly audited?: { readonly action: string; readonly objectKind: string; readonly objectId: string };
};

/** Writes row, history, feed and audit trail of one person's action, in the order that cannot deadlock. Returns the new version. */
export async function record(trx: Transaction<DB>, actor: Actor, locked: Locked, said: Said): Promise<number> {
	const { current, regionCode, industryKey } = locked;
	await writeEntries(trx, { at: locked.now, asOf: locked.today }, [{ ...said, warningId: locked.id, current, actor }]);
	// Whoever has it, had it, or is asked to take it; on a desk that gets it or is asked it is something new.
	const gets = said.set.handOverTo ?? (said.set.departmentId !== current.departmentId ? said.set.departmentId : undefined);
	const departments = new Set([current.departmentId, said.set.departmentId, current.handOverTo, gets].filter((id) => id != null));
	await feed(trx, [...departments].map((departmentId) => ({
		warningId: locked.id, regionCode, industryKey, departmentId, what: departmentId === gets ? 'arrive' : said.action
	})));
	await audit(trx, actor, {
		...(said.audited ?? { action: `warning.${said.action}`, objectKind: 'warning', objectId: locked.id }),
		detail: { number: locked.number, from: current.work, to: said.set.work ?? current.work, ...said.detail }
	});
	return current.version + 1;
}
