import type { PoolReason } from '../pool/eligibility.ts';
import { isGuarded, ruledBy, type PresetRules, type StratumKey } from './presets.ts';

/** Whose a rule is: quoted from the notice, of the field, the product's own default, or the office's own. */
/** `cap`: a rule of the field whose figure is the product's. */
export type RuleOrigin = 'notice' | 'field' | 'cap' | 'ours' | 'own';
export type RuleSource = { readonly origin: RuleOrigin; readonly quote: string };

/** Where a reason stands: the words of the source, or that it has none. Nothing is quoted for what a notice does not say. */
export function sourceOf(rules: PresetRules, reason: PoolReason, stratum: StratumKey): RuleSource {
	const rule = rules.classes[ruledBy(stratum)];
	const ours: RuleSource = { origin: rules.basis === 'own' ? 'own' : 'ours', quote: '' };
	const quoted = (quote: string, otherwise: RuleSource = ours): RuleSource => (quote === '' ? otherwise : { origin: rules.basis, quote });
	switch (reason) {
		// C7 and C6: rules of the field; the cap's number is the preset's.
		case 'open-task':
			return { origin: 'field', quote: '' };
		case 'yearly-cap':
			return { origin: rules.basis === 'own' ? 'field' : 'cap', quote: '' };
		case 'frequency':
			return quoted(isGuarded(stratum) ? rules.keyClass.quote : rule.quote);
		case 'campaign-out':
			// 淮安 C: no other planned check. That A is left out of campaigns as well is no notice's word.
			return rule.inPool === 'joint-only' ? quoted(rule.quote) : ours;
		case 'method':
			return ours;
		case 'observation':
			return quoted(rules.observation.quote);
		case 'valid-result':
			return quoted(rules.recognition.quote, rules.basis === 'own' ? ours : { origin: 'field', quote: '' });
		case 'key-class':
		case 'key-field':
			return quoted(rules.keyClass.quote, { origin: 'field', quote: '' });
		case 'unclassified':
		case 'grade-rule':
			return ours;
		default:
			return quoted(rule.quote);
	}
}
