import type { Selectable } from 'kysely';
import type { Warning } from '#db/types.ts';
import type { ClosingReason } from './closing-reasons.ts';
import type { Escalation } from './escalation.ts';
import type { Current } from './history.ts';
import type { Level } from './levels.ts';
import type { EvaluationState, Work } from './lifecycle.ts';

/** The columns of `warning` that a fold of its history gives back. */
export type CurrentRow = Pick<
	Selectable<Warning>,
	| 'level' | 'evaluation' | 'work' | 'department_id' | 'owner_id' | 'indicator_version' | 'first_breach_on' | 'last_breach_on'
	| 'occurred_on' | 'raised_on' | 'cleared_on' | 'acknowledged_at' | 'disposed_at' | 'closed_at' | 'close_reason'
	| 'acknowledge_due' | 'dispose_due' | 'hand_over_to' | 'incident_id' | 'parent_id' | 'escalation' | 'observed' | 'expected' | 'upper' | 'q_value' | 'version'
>;

export function fromRow(row: CurrentRow): Current {
	const instant = (at: Date | null) => at?.toISOString() ?? null;
	return {
		level: row.level as Level,
		evaluation: row.evaluation as EvaluationState,
		work: row.work as Work,
		departmentId: row.department_id,
		ownerId: row.owner_id,
		indicatorVersion: row.indicator_version,
		firstBreachOn: row.first_breach_on,
		lastBreachOn: row.last_breach_on,
		occurredOn: row.occurred_on,
		raisedOn: row.raised_on,
		clearedOn: row.cleared_on,
		acknowledgedAt: instant(row.acknowledged_at),
		disposedAt: instant(row.disposed_at),
		closedAt: instant(row.closed_at),
		closeReason: row.close_reason as ClosingReason | null,
		acknowledgeDue: row.acknowledge_due,
		disposeDue: row.dispose_due,
		handOverTo: row.hand_over_to,
		incidentId: row.incident_id,
		parentId: row.parent_id,
		escalation: row.escalation as Escalation,
		observed: row.observed,
		expected: row.expected,
		upper: row.upper,
		q: row.q_value,
		version: row.version
	};
}

/** The same columns with instants as ISO text, ready for an insert or for `jsonb_populate_recordset`. */
export function toRow(current: Current) {
	return {
		level: current.level,
		evaluation: current.evaluation,
		work: current.work,
		department_id: current.departmentId,
		owner_id: current.ownerId,
		indicator_version: current.indicatorVersion,
		first_breach_on: current.firstBreachOn,
		last_breach_on: current.lastBreachOn,
		occurred_on: current.occurredOn,
		raised_on: current.raisedOn,
		cleared_on: current.clearedOn,
		acknowledged_at: current.acknowledgedAt,
		disposed_at: current.disposedAt,
		closed_at: current.closedAt,
		close_reason: current.closeReason,
		acknowledge_due: current.acknowledgeDue,
		dispose_due: current.disposeDue,
		hand_over_to: current.handOverTo,
		incident_id: current.incidentId,
		parent_id: current.parentId,
		escalation: current.escalation,
		observed: current.observed,
		expected: current.expected,
		upper: current.upper,
		q_value: current.q,
		version: current.version
	};
}

export const currentColumns = [
	'level', 'evaluation', 'work', 'department_id', 'owner_id', 'indicator_version', 'first_breach_on', 'last_breach_on',
	'occurred_on', 'raised_on', 'cleared_on', 'acknowledged_at', 'disposed_at', 'closed_at', 'close_reason', 'acknowledge_due',
	'dispose_due', 'hand_over_to', 'incident_id', 'parent_id', 'escalation', 'observed', 'expected', 'upper', 'q_value', 'version'
] as const satisfies readonly (keyof CurrentRow)[];
