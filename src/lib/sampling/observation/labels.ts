import { m } from '#lib/messages/messages.js';
import { refusalLabel } from '../labels.ts';
import type { EndReason, Newness, PeriodState } from './periods.ts';

type Label = () => string;

const newnesses: Record<Newness, Label> = {
	technology: m.presets_newness_technology, industry: m.presets_newness_industry, form: m.presets_newness_form, model: m.presets_newness_model
};
export const newnessLabel = (newness: Newness): string => newnesses[newness]();

const states: Record<PeriodState, Label> = {
	running: m.presets_period_running, coming: m.presets_period_coming, expired: m.presets_period_expired, ended: m.presets_period_ended
};
export const periodStateLabel = (state: PeriodState): string => states[state]();

const ends: Record<EndReason, Label> = { class: m.presets_end_class, trigger: m.presets_end_trigger, revoked: m.presets_end_revoked };
export const endReasonLabel = (reason: EndReason): string => ends[reason]();

const refusals: Readonly<Record<string, Label>> = {
	'observation-off': m.presets_refuse_observation_off,
	'observation-key-class': m.presets_refuse_observation_key_class,
	'observation-class': m.presets_refuse_observation_class,
	'observation-past': m.presets_refuse_observation_past,
	'observation-order': m.presets_refuse_observation_order,
	'bottom-lines-missing': m.presets_refuse_bottom_lines,
	'bottom-lines-long': m.presets_refuse_bottom_lines_long,
	'already-observed': m.presets_refuse_already_observed,
	'already-ended': m.presets_refuse_already_ended,
	'newness-unknown': m.presets_refuse_newness,
	'end-reason-unknown': m.presets_refuse_end_reason,
	'not-found': m.presets_refuse_no_object
};
/** What to tell a person whose grant or end was refused. */
export function observationRefusal(refusal: { readonly reason: string; readonly months?: number }): string {
	if (refusal.reason === 'observation-long') return m.presets_refuse_observation_long({ months: refusal.months ?? 0 });
	return refusals[refusal.reason]?.() ?? refusalLabel(refusal.reason);
}
