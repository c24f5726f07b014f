import { sql, type Kysely, type Transaction } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import { audit } from '#lib/access/audit.server.ts';
import { check, may } from '#lib/access/permissions.ts';
import { notAllowed, notFound, refuse, type NotAllowed, type NotFound, type OwnWork, type Refusal } from '#lib/access/refuse.ts';
import { scopeOf } from '#lib/access/scope.ts';
import { withinJurisdiction } from '#lib/access/scope.server.ts';
import { workingDaysFrom } from './deadlines.server.ts';
import { feed } from './feed.server.ts';
import { checkedPatch, type Current, type Patch } from './history.ts';
import type { Axis, VisibilityAction, WorkAction } from './lifecycle.ts';
import { currentColumns, fromRow } from './rows.ts';
import { deadlineRules } from './settings.server.ts';
import { refuseTarget, type TargetRefusal } from './targets.server.ts';
import { applyStep, type StepRefusal, type WorkStep } from './work-steps.ts';

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
	| Refusal<'newer-episode'>;

/** A monitor of the owning department works; a leader may give the work to somebody else. */
function refusedFor(actor: Actor, action: WorkAction, departmentId: string): NotAllowed | NotFound | OwnWork | null {
	const reassigning = action === 'assign' || action === 'hand-over';
	if (reassigning && may(actor, 'warning.reassign')) return null;
	return check(actor, action === 'hand-over' ? 'warning.hand-over' : 'warning.work', { departmentId });
}

/** Does one step of work on one warning: history, audit trail and live feed included. */
export async function act(db: Kysely<DB>, actor: Actor, seen: Seen, step: WorkStep): Promise<Acted | ActRefusal> {
	if (!may(actor, 'warning.work') && !may(actor, 'warning.reassign')) return notAllowed;
	return db.transaction().execute(async (trx) => {
		const locked = await lockWarning(trx, actor, seen.id);
		if (!locked) return notFound;
		const { current } = locked;
		const refused = refusedFor(actor, step.action, current.departmentId);
		if (refused) return refused;
		const meanwhile = step.action === 'note' ? null : await actedSince(trx, seen);
		if (meanwhile) return meanwhile;
		if (step.action === 'reopen' && !(await isNewestEpisode(trx, locked.seriesKey, seen.id))) return refuse('newer-episode');
		const target = await refuseTarget(trx, locked, step);
		if (target) return target;

		const applied = applyStep(current, step, {
			actorId: actor.id,
			now: locked.now.toISOString(),
			today: locked.today,
			deadlines: await deadlineRules(trx),
			addWorkingDays: await workingDaysFrom(trx, locked.today)
		});
		if (!applied.ok) return applied;
		const { action, note, ...detail } = step;
		const version = await record(trx, actor, locked, { axis: 'work', action, note, set: applied.set, detail });
		return { ok: true, id: seen.id, number: locked.number, version };
	});
}

/** The same step on many warnings, each in its own transaction: one refusal stops nobody else's. */
export async function actOnMany(
	db: Kysely<DB>,
	actor: Actor,
	warnings: readonly Seen[],
	step: WorkStep
): Promise<{ readonly done: readonly Acted[]; readonly refused: readonly (ActRefusal & { readonly id: string })[] }> {
	const done: Acted[] = [];
	const refused: (ActRefusal & { readonly id: string })[] = [];
	for (const seen of warnings) {
		const result = await act(db, actor, seen, step);
		if (result.ok) done.push(result);
		else refused.push({ ...result, id: seen.id });
	}
	return { done, refused };
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
		.where('action', '<>', 'note')
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

type Entry = {
	readonly axis: Exclude<Axis, 'evaluation'>;
	readonly action: WorkAction | VisibilityAction;
	readonly note: string;
	readonly set: Patch;
	/** What else the history should know: measure, reason, whom to. */
	readonly detail: Readonly<Record<string, unknown>>;
};

/** Writes row, history, feed and audit trail of one person's action, in the order that cannot deadlock. Returns the new version. */
export async function record(trx: Transaction<DB>, actor: Actor, locked: Locked, entry: Entry): Promise<number> {
	const { current } = locked;
	const set = checkedPatch(entry.axis, entry.action, entry.set);
	const version = current.version + 1;
	await trx
		.updateTable('warning')
		.set({
			version,
			changed_at: locked.now,
			...('work' in set && { work: set.work }),
			...('departmentId' in set && { department_id: set.departmentId }),
			...('ownerId' in set && { owner_id: set.ownerId }),
			...('acknowledgedAt' in set && { acknowledged_at: set.acknowledgedAt }),
			...('disposedAt' in set && { disposed_at: set.disposedAt }),
			...('closedAt' in set && { closed_at: set.closedAt }),
			...('closeReason' in set && { close_reason: set.closeReason }),
			...('acknowledgeDue' in set && { acknowledge_due: set.acknowledgeDue }),
			...('disposeDue' in set && { dispose_due: set.disposeDue })
		})
		.where('id', '=', locked.id)
		.execute();
	await trx
		.insertInto('warning_event')
		.values({
			warning_id: locked.id,
			seq: version,
			at: locked.now,
			as_of: locked.today,
			axis: entry.axis,
			action: entry.action,
			actor_id: actor.id,
			actor_name: actor.displayName,
			from_state: entry.axis === 'work' ? current.work : null,
			to_state: entry.axis === 'work' ? (set.work ?? current.work) : null,
			note: entry.note.trim() || null,
			data: JSON.stringify({ set, ...entry.detail })
		})
		.execute();
	const { regionCode, industryKey } = locked;
	const departments = new Set([current.departmentId, set.departmentId ?? current.departmentId]);
	await feed(trx, [...departments].map((departmentId) => ({
		warningId: locked.id, regionCode, industryKey, departmentId, what: entry.action
	})));
	await audit(trx, actor, {
		action: `warning.${entry.action}`,
		objectKind: 'warning',
		objectId: locked.id,
		detail: { number: locked.number, from: current.work, to: set.work ?? current.work, ...entry.detail }
	});
	return version;
}
