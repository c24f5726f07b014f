import { describe, expect, it } from 'vitest';
import { grants, roles, type Actor, type Grant, type Role } from '#lib/access/actor.ts';
import { grantsOfRole } from '#lib/access/accounts.ts';
import { check, may, permissions, type Action } from '#lib/access/permissions.ts';

type Who = Role | `${Role}+${Grant}`;

const watchers = ['leader', 'monitor', 'planner'] as const;
const approver = ['leader+approver'] as const;
const editor = ['monitor+editor', 'planner+editor'] as const;
const steward = ['monitor+steward'] as const;

/** The table of the product, row by row, written down a second time on purpose. */
const table: readonly (readonly [row: string, actions: readonly Action[], who: readonly Who[]])[] = [
	[
		'see maps, warnings, dossiers in own jurisdiction',
		['map.see', 'warning.see', 'dossier.see', 'events.see', 'indicator.see', 'intake.see', 'task.see', 'effect.see', 'business.export'],
		watchers
	],
	['inspector: own tasks only', ['task.see-own'], ['inspector']],
	[
		'acknowledge … close, hand over, snooze, judge links',
		['warning.work', 'warning.hand-over', 'warning.snooze', 'link.judge'],
		['monitor']
	],
	['leader reassigns, and names heads and deputies', ['warning.reassign', 'desk.appoint'], ['leader']],
	['put people on duty', ['duty.edit'], ['monitor', 'leader']],
	['approve', ['disposal.approve', 'plan.approve', 'campaign.approve', 'export.approve'], approver],
	[
		'edit indicators, presets, rules and routing',
		['indicator.edit', 'indicator.preview', 'coverage.confirm', 'preset.edit', 'routing.edit', 'warning-rules.propose'],
		editor
	],
	['switch them on', ['indicator.switch-on', 'preset.switch-on', 'warning-rules.decide'], approver],
	['mend rejects, mapping, match queue', ['intake.import', 'intake.mend', 'intake.map', 'intake.match'], steward],
	['create tasks, draw, merge visits', ['task.create', 'task.draw', 'task.merge', 'lead-check.create'], ['planner']],
	['enter results', ['result.enter'], ['inspector']],
	['review results, publish them', ['result.review', 'result.publish'], ['planner']],
	['look at rectifications again', ['rectification.check'], ['planner', 'inspector']],
	['plans, campaigns, registers', ['plan.edit', 'campaign.edit', 'register.edit'], ['planner']],
	['grant observation periods', ['observation.grant'], ['planner+editor']],
	['accounts are seen by the two who make them', ['account.see'], ['sysadmin', 'secadmin']],
	[
		'technical settings, calendar, jobs, kinds',
		['source.technical', 'calendar.correct', 'job.see', 'kind.edit', 'boundary.load', 'token.technical', 'outward.see', 'channel.technical'],
		['sysadmin']
	],
	['accounts', ['account.create', 'account.disable', 'account.reset-password', 'department.edit'], ['sysadmin']],
	[
		'roles, jurisdictions, token scopes, screens, hosts, policy',
		['role.grant', 'jurisdiction.set', 'token.scope', 'screen.manage', 'host.allow', 'security.policy'],
		['secadmin']
	],
	['reports: read and review', ['report.see', 'report.review'], watchers],
	['reports: write', ['report.edit'], ['monitor', 'planner']],
	['reports: issue, and set their days', ['report.issue', 'report.set'], approver],
	['audit trail', ['audit.read', 'audit.verify'], ['auditor']],
	['everybody', ['home.see', 'own-account.edit'], roles]
];

/** Every role, bare and with each grant, also those it can never carry. */
const everybody: readonly { readonly who: Who; readonly role: Role; readonly grants: readonly Grant[] }[] = roles.flatMap((role) => [
	{ who: role, role, grants: [] },
	...grants.map((grant) => ({ who: `${role}+${grant}` as const, role, grants: [grant] }))
]);

