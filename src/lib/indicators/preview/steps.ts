import type { Definition } from '#lib/indicators/definition.ts';

/** What makes an indicator stricter or looser: the error it may make, or the count it has to reach. */
export type Lever = 'q' | 'limit';

/** The setting that a stated capacity is fitted by; null where there is none. */
export function leverOf(definition: Definition): Lever | null {
	switch (definition.monitor) {
		case 'cell-surge':
		case 'enterprise-rise':
		case 'linked-group':
			return 'q';
		case 'shared-link':
		case 'register-then-cancel':
		case 'repeated-changes':
		case 'prepaid-card':
			return 'limit';
		case 'shell-transfer':
			return null;
	}
}

/** The draft's own setting. */
export function settingOf(definition: Definition): number | null {
	const lever = leverOf(definition);
	return lever === null ? null : ((definition as unknown as Record<Lever, number>)[lever] ?? null);
}

const errors = [1e-8, 1e-7, 1e-6, 1e-5, 1e-4, 1e-3, 2e-3, 5e-3, 0.01, 0.02, 0.03, 0.05, 0.07, 0.1, 0.15, 0.2, 0.3];
/** A definition may not say less. */
const leastLimit: Readonly<Record<string, number>> = { 'prepaid-card': 1 };
const mostLimits = 20;

/** Settings that a preview answers for, strictest first; the definition's own is one of them. */
export function settingsOf(definition: Definition): number[] {
	const lever = leverOf(definition);
	const own = settingOf(definition);
	if (lever === null || own === null) return [];
	if (lever === 'q') return [...new Set([...errors, own])].sort((a, b) => a - b);
	const loosest = loosestLimit(definition, own);
	const step = Math.max(1, Math.ceil((4 * own - loosest) / mostLimits));
	const limits = new Set([own]);
	for (let limit = loosest; limit <= 4 * own; limit += step) limits.add(limit);
	return [...limits].sort((a, b) => b - a);
}

function loosestLimit(definition: Definition, own: number): number {
	// One less may bring ten times as many.
	return Math.max(leastLimit[definition.monitor] ?? 2, own - Math.max(1, Math.floor(own / 4)));
}

/** The definition as loose as a preview looks: what stricter settings raise is among what it sees. */
export function loosened(definition: Definition): Definition {
	const lever = leverOf(definition);
	const own = settingOf(definition);
	if (lever === null || own === null) return definition;
	return { ...definition, [lever]: lever === 'q' ? Math.max(own, errors[errors.length - 1]!) : loosestLimit(definition, own) } as Definition;
}

/** The definition with another setting. */
export function withSetting(definition: Definition, setting: number): Definition {
	const lever = leverOf(definition);
	return lever === null ? definition : ({ ...definition, [lever]: setting } as Definition);
}

/** Strength (see `Sighting`) that a setting asks for. */
export function strengthOf(definition: Definition, setting: number): number {
	return leverOf(definition) === 'q' ? -Math.log(setting) : setting;
}
