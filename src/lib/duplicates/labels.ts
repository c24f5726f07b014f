import { m } from '#lib/messages/messages.js';
import type { FoldSide } from './verdicts.server.ts';
import { foldRules, type FoldRule } from './rules.ts';

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

/** What stands under a row that others were folded into. */
export const foldedText = (folded: readonly FoldSide[]): string =>
	m.mending_folded_here({ n: folded.length, list: folded.map(({ day, source, channel }) => [day, source, channel].filter((part) => part !== null).join(' ')).join('；') });
