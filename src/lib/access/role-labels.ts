import { m } from '#lib/messages/messages.js';
import type { Role } from './actor.ts';

const roleLabels: Readonly<Record<Role | 'none', () => string>> = {
	leader: m.access_role_leader,
	monitor: m.access_role_monitor,
	planner: m.access_role_planner,
	inspector: m.access_role_inspector,
	sysadmin: m.access_role_sysadmin,
	secadmin: m.access_role_secadmin,
	auditor: m.access_role_auditor,
	none: m.access_role_none
};

/** The role's name in the reader's language; a value that is none is shown as it is. Apart from the other labels, as every page says who is there. */
export const roleLabel = (role: string): string => roleLabels[role as Role]?.() ?? role;
