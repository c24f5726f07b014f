import { maskName, maskPhone } from '#lib/enterprises/mask.ts';
import { m } from '#lib/messages/messages.js';
import { clusterText, type ClusterNames } from './cell-name.ts';
import type { ScopeKind } from './evaluation.ts';

/** What a warning is about, beside its region and industry. Holds no person's name or number. */
export type Subject = {
	readonly scopeKind: ScopeKind;
	/** The address or the enterprise's name as registered; of a person or phone only masked. */
	readonly label: string | null;
	/** Of what several enterprises share: the first of them, and how many there are in the window. */
	readonly firstMember: string | null;
	readonly memberCount: number;
	/** Of a cluster of cells: what it consists of; null for one region and one industry. */
	readonly cluster: ClusterNames | null;
};

/** Persons and phones are shown masked everywhere; addresses and enterprises are not personal. */
export function maskedLabel(scopeKind: ScopeKind, label: string | null): string | null {
	if (label === null) return null;
	if (scopeKind === 'person' || scopeKind === 'agent') return maskName(label);
	return scopeKind === 'phone' ? maskPhone(label) : label;
}

/** The subject by the name that tells it apart: masked persons all look alike, their enterprises do not. Null: one region × industry. */
export function subjectName({ scopeKind, label, firstMember, memberCount, cluster }: Subject): string | null {
	if (cluster !== null) return clusterText(cluster);
	if (label !== null && (scopeKind === 'address' || scopeKind === 'place' || scopeKind === 'enterprise')) return label;
	return firstMember === null ? label : m.warnings_members_of({ name: firstMember, n: memberCount });
}
