import type { Actor, Grant, Role, Scope } from './actor.ts';
import { notAllowed, notFound, ownWork, type NotAllowed, type NotFound, type OwnWork } from './refuse.ts';
import { contains, scopeOf } from './scope.ts';

/** What an action needs. Roles and grant come first; the conditions bind it to one object. */
export type Rule = {
	readonly roles: readonly Role[];
	/** Needed on top of the role. */
	readonly grant?: Grant;
	/** `own`: only objects of the actor's department. */
	readonly department?: 'own';
	/** `whole`: only objects that bind nobody outside the actor's jurisdiction. */
	readonly jurisdiction?: 'whole';
	/** `never-own`: nobody decides on what they made themselves. */
	readonly author?: 'never-own';
	/** `member`: only objects the actor is assigned to (the inspector on the task). */
	readonly assigned?: 'member';
};

const watchers = ['leader', 'monitor', 'planner'] as const;
const everybody = ['leader', 'monitor', 'planner', 'inspector', 'sysadmin', 'secadmin', 'auditor'] as const;

/** The permission table of the product: who may do what. Jurisdiction comes on top, in every query. */
export const permissions = {
	'map.see': { roles: watchers },
	'warning.see': { roles: watchers },
	'dossier.see': { roles: watchers },
	'events.see': { roles: watchers },
	'indicator.see': { roles: watchers },
	'business.export': { roles: watchers },

	'warning.work': { roles: ['monitor'], department: 'own' },
	'warning.hand-over': { roles: ['monitor'], department: 'own' },
	'warning.snooze': { roles: ['monitor'], department: 'own' },
	'warning.reassign': { roles: ['leader'] },
	'duty.edit': { roles: ['monitor', 'leader'], department: 'own' },
	'desk.appoint': { roles: ['leader'], jurisdiction: 'whole' },
	'link.judge': { roles: ['monitor'], department: 'own' },

	'disposal.approve': { roles: ['leader'], grant: 'approver', author: 'never-own' },
	'plan.approve': { roles: ['leader'], grant: 'approver', author: 'never-own' },
	'campaign.approve': { roles: ['leader'], grant: 'approver', author: 'never-own' },
	'export.approve': { roles: ['leader'], grant: 'approver', author: 'never-own' },

	'indicator.edit': { roles: ['monitor', 'planner'], grant: 'editor', department: 'own', jurisdiction: 'whole' },
	'indicator.preview': { roles: ['monitor', 'planner'], grant: 'editor', department: 'own', jurisdiction: 'whole' },
	'indicator.switch-on': { roles: ['leader'], grant: 'approver', jurisdiction: 'whole', author: 'never-own' },
	'coverage.confirm': { roles: ['monitor', 'planner'], grant: 'editor' },
	'preset.edit': { roles: ['monitor', 'planner'], grant: 'editor' },
	'preset.switch-on': { roles: ['leader'], grant: 'approver', author: 'never-own' },
	'routing.edit': { roles: ['monitor', 'planner'], grant: 'editor', jurisdiction: 'whole' },
	'warning-rules.propose': { roles: ['monitor', 'planner'], grant: 'editor', jurisdiction: 'whole' },
	'warning-rules.decide': { roles: ['leader'], grant: 'approver', jurisdiction: 'whole', author: 'never-own' },

	'intake.see': { roles: watchers },
	'intake.import': { roles: ['monitor'], grant: 'steward', department: 'own' },
	'intake.mend': { roles: ['monitor'], grant: 'steward', department: 'own' },
	'intake.map': { roles: ['monitor'], grant: 'steward', department: 'own' },
	'intake.match': { roles: ['monitor'], grant: 'steward', department: 'own' },

	'task.see': { roles: watchers },
	'task.see-own': { roles: ['inspector'], assigned: 'member' },
	'task.create': { roles: ['planner'] },
	'task.draw': { roles: ['planner'] },
	'task.merge': { roles: ['planner'] },
	'plan.edit': { roles: ['planner'], department: 'own' },
	'campaign.edit': { roles: ['planner'], department: 'own' },
	'register.edit': { roles: ['planner'], department: 'own' },
	'observation.grant': { roles: ['planner'], grant: 'editor' },
	'lead-check.create': { roles: ['planner'] },
	'result.enter': { roles: ['inspector'], assigned: 'member' },
	'result.review': { roles: ['planner'] },
	'result.publish': { roles: ['planner'], department: 'own' },
	'rectification.check': { roles: ['planner', 'inspector'], department: 'own' },
	'effect.see': { roles: watchers },

	'report.see': { roles: watchers },
	'report.edit': { roles: ['monitor', 'planner'], department: 'own' },
	'report.review': { roles: watchers, jurisdiction: 'whole', author: 'never-own' },
	'report.issue': { roles: ['leader'], grant: 'approver', jurisdiction: 'whole', author: 'never-own' },
	'report.set': { roles: ['leader'], grant: 'approver', jurisdiction: 'whole' },

	'account.see': { roles: ['sysadmin', 'secadmin'] },
	'account.create': { roles: ['sysadmin'] },
	'account.disable': { roles: ['sysadmin'] },
	'account.reset-password': { roles: ['sysadmin'] },
	'department.edit': { roles: ['sysadmin'] },
	'source.technical': { roles: ['sysadmin'] },
	'calendar.correct': { roles: ['sysadmin'] },
	'job.see': { roles: ['sysadmin'] },
	'outward.see': { roles: ['sysadmin'] },
	'kind.edit': { roles: ['sysadmin'] },
	'boundary.load': { roles: ['sysadmin'] },
	'token.technical': { roles: ['sysadmin'] },
	'channel.technical': { roles: ['sysadmin'] },

	'role.grant': { roles: ['secadmin'] },
	'jurisdiction.set': { roles: ['secadmin'] },
	'token.scope': { roles: ['secadmin'], author: 'never-own' },
	'screen.manage': { roles: ['secadmin'] },
	'host.allow': { roles: ['secadmin'] },
	'security.policy': { roles: ['secadmin'] },

	'audit.read': { roles: ['auditor'] },
	'audit.verify': { roles: ['auditor'] },

	'home.see': { roles: everybody },
	'own-account.edit': { roles: everybody }
} as const satisfies Record<string, Rule>;

