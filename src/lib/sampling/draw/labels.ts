import { m } from '#lib/messages/messages.js';
import type { DrawHistory } from './history.server.ts';
import { reasonLabel } from '../labels.ts';
import { poolReasons } from '../pool/eligibility.ts';
import type { SettingField } from './settings-form.ts';

const states: Readonly<Record<DrawHistory['state'], () => string>> = {
	committed: m.draws_state_committed,
	drawn: m.draws_state_drawn,
	void: m.draws_state_void,
	superseded: m.draws_state_superseded
};
export const drawStateLabel = (state: DrawHistory['state']): string => states[state]();

const fields: Readonly<Record<SettingField, () => string>> = {
	number: m.draws_field_number,
	percent: m.draws_field_percent,
	floor: m.draws_field_floor,
	cap: m.draws_field_cap,
	experts: m.draws_field_experts,
	control: m.draws_field_control
};
export const settingFieldLabel = (field: SettingField): string => fields[field]();

/** Why somebody of the frozen pool was passed over at the draw. */
export function passedLabel(reason: string): string {
	if (reason === 'gone') return m.draws_passed_gone();
	if (reason === 'reclassified') return m.draws_passed_reclassified();
	const known = poolReasons.find((r) => r === reason);
	return known ? reasonLabel(known) : reason;
}
