import { sql, type Transaction } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import { checkedPatch, type Current, type HistoryEvent, type Patch } from './history.ts';
import type { Axis } from './lifecycle.ts';
import { toRow } from './rows.ts';

/** One event of a warning whose row is locked, and the row as it was. */
export type Entry = {
	readonly warningId: string;
	readonly current: Current;
	readonly axis: Axis;
	readonly action: HistoryEvent['action'];
	readonly set: Patch;
	/** What else the history should know: measure, reason, whom to. */
	readonly detail?: Readonly<Record<string, unknown>>;
	readonly note?: string;
	/** Null: the machine or the clock. */
	readonly actor: Pick<Actor, 'id' | 'displayName'> | null;
};

/** Appends to histories and brings the rows up to date, one event a warning. `at` an instant, `asOf` its day. */
export async function writeEntries(trx: Transaction<DB>, when: { readonly at: Date; readonly asOf: string }, entries: readonly Entry[]): Promise<void> {
	if (entries.length === 0) return;
	const at = when.at.toISOString();
	const rows = entries.map(({ warningId, current, axis, action, set }) => ({
		id: warningId,
		changed_at: at,
		...toRow({ ...current, ...checkedPatch(axis, action, set), version: current.version + 1 })
	}));
	await sql`
		update warning w set
			level = n.level, evaluation = n.evaluation, work = n.work, department_id = n.department_id, owner_id = n.owner_id,
			acknowledged_at = n.acknowledged_at, disposed_at = n.disposed_at, closed_at = n.closed_at, close_reason = n.close_reason,
			acknowledge_due = n.acknowledge_due, dispose_due = n.dispose_due, hand_over_to = n.hand_over_to, incident_id = n.incident_id,
			parent_id = n.parent_id, escalation = n.escalation, version = n.version, changed_at = n.changed_at
		from jsonb_populate_recordset(null::warning, ${JSON.stringify(rows)}::jsonb) n
		where w.id = n.id
	`.execute(trx);
	const events = entries.map(({ warningId, current, axis, action, set, detail, note, actor }) => ({
		warning_id: warningId,
		seq: current.version + 1,
		at,
		as_of: when.asOf,
		axis,
		action,
		actor_id: actor?.id ?? null,
		actor_name: actor?.displayName ?? null,
		from_state: axis === 'work' ? current.work : null,
		to_state: axis === 'work' ? (set.work ?? current.work) : null,
		note: note?.trim() || null,
		data: { set, ...detail }
	}));
	await sql`
		insert into warning_event select * from jsonb_populate_recordset(null::warning_event, ${JSON.stringify(events)}::jsonb)
	`.execute(trx);
}
