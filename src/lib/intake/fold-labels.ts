import { m } from '#lib/messages/messages.js';
import { foldRules, type FoldRule } from './duplicates.ts';

const names: Readonly<Record<FoldRule, () => string>> = {
	'complaint-channels': m.mending_fold_complaints, 'address-fragments': m.mending_fold_address, 'filing-not-change': m.mending_fold_filing
};
const texts: Readonly<Record<FoldRule, () => string>> = {
	'complaint-channels': () => m.mending_fold_complaints_text({ days: foldRules['complaint-channels'].days }),
	'address-fragments': m.mending_fold_address_text,
	'filing-not-change': m.mending_fold_filing_text
};

export const foldRuleLabel = (rule: FoldRule): string => names[rule]();
/** The rule as it is written. */
export const foldRuleText = (rule: FoldRule): string => texts[rule]();
