import type { PresetRules } from './presets/presets.ts';
import type { ClassKey } from './classes.ts';

/** Visits of a calendar year to one enterprise (C6). Only planned visits of one's own authority count towards the cap. */
export type Burden = {
	readonly year: number;
	/** Planned checks by one's own department. */
	readonly own: number;
	/** The most that own may be; null: the preset sets no yearly cap. */
	readonly cap: number | null;
	/** Planned checks by other departments. */
	readonly others: number;
	/** For-cause checks by anybody: lawful grounds pass and are recorded. */
	readonly forCause: number;
	/** All of them together: what the enterprise bears. */
	readonly total: number;
	/** On a drawn list or a lead check, not yet visited. */
	readonly coming: number;
};

/** The yearly cap per authority and enterprise that rules set for an enterprise: the smallest of those that apply; null: none. */
export function yearlyCap(rules: Pick<PresetRules, 'classes' | 'keyClass'>, about: { readonly class: ClassKey; readonly keyClass: boolean }): number | null {
	const limits = about.keyClass ? rules.keyClass.limits : rules.classes[about.class].limits;
	const caps = limits.filter((limit) => limit.basis === 'cap' && limit.window === 'year' && limit.counting === 'authority').map((limit) => limit.max);
	return caps.length === 0 ? null : Math.min(...caps);
}

/** One visit as the burden looks at it. */
export type BurdenVisit = { readonly planned: boolean; readonly departmentId: string };

/** Sorts visits of a year into the parts of the burden; every visit is in exactly one of them. */
export function sumBurden(visits: readonly BurdenVisit[], departmentId: string): Pick<Burden, 'own' | 'others' | 'forCause' | 'total'> {
	const own = visits.filter((visit) => visit.planned && visit.departmentId === departmentId).length;
	const others = visits.filter((visit) => visit.planned && visit.departmentId !== departmentId).length;
	return { own, others, forCause: visits.length - own - others, total: visits.length };
}
