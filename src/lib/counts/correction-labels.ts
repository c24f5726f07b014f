import { m } from '#lib/messages/messages.js';
import { fates, type ChangedRows, type Fate } from './corrections.ts';

const fateNames: Readonly<Record<Fate, () => string>> = {
	corrected: m.corrections_fate_corrected, withdrawn: m.corrections_fate_withdrawn, folded: m.corrections_fate_folded
};
export const fateLabel = (fate: Fate): string => fateNames[fate]();

/** 更正 2 行、撤回 1 行; what there is none of is left out. */
export const partsText = (changed: ChangedRows): string =>
	fates.flatMap((fate) => (changed[fate] > 0 ? [m.corrections_part({ fate: fateLabel(fate), n: changed[fate] })] : [])).join('、');

/** The day, or the first and the last, on which rows changed. */
export const daysText = ({ firstOn, lastOn }: ChangedRows): string => (firstOn === lastOn ? firstOn : m.corrections_days({ from: firstOn, to: lastOn }));
