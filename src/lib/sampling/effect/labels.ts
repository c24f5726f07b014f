import { m } from '#lib/messages/messages.js';
import type { Arm, Compared, Reference } from './arms.ts';
import type { EffectFilter } from './filter.ts';
import { mostYears } from './filter.ts';
import { judgeableVisits } from './outcomes.ts';
import type { Pair } from './order.ts';

type Label = () => string;

const armNames: Readonly<Record<Arm, Label>> = {
	control: m.effect_arm_control,
	undirected: m.effect_arm_undirected,
	random: m.effect_arm_random,
	targeted: m.effect_arm_targeted,
	campaign: m.effect_arm_campaign,
	planned: m.effect_arm_planned,
	lead: m.effect_arm_lead
};
export const armLabel = (key: string): string => armNames[key as Arm]();

const referenceNames: Readonly<Record<Reference, Label>> = {
	control: m.effect_reference_control,
	undirected: m.effect_reference_undirected,
	random: m.effect_reference_random
};
export const referenceLabel = (reference: Reference): string => referenceNames[reference]();

/** `0.1234` → `12.3%`. */
export const percent = (share: number): string => `${(share * 100).toFixed(1)}%`;
/** A difference of shares in percentage points, without its sign where it is 0. */
export const points = (difference: number): string => (difference * 100).toFixed(1).replace('-0.0', '0.0').replace('-', '−');
/** `1.84`, `6.0`: two digits where it matters on which side of 1 it lies; a bound that nobody needs exactly is `>99`. */
export const times = (ratio: number): string => (ratio > 99 ? '>99' : ratio.toFixed(ratio < 2 ? 2 : 1));

/** What a line says about its lift, in words. */
export function liftText({ isReference, few, lift }: Compared, reference: { readonly n: number; readonly problems: number }): string {
	if (isReference) return m.effect_lift_is();
	if (few) return m.effect_lift_few({ least: judgeableVisits });
	if (lift === null) return reference.n < judgeableVisits ? m.effect_lift_no_reference() : m.effect_lift_reference_zero();
	return m.effect_lift({ value: times(lift.value), lower: times(lift.lower), upper: times(lift.upper) });
}

/** Whether the lift is beyond chance; null where nothing can be said. */
export function liftSays({ lift }: Compared): string | null {
	if (lift === null) return null;
	return lift.lower > 1 ? m.effect_lift_higher() : lift.upper < 1 ? m.effect_lift_lower() : m.effect_lift_same();
}

const pairWords: Readonly<Record<Pair['says'], Label>> = {
	rises: m.effect_pair_rises,
	reversed: m.effect_pair_reversed,
	unclear: m.effect_pair_unclear,
	'too-few': m.effect_pair_few
};
export const pairLabel = (says: Pair['says']): string => pairWords[says]();

/** What of the address could not be read, and what to do. */
export function faultText(fault: EffectFilter['fault']): string | null {
	switch (fault) {
		case 'days':
			return m.effect_fault_days();
		case 'order':
			return m.effect_fault_order();
		case 'long':
			return m.effect_fault_long({ years: mostYears });
		case null:
			return null;
	}
}