describe('permission table', () => {
	it('names every action once', () => {
		const named = table.flatMap(([, actions]) => actions);
		expect([...named].sort()).toEqual(Object.keys(permissions).sort());
	});

	for (const [row, actions, who] of table) {
		for (const action of actions) {
			it(`${row}: ${action} is for ${who.join(', ')} and nobody else`, () => {
				for (const person of everybody) {
					const expected = who.includes(person.who) || who.includes(person.role);
					expect(may(person, action), person.who).toBe(expected);
				}
			});
		}
	}

	it('lets no administrator do anything with business data', () => {
		const business = Object.keys(permissions).filter((action) =>
			/^(map|warning|warning-rules|routing|dossier|events|indicator|business|link|disposal|plan|campaign|export|coverage|preset|intake|task|lead-check|result)\./.test(action)
		) as Action[];
		expect(business.length).toBeGreaterThan(25);
		for (const role of ['sysadmin', 'secadmin', 'auditor'] as const) {
			for (const action of business) expect(may({ role, grants }, action), `${role} ${action}`).toBe(false);
		}
	});

	it('gives no two administrators the same action, but looking at accounts', () => {
		const administrators = ['sysadmin', 'secadmin', 'auditor'] as const;
		for (const action of Object.keys(permissions) as Action[]) {
			const able = administrators.filter((role) => may({ role, grants: [] }, action));
			if (!['account.see', 'home.see', 'own-account.edit'].includes(action)) expect(able.length, action).toBeLessThanOrEqual(1);
		}
	});

	it('offers a grant only to the roles that the product names', () => {
		expect(grantsOfRole).toEqual({
			leader: ['approver'],
			monitor: ['editor', 'steward'],
			planner: ['editor'],
			inspector: [],
			sysadmin: [],
			secadmin: [],
			auditor: []
		});
	});
});

describe('conditions about one object', () => {
	const person = (role: Role, ...held: Grant[]): Omit<Actor, 'name' | 'displayName' | 'address'> => ({
		id: 'me',
		role,
		grants: held,
		departmentId: 'mine',
		regionCode: '320400',
		industries: null,
		inspectorId: 'inspector-7'
	});

	it('works only on warnings of the own department', () => {
		expect(check(person('monitor'), 'warning.work', { departmentId: 'mine' })).toBeNull();
		expect(check(person('monitor'), 'warning.work', { departmentId: 'theirs' })).toMatchObject({ reason: 'not-allowed' });
		expect(check(person('monitor'), 'warning.work')).toMatchObject({ reason: 'not-allowed' });
	});

	it('rules only over what the own jurisdiction holds whole', () => {
		const leader = person('leader', 'approver');
		const over = (regionPrefix: string, industries: readonly string[] | null = null) => ({ authorId: 'somebody', scope: { regionPrefix, industries } });
		expect(check(leader, 'indicator.switch-on', over('320412'))).toBeNull();
		expect(check(leader, 'indicator.switch-on', over('3204', ['H62']))).toBeNull();
		expect(check(leader, 'indicator.switch-on', over('32'))).toMatchObject({ reason: 'not-allowed' });
		expect(check({ ...leader, industries: ['H62'] }, 'indicator.switch-on', over('3204'))).toMatchObject({ reason: 'not-allowed' });
		expect(check({ ...leader, industries: ['H'] }, 'indicator.switch-on', over('3204', ['H62']))).toBeNull();
		expect(check(leader, 'indicator.switch-on', { authorId: 'somebody' })).toMatchObject({ reason: 'not-allowed' });
	});

	it('never approves what one made oneself', () => {
		const leader = person('leader', 'approver');
		expect(check(leader, 'plan.approve', { authorId: 'somebody' })).toBeNull();
		expect(check(leader, 'plan.approve', { authorId: 'me' })).toMatchObject({ reason: 'own-work' });
		expect(check(leader, 'plan.approve')).toMatchObject({ reason: 'own-work' });
	});

	it('hides tasks from inspectors who are not on them', () => {
		expect(check(person('inspector'), 'result.enter', { memberIds: ['inspector-7'] })).toBeNull();
		expect(check(person('inspector'), 'result.enter', { memberIds: ['inspector-8'] })).toMatchObject({ reason: 'not-found' });
		expect(check({ ...person('inspector'), inspectorId: null }, 'result.enter', { memberIds: [] })).toMatchObject({ reason: 'not-found' });
	});
});
