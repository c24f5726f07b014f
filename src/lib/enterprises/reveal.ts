import type { Actor, Role } from '#lib/access/actor.ts';

/** What the register knows of persons: masked everywhere until somebody says why they need it. */
export const personalFields = ['legalRep', 'phone'] as const;
export type PersonalField = (typeof personalFields)[number];

/**
 * Who may see what in full (H4): whoever works on the matter reaches the enterprise and needs its number; who oversees the work has to
 * know whom it is about, not how to call them. Nobody else looks into dossiers at all.
 */
const revealable: Readonly<Record<Role, readonly PersonalField[]>> = {
	leader: ['legalRep'], monitor: ['legalRep', 'phone'], planner: ['legalRep', 'phone'], inspector: [], sysadmin: [], secadmin: [], auditor: []
};

export const mayReveal = (actor: Pick<Actor, 'role'>): readonly PersonalField[] => revealable[actor.role];

/** Seconds after which what was revealed is masked again: time to dial a number, not to leave the desk. Ours. */
export const revealSeconds = 60;

/** A reason for revealing says something and can be read: so many characters at least and at most. */
export const revealReason = { least: 2, most: 200 } as const;
