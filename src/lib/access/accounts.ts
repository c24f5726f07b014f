import type { Grant, Role } from './actor.ts';

/** Account names are typed every morning: short, small Latin letters, the same on every keyboard. */
export const accountName = /^[a-z][a-z0-9._-]{1,31}$/;

/** `pending`: has no role yet, or waits for the security administrator. */
export const accountStates = ['active', 'pending', 'disabled'] as const;
export type AccountState = (typeof accountStates)[number];

/** Which grants a role can carry: an approver is a leader, an editor a monitor or planner, a steward a monitor. */
export const grantsOfRole: Readonly<Record<Role, readonly Grant[]>> = {
	leader: ['approver'],
	monitor: ['editor', 'steward'],
	planner: ['editor'],
	inspector: [],
	sysadmin: [],
	secadmin: [],
	auditor: []
};

/** Industry keys as people type them, apart by blanks, commas or 、: `'H, C13'` → `['H', 'C13']`; empty → null, every industry. */
export function parseIndustries(text: string): readonly string[] | null {
	const keys = text.split(/[\s,，、;；]+/).filter((key) => key !== '');
	return keys.length === 0 ? null : [...new Set(keys.map((key) => key.toUpperCase()))];
}
