import { checkMethods, classKeys, type CheckMethod } from '../classes.ts';
import type { Facts, Terms } from '../pool/eligibility.ts';
import { limitsOf, type PresetRules } from './presets.ts';

/** The part of a task that is chosen in the tester; an unsent form uses the discretion, as tasks do. */
export function termsFrom(search: URLSearchParams): Pick<Terms, 'joint' | 'campaign' | 'spareOnSite'> {
	return {
		joint: search.has('joint'),
		campaign: search.get('kind') === 'campaign',
		spareOnSite: search.has('asked') ? search.has('spare') : true
	};
}

const whole = (text: string | null, most: number): number => Math.min(most, Math.max(0, Math.trunc(Number(text)) || 0));

/** Facts and terms set by hand; what is not said is that of an ordinary enterprise of class B that nobody visited. */
export function whatIfFrom(search: URLSearchParams, rules: PresetRules): { readonly facts: Facts; readonly terms: Terms } {
	const level = whole(search.get('level'), 4);
	const field = rules.professional.find((p) => p.field === search.get('field'))?.field ?? null;
	return {
		facts: {
			class: classKeys.find((k) => k === search.get('class')) ?? 'B',
			keyClass: search.has('key'),
			openTask: search.has('open'),
			named: level > 0,
			level,
			grade: field === null ? null : (search.get('grade') ?? '').trim() || null,
			observed: search.has('observed'),
			recognised: search.has('recognised'),
			counts: limitsOf(rules).map((_, i) => whole(search.get(`count-${i}`), 99))
		},
		terms: {
			...termsFrom(search),
			method: checkMethods.find((x: CheckMethod) => x === search.get('method')) ?? 'on-site',
			statutory: search.has('statutory'),
			keyField: search.has('keyField'),
			field
		}
	};
}
