import { m } from '#lib/messages/messages.js';
import { fates, type ChangedField, type ChangedRows, type Fate } from './corrections.ts';

const fateNames: Readonly<Record<Fate, () => string>> = {
	corrected: m.corrections_fate_corrected, withdrawn: m.corrections_fate_withdrawn, folded: m.corrections_fate_folded
};
export const fateLabel = (fate: Fate): string => fateNames[fate]();

const fieldNames: Readonly<Record<ChangedField, () => string>> = {
	occurredOn: m.corrections_field_occurredOn, enterprise: m.corrections_field_enterprise, region: m.corrections_field_region,
	industry: m.corrections_field_industry, item: m.corrections_field_item, before: m.corrections_field_before, after: m.corrections_field_after,
	channel: m.corrections_field_channel, person: m.corrections_field_person, other: m.corrections_field_other
};
export const fieldLabel = (field: ChangedField): string => fieldNames[field]();

/** 更正 2 行、撤回 1 行; what there is none of is left out. */
export const partsText = (changed: ChangedRows): string =>
	fates.flatMap((fate) => (changed[fate] > 0 ? [m.corrections_part({ fate: fateLabel(fate), n: changed[fate] })] : [])).join('、');

/** The day, or the first and the last, on which rows changed. */
export const daysText = ({ firstOn, lastOn }: ChangedRows): string => (firstOn === lastOn ? firstOn : m.corrections_days({ from: firstOn, to: lastOn }));
