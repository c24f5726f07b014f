import { fail } from '@sveltejs/kit';
import type { Actor } from '#lib/access/actor.ts';
import { may } from '#lib/access/permissions.ts';
import { statusOf, type Refusal } from '#lib/access/refuse.ts';
import { inScope, regionPrefix, scopeOf } from '#lib/access/scope.ts';
import { regionWithin } from '#lib/access/scope.server.ts';
import { m } from '#lib/messages/messages.js';
import { watchedItems } from '#lib/warnings/labels.ts';
import { proveRouting } from '#lib/warnings/routing-proof.ts';
import { routed, type Desk, type Route } from '#lib/warnings/routing.ts';
import { loadRouting, staffedDepartments } from '#lib/warnings/routing.server.ts';
import {
	decideRules, listRoutes, mayRoute, mayRule, proposeRules, readRules, removeRoute, ruleKinds, setRoute, type RuleKind
} from '#lib/warnings/rules.server.ts';
import { readRuleForm } from './rule-forms.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url }) => {
	const { db } = locals;
	const actor = locals.actor!;
	const scope = scopeOf(actor);
	const asked = {
		item: url.searchParams.get('item') ?? 'complaint',
		regionCode: url.searchParams.get('region') ?? actor.regionCode,
		industryKey: url.searchParams.get('industry')?.toUpperCase() || '*'
	};
	const { routes, desks } = await loadRouting(db);
	const answer = /^\d{6}$/.test(asked.regionCode) && inScope(scope, asked.regionCode) ? routed(routes, desks, asked) : undefined;
	const staffed = await staffedDepartments(db);
	const named = await db.selectFrom('department').select(['id', 'name']).execute();
	const edits = may(actor, 'routing.edit');
	return {
		levels: await readRules(db, 'levels'),
		deadlines: await readRules(db, 'deadlines'),
		escalation: await readRules(db, 'escalation'),
		routes: (await listRoutes(db, actor)).map((route) => ({ ...route, mine: mayRoute(actor, route) })),
		departments: edits ? await departmentsIn(db, actor.regionCode) : [],
		asked,
		answer: answer
			? { name: named.find(({ id }) => id === answer.departmentId)!.name, route: answer.route, covered: answer.covered, staffed: staffed.has(answer.departmentId) }
			: null,
		proof: await proofHere(db, actor, routes, desks, staffed, named),
		mayRoute: edits,
		mayRule: await mayRule(db, actor),
		ownPrefix: scope.regionPrefix,
		actorId: actor.id
	};
};

/** Whether every combination of the actor's jurisdiction has somebody who can work on it, with names for those that have not. */
async function proofHere(
	db: App.Locals['db'],
	actor: Actor,
	routes: readonly Route[],
	desks: readonly Desk[],
	staffed: ReadonlySet<string>,
	named: readonly { readonly id: string; readonly name: string }[]
) {
	const regions = await db.selectFrom('region').select(['code', 'name']).where(regionWithin(scopeOf(actor).regionPrefix, 'code')).execute();
	const industries = await db.selectFrom('industry').select(['key', 'name']).execute();
	const { examples, ...proof } = proveRouting(routes, desks, staffed, {
		items: watchedItems(), regions: regions.map(({ code }) => code), industries: ['*', '-', ...industries.map(({ key }) => key)]
	});
	const nameOf = new Map([...regions.map(({ code, name }) => [code, name] as const), ...industries.map(({ key, name }) => [key, name] as const), ...named.map(({ id, name }) => [id, name] as const)]);
	return {
		...proof,
		examples: examples.map((example) => ({
			...example, regionName: nameOf.get(example.regionCode) ?? example.regionCode, industryName: nameOf.get(example.industryKey) ?? null,
			departmentName: example.departmentId === null ? null : (nameOf.get(example.departmentId) ?? null)
		}))
	};
}

/** Departments that can be routed to from here: those of the place, and those above it. */
async function departmentsIn(db: App.Locals['db'], regionCode: string) {
	const all = await db.selectFrom('department').select(['id', 'name', 'region_code']).orderBy('region_code').orderBy('name').execute();
	const own = regionPrefix(regionCode);
	return all.filter(({ region_code }) => {
		const prefix = regionPrefix(region_code);
		return prefix.startsWith(own) || own.startsWith(prefix);
	});
}

function kindOf(form: FormData): RuleKind | undefined {
	return ruleKinds.find((kind) => kind === form.get('kind'));
}

function refused(refusal: Refusal) {
	const texts: Readonly<Record<string, () => string>> = {
		'bad-rules': m.warnings_rules_bad, 'bad-route': m.warnings_rules_route_bad, 'own-work': m.warnings_rules_own,
		conflict: m.warnings_rules_stale, 'not-found': m.warnings_rules_nothing, 'not-allowed': m.warnings_refused_not_allowed
	};
	return fail(statusOf(refusal), { refused: (texts[refusal.reason] ?? m.warnings_refused_other)() });
}

const text = (form: FormData, name: string) => String(form.get(name) ?? '').trim();
const routeKey = (form: FormData) => ({
	item: text(form, 'item'), industryPrefix: text(form, 'industry').toUpperCase(), regionPrefix: text(form, 'region')
});

export const actions: Actions = {
	propose: async ({ locals, request }) => {
		const form = await request.formData();
		const kind = kindOf(form);
		if (!kind) return refused({ ok: false, reason: 'bad-rules' });
		const result = await proposeRules(locals.db, locals.actor!, kind, readRuleForm(kind, form));
		return result.ok ? { saved: true } : refused(result);
	},
	decide: async ({ locals, request }) => {
		const form = await request.formData();
		const kind = kindOf(form);
		if (!kind) return refused({ ok: false, reason: 'bad-rules' });
		const result = await decideRules(locals.db, locals.actor!, kind, Number(form.get('version')), form.get('decision') === 'approve');
		return result.ok ? { saved: true } : refused(result);
	},
	route: async ({ locals, request }) => {
		const form = await request.formData();
		const result = await setRoute(locals.db, locals.actor!, { ...routeKey(form), departmentId: text(form, 'department') });
		return result.ok ? { saved: true } : refused(result);
	},
	unroute: async ({ locals, request }) => {
		const result = await removeRoute(locals.db, locals.actor!, routeKey(await request.formData()));
		return result.ok ? { saved: true } : refused(result);
	}
};
