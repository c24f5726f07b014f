import { m } from '#lib/messages/messages.js';
import type { LeadRule } from './propose.ts';

const rules: Readonly<Record<LeadRule, () => string>> = {
	'for-cause': m.joint_rule_for_cause,
	'earliest-due': m.joint_rule_earliest_due,
	'first-named': m.joint_rule_first_named
};
export const leadRuleLabel = (rule: LeadRule): string => rules[rule]();
