import type { AddWorkingDays } from './deadlines.ts';

/** How far up an overdue obligation was reported: nobody yet, the deputy, the head, the level above. */
export type Escalation = 0 | 1 | 2 | 3;

export const escalationSteps = ['deputy', 'head', 'above'] as const;
export type EscalationStep = (typeof escalationSteps)[number];

/** Working days: `remind` before an obligation falls due, the steps after it fell due. */
export type EscalationRules = { readonly remind: number } & Readonly<Record<EscalationStep, number>>;

/** Our own defaults: no notice prescribes days. An office changes them on /warnings/rules. */
export const defaultEscalation: EscalationRules = { remind: 1, deputy: 1, head: 2, above: 4 };

/** How far up something that fell due on a day has to have been reported by today. */
export function escalationOn(rules: EscalationRules, due: string, today: string, addWorkingDays: AddWorkingDays): Escalation {
	let reached: Escalation = 0;
	for (const [i, step] of escalationSteps.entries()) {
		if (due < today && addWorkingDays(due, rules[step]) <= today) reached = (i + 1) as Escalation;
	}
	return reached;
}

/** Whether somebody has to be reminded today of what falls due on a day: in time, not only after. */
export function remindsOn(rules: EscalationRules, due: string, today: string, addWorkingDays: AddWorkingDays): boolean {
	return due >= today && due <= addWorkingDays(today, rules.remind);
}

/** A department as far as reporting upwards goes. */
export type ReportingDesk = {
	readonly id: string;
	/** Digits of its region, '' the nation. */
	readonly regionPrefix: string;
	/** In charge of some industries only. */
	readonly professional: boolean;
	readonly deputyId: string | null;
	readonly headId: string | null;
	/** Its leaders: they stand in where no head is named. */
	readonly leaders: readonly string[];
};

/** The desk above: of a professional one the general desk of its own place, else the nearest general one of a wider place. */
export function deskAbove(desk: ReportingDesk, desks: readonly ReportingDesk[]): ReportingDesk | undefined {
	return desks
		.filter((other) => other.id !== desk.id && !other.professional && desk.regionPrefix.startsWith(other.regionPrefix))
		.filter((other) => desk.professional || other.regionPrefix.length < desk.regionPrefix.length)
		.sort((a, b) => b.regionPrefix.length - a.regionPrefix.length || (a.id < b.id ? -1 : 1))[0];
}

const headOf = (desk: ReportingDesk | undefined) => (desk === undefined ? [] : desk.headId === null ? desk.leaders : [desk.headId]);

/** Whom a step reports to; where nobody is named, whoever comes next. Empty only where there is no leader at all. */
export function reportedTo(step: EscalationStep, desk: ReportingDesk, desks: readonly ReportingDesk[]): readonly string[] {
	const above = headOf(deskAbove(desk, desks));
	const upwards = [desk.deputyId === null ? [] : [desk.deputyId], headOf(desk), above];
	return upwards.slice(escalationSteps.indexOf(step)).find((people) => people.length > 0) ?? headOf(desk);
}
