import { m } from '#lib/messages/messages.js';
import type { JoinedWith } from './list.server.ts';
import type { LeadRule } from './propose.ts';

const rules: Readonly<Record<LeadRule, () => string>> = {
	'for-cause': m.joint_rule_for_cause,
	'earliest-due': m.joint_rule_earliest_due,
	'first-named': m.joint_rule_first_named
};
export const leadRuleLabel = (rule: LeadRule): string => rules[rule]();

/** With whom a visit is made together, for those who go. */
export const joinedLabel = ({ others, lead, number }: JoinedWith): string =>
	m.joint_with({ others: others.map((o) => (o.item === null ? o.department : `${o.department}（${o.item}）`)).join('、'), lead, number });
