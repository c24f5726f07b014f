import { addMonths, isDay } from '#lib/calendar/days.ts';
import type { ClassKey } from '../classes.ts';
import type { Observation } from '../presets/presets.ts';

/** 新技术、新产业、新业态、新模式: what an observation period is for. */
export const newnesses = ['technology', 'industry', 'form', 'model'] as const;
export type Newness = (typeof newnesses)[number];

/** Why a period ended before its last day: the class fell, a trigger, or it was taken back. */
export const endReasons = ['class', 'trigger', 'revoked'] as const;
export type EndReason = (typeof endReasons)[number];
/** What a person may end it for; that a class fell is for the machine to see. */
export const personReasons = ['trigger', 'revoked'] as const satisfies readonly EndReason[];

/** Written bottom lines shorter than this name none. Ours. */
export const bottomLines = { least: 10, most: 2000 } as const;

export const periodStates = ['running', 'coming', 'expired', 'ended'] as const;
export type PeriodState = (typeof periodStates)[number];

type Period = { readonly fromOn: string; readonly untilOn: string; readonly endedOn: string | null };

/** Where a period stands on a day. Its last day is part of it; the day it was ended on is not. */
export function stateOf({ fromOn, untilOn, endedOn }: Period, today: string): PeriodState {
	if (endedOn !== null) return 'ended';
	if (today < fromOn) return 'coming';
	return today <= untilOn ? 'running' : 'expired';
}

export type GrantRefusal =
	| 'observation-off' | 'observation-key-class' | 'observation-class' | 'not-a-day' | 'observation-past' | 'observation-order' | 'observation-long' | 'bottom-lines-missing';

/** Why this enterprise cannot be given this period under a preset; null when it can. Days are `YYYY-MM-DD`. */
export function grantRefusal(
	rules: Observation,
	of: { readonly class: ClassKey; readonly keyClass: boolean },
	wanted: { readonly fromOn: string; readonly untilOn: string; readonly bottomLines: string },
	today: string
): GrantRefusal | null {
	if (rules.mode === 'off') return 'observation-off';
	if (of.keyClass) return 'observation-key-class';
	if (!(rules.classes as readonly ClassKey[]).includes(of.class)) return 'observation-class';
	if (!isDay(wanted.fromOn) || !isDay(wanted.untilOn)) return 'not-a-day';
	if (wanted.fromOn < today) return 'observation-past';
	if (wanted.untilOn <= wanted.fromOn) return 'observation-order';
	if (wanted.untilOn > addMonths(wanted.fromOn, rules.months)) return 'observation-long';
	return wanted.bottomLines.replace(/\s/g, '').length < bottomLines.least ? 'bottom-lines-missing' : null;
}
