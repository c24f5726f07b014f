import { m } from '#lib/messages/messages.js';
import { judgeableLead } from './figures.ts';
import { manyTimes } from './high-risk.ts';
import type { Measure } from './layers.ts';
import { judgeable, judgeableChange } from './small-cells.ts';

/** The rules that a page says under its lists. */
export type Rules = { readonly layer: string; readonly highRisk: string };

export const rulesOf = (measure: Measure): Rules => ({ layer: rankRule(measure), highRisk: rankRule('high-risk') });

/** The rule that ranks, said under the list. */
export function rankRule(measure: Measure): string {
	switch (measure) {
		case 'warnings':
			return m.riskmap_rule_warnings();
		case 'count':
			return m.riskmap_rule_count();
		case 'rate':
			return m.riskmap_rule_rate({ enterprises: judgeable.enterprises, expected: judgeable.expected });
		case 'change':
			return m.riskmap_rule_change({ events: judgeableChange });
		case 'high-risk':
			return m.riskmap_rule_high_risk({ times: manyTimes, enterprises: judgeable.enterprises });
		case 'classes':
			return m.riskmap_rule_classes({ enterprises: judgeable.enterprises });
		case 'excess':
			return m.riskmap_rule_excess({ expected: judgeable.expected });
		case 'lead':
			return m.riskmap_rule_lead({ warnings: judgeableLead });
		case 'coverage':
			return m.riskmap_rule_coverage();
	}
}
