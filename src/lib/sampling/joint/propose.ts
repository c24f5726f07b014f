import { daysBetween } from '#lib/calendar/days.ts';

/** A visit that is still to be made, as somebody's list or lead check has it. Days are `YYYY-MM-DD`. */
export type PendingVisit = {
	readonly uscc: string;
	/** `task:<id>`, `lead:<id>`, or `rect:<id>` for a rectification that has to be looked at. */
	readonly ref: string;
	readonly departmentId: string;
	readonly itemId: string | null;
	/** Null: no last day; such a visit fits into any window. */
	readonly dueOn: string | null;
	/** For cause: it waits for nobody's plan. */
	readonly forCause: boolean;
};

/** Windows that a planner may choose, days between the first and the last due day. The default is ours: a month, as tasks are given. */
export const jointWindows = [15, 30, 60, 90] as const;
export type JointWindow = (typeof jointWindows)[number];
export const defaultWindow: JointWindow = 30;

/** By which rule a department leads a joint visit, in the order in which they are asked. Ours; no notice names one. */
export const leadRules = ['for-cause', 'earliest-due', 'first-named'] as const;
export type LeadRule = (typeof leadRules)[number];

/**
 * Which department leads: the one with a cause (it cannot wait, and it has something to look into), else the one whose visit is due first, else the
 * one named first.
 */
export function leadOf(parts: readonly PendingVisit[]): { readonly departmentId: string; readonly rule: LeadRule } {
	const sorted = [...parts].sort((a, b) => (a.ref < b.ref ? -1 : 1));
	const first = sorted[0];
	if (!first) throw new RangeError('a joint visit of nobody');
	const cause = sorted.filter((p) => p.forCause);
	if (cause.length > 0 && cause.length < sorted.length) return { departmentId: earliest(cause).departmentId, rule: 'for-cause' };
	const due = earliest(sorted);
	return sorted.some((p) => p.dueOn !== due.dueOn) ? { departmentId: due.departmentId, rule: 'earliest-due' } : { departmentId: first.departmentId, rule: 'first-named' };
}

/** Due first; no last day comes last; the earlier of equals. */
const earliest = (parts: readonly PendingVisit[]): PendingVisit =>
	parts.reduce((best, p) => ((p.dueOn ?? '9999') < (best.dueOn ?? '9999') ? p : best));

/**
 * Visits of one enterprise that fit into one: from the one due first, all that are due within the window; then again from the next. Single
 * ones are no proposal.
 */
export function groupsOf(visits: readonly PendingVisit[], window: JointWindow): PendingVisit[][] {
	const sorted = [...visits].sort((a, b) => ((a.dueOn ?? '9999') < (b.dueOn ?? '9999') ? -1 : (a.dueOn ?? '9999') > (b.dueOn ?? '9999') ? 1 : a.ref < b.ref ? -1 : 1));
	const groups: PendingVisit[][] = [];
	for (const visit of sorted) {
		const open = groups[groups.length - 1];
		const first = open?.[0]?.dueOn ?? null;
		const fits = open !== undefined && (visit.dueOn === null || first === null || daysBetween(first, visit.dueOn) <= window);
		if (fits) open.push(visit);
		else groups.push([visit]);
	}
	return groups.filter((group) => group.length > 1);
}

/** What somebody decided about some visits of an enterprise. */
export type Decided = { readonly state: 'joined' | 'apart'; readonly refs: readonly string[] };

/** Is everything about these visits decided already? A visit that came later makes it a question again. */
export function isDecided(group: readonly PendingVisit[], decisions: readonly Decided[]): boolean {
	return decisions.some((d) => group.every((visit) => d.refs.includes(visit.ref)));
}
