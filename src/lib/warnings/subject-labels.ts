import { m } from '#lib/messages/messages.js';
import type { GroupTie, ScopeKind, SubjectRole } from './evaluation.ts';

type Label = () => string;

const changeNames: Readonly<Record<string, Label>> = {
	'legal-representative': m.warnings_change_legal_representative, address: m.warnings_change_address,
	shareholders: m.warnings_change_shareholders, capital: m.warnings_change_capital, name: m.warnings_change_name,
	scope: m.warnings_change_scope, executives: m.warnings_change_executives
};
/** What exactly happened: a changed item by its name, else as the source wrote it. */
export const eventItemLabel = (item: string | null): string => (item === null ? '—' : (changeNames[item]?.() ?? item));

const unitNames: Readonly<Record<string, Label>> = {
	registration: m.warnings_unit_registration, filing: m.warnings_unit_filing, change: m.warnings_unit_change,
	cancellation: m.warnings_unit_cancellation, complaint: m.warnings_unit_complaint, penalty: m.warnings_unit_penalty
};
/** Whether the warning is about what several enterprises share. */
export const isShared = (scopeKind: ScopeKind): boolean => scopeKind !== 'cell' && scopeKind !== 'enterprise';

/** What is counted, after a number: 件投诉举报, 户企业. */
export function unitLabel(item: string, scopeKind: ScopeKind): string {
	if (isShared(scopeKind)) return item === 'registration' ? m.warnings_unit_enterprises_registration() : m.warnings_unit_enterprises();
	return unitNames[item]?.() ?? m.warnings_unit_other();
}

const countedAsEnterprises = ['registration', 'cancellation'];
/** The measure word after a number: 件 or 户; nothing in English. */
export const counterLabel = (item: string, scopeKind: ScopeKind): string =>
	isShared(scopeKind) || countedAsEnterprises.includes(item) ? m.warnings_counter_enterprises() : m.warnings_counter_events();

const scopeNames: Record<ScopeKind, Label> = {
	cell: m.warnings_scope_cell, enterprise: m.warnings_scope_enterprise, address: m.warnings_scope_address,
	person: m.warnings_scope_person, phone: m.warnings_scope_phone,
	place: m.links_scope_place, agent: m.links_scope_agent, group: m.links_scope_group
};
export const scopeLabel = (kind: ScopeKind): string => scopeNames[kind]();

const tieNames: Record<GroupTie['kind'], Label> = {
	address: m.links_tie_address, place: m.links_tie_place, person: m.links_tie_person, phone: m.links_tie_phone, agent: m.links_tie_agent,
	'agent-place': m.links_tie_agent_place
};
/** What enterprises of a group share. */
export const tieLabel = (kind: GroupTie['kind']): string => tieNames[kind]();

const streamNames: Readonly<Record<string, Label>> = {
	registration: m.links_stream_registration, 'young-cancellation': m.links_stream_young_cancellation, transfer: m.links_stream_transfer,
	'change-storm': m.links_stream_change_storm
};
/** What enterprises of a group did, by the method `linked-group · transfer`. */
export const streamLabel = (method: string | undefined): string => streamNames[method?.split(' · ')[1] ?? '']?.() ?? '';

const roleNames: Record<SubjectRole, Label> = {
	named: m.warnings_role_named, member: m.warnings_role_member, contributor: m.warnings_role_contributor
};
export const subjectRoleLabel = (role: SubjectRole): string => roleNames[role]();

const methodNames: Readonly<Record<string, Label>> = {
	'calendar-nb': m.warnings_method_calendar, 'slow-cusum': m.warnings_method_slow, 'farrington-flexible': m.warnings_method_farrington, 'shrunk-nb': m.warnings_method_shrunk,
	'enterprise-rise': m.warnings_method_rise,
	'shared-link': m.warnings_method_habit, 'repeated-changes': m.warnings_method_fixed, 'prepaid-card': m.warnings_method_fixed,
	'shell-transfer': m.warnings_method_fixed, 'register-then-cancel': m.warnings_method_fixed,
	'linked-group': m.links_method_name
};
/** `farrington-flexible · 5 a · φ 1.3` in words: method, years (a) or weeks (w) of history, dispersion. */
export function methodLabel(method: string): string {
	return method
		.split(' · ')
		.map((part) => {
			const [, n, unit] = /^(\d+) ([aw])$/.exec(part) ?? [];
			if (n !== undefined) return unit === 'a' ? m.warnings_method_years({ n }) : m.warnings_method_weeks({ n });
			return part.startsWith('φ ') ? m.warnings_method_phi({ n: part.slice(2) }) : (methodNames[part]?.() ?? streamNames[part]?.() ?? part);
		})
		.join(' · ');
}
