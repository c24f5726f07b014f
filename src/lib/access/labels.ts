import { m } from '#lib/messages/messages.js';
import type { AccountState } from './accounts.ts';
import type { Grant } from './actor.ts';
import { passwordLength, type PasswordFault } from './password-rules.ts';

const grantLabels: Readonly<Record<Grant, () => string>> = {
	approver: m.access_grant_approver,
	editor: m.access_grant_editor,
	steward: m.access_grant_steward
};

const stateLabels: Readonly<Record<AccountState, () => string>> = {
	active: m.access_state_active,
	pending: m.access_state_pending,
	disabled: m.access_state_disabled
};

const faultLabels: Readonly<Record<PasswordFault | 'wrong' | 'same' | 'mismatch', () => string>> = {
	wrong: m.access_fault_wrong,
	same: m.access_fault_same,
	mismatch: m.access_fault_mismatch,
	'too-short': () => m.access_fault_too_short({ least: passwordLength.least }),
	'too-long': () => m.access_fault_too_long({ most: passwordLength.most }),
	'too-simple': m.access_fault_too_simple,
	'contains-name': m.access_fault_contains_name,
	'too-common': m.access_fault_too_common,
	repeated: m.access_fault_repeated
};

/** Names in the reader's language; a value that none of them knows is shown as it is. */
export const grantLabel = (grant: string): string => grantLabels[grant as Grant]?.() ?? grant;
export const accountStateLabel = (state: string): string => stateLabels[state as AccountState]?.() ?? state;
/** The mark of the UI kit's `StatusTag` for an account's state. */
export const accountStateMark = (state: string): 'done' | 'waiting' | 'off' =>
	state === 'active' ? 'done' : state === 'pending' ? 'waiting' : 'off';
export const passwordFaultLabel = (fault: string): string => faultLabels[fault as PasswordFault]?.() ?? fault;
