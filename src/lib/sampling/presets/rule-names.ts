import { m } from '#lib/messages/messages.js';
import type { OutReason } from '../pool/eligibility.ts';

const names: Record<OutReason, () => string> = {
	'open-task': m.presets_rule_open_task,
	'yearly-cap': m.presets_rule_yearly_cap,
	'campaign-out': m.presets_rule_campaign_out,
	'class-out': m.presets_rule_class_out,
	'joint-only': m.presets_rule_joint_only,
	method: m.presets_rule_method,
	frequency: m.presets_rule_frequency,
	observation: m.presets_rule_observation,
	'valid-result': m.presets_rule_valid_result,
	'no-evidence': m.presets_rule_no_evidence
};
/** What a rule asks, in a few words. */
export const ruleNameLabel = (reason: OutReason): string => names[reason]();