export type Action = keyof typeof permissions;

/** What one object says about the conditions of a rule. */
export type About = {
	/** The department that owns the object. */
	readonly departmentId?: string;
	/** Whom the object binds. */
	readonly scope?: Scope;
	/** Account id of who made it. */
	readonly authorId?: string | null;
	/** Account or inspector ids of those assigned to it. */
	readonly memberIds?: readonly string[];
};

/** Could this actor do the action on some object? For menus, buttons and routes; a verb asks `check` about its object. */
export function may(actor: Pick<Actor, 'role' | 'grants'>, action: Action): boolean {
	const rule: Rule = permissions[action];
	return rule.roles.includes(actor.role) && (rule.grant === undefined || actor.grants.includes(rule.grant));
}

/**
 * May this actor do the action on this object? Null when so, else the refusal to return. The first line of every verb.
 *
 * A condition whose part of `about` is missing is refused: forgetting to pass the department must not open the door.
 */
export function check(
	actor: Pick<Actor, 'id' | 'role' | 'grants' | 'departmentId' | 'regionCode' | 'industries' | 'inspectorId'>,
	action: Action,
	about: About = {}
): NotAllowed | NotFound | OwnWork | null {
	if (!may(actor, action)) return notAllowed;
	const rule: Rule = permissions[action];
	if (rule.department === 'own' && about.departmentId !== actor.departmentId) return notAllowed;
	if (rule.jurisdiction === 'whole' && !(about.scope && contains(scopeOf(actor), about.scope))) return notAllowed;
	if (rule.author === 'never-own' && (about.authorId === undefined || about.authorId === actor.id)) return ownWork;
	if (rule.assigned === 'member') {
		const assigned = about.memberIds?.some((id) => id === actor.id || id === actor.inspectorId) ?? false;
		if (!assigned) return notFound;
	}
	return null;
}
