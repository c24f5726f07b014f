import { randomUUID } from 'node:crypto';
import { fail } from '@sveltejs/kit';
import { check } from '#lib/access/permissions.ts';
import { statusOf, type Refusal } from '#lib/access/refuse.ts';
import { departmentScope } from '#lib/access/departments.server.ts';
import { choiceLists, type ChoiceList } from '#lib/disposals/choices.ts';
import { decideChoice, ownDepartments, proposeChoice, readCauses, readMeasures, waitingChoices } from '#lib/disposals/choices.server.ts';
import { findingLabel } from '#lib/disposals/labels.ts';
import type { Finding } from '#lib/disposals/forbidden.ts';
import { m } from '#lib/messages/messages.js';
import { mayRule } from '#lib/warnings/rules.server.ts';
import { readChoice } from './choice-form.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url }) => {
	const { db } = locals;
	const actor = locals.actor!;
	const [measures, causes, departments, waiting, rights] = await Promise.all([
		readMeasures(db), readCauses(db), ownDepartments(db, actor), waitingChoices(db, actor), mayRule(db, actor)
	]);
	const edit = url.searchParams.get('edit');
	const mine = await Promise.all(
		departments.map(async (department) => {
			const scope = await departmentScope(db, department.id);
			return { ...department, mayPropose: scope !== null && check(actor, 'warning-rules.propose', { scope }) === null };
		})
	);
	return {
		measures, causes, waiting, departments: mine, rights, actorId: actor.id,
		/** The entry that is being changed: `measure:caution`, `measure:new`. */
		editing: edit
	};
};

function listOf(form: FormData): ChoiceList | undefined {
	return choiceLists.find((list) => list === form.get('list'));
}

function refused(refusal: Refusal, form: FormData) {
	const texts: Readonly<Record<string, () => string>> = {
		'bad-choice': m.disposals_choice_bad, 'own-work': m.disposals_choice_own, conflict: m.disposals_choice_stale, 'not-found': m.disposals_choice_gone,
		'not-allowed': m.disposals_refused_not_allowed
	};
	const findings = 'findings' in refusal ? (refusal.findings as readonly Finding[]) : [];
	const message =
		refusal.reason === 'forbidden'
			? m.disposals_refused_forbidden({ findings: findings.map(findingLabel).join(m.common_comma()) })
			: (texts[refusal.reason] ?? m.disposals_choice_bad)();
	const typed = Object.fromEntries([...form].filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
	return fail(statusOf(refusal), { refused: message, typed });
}

const text = (form: FormData, name: string) => String(form.get(name) ?? '').trim();

export const actions: Actions = {
	propose: async ({ locals, request }) => {
		const form = await request.formData();
		const list = listOf(form);
		if (!list) return refused({ ok: false, reason: 'bad-choice' }, form);
		const id = text(form, 'id') || `own-${randomUUID().slice(0, 8)}`;
		const result = await proposeChoice(locals.db, locals.actor!, list, id, readChoice(list, form));
		return result.ok ? { proposed: true } : refused(result, form);
	},
	decide: async ({ locals, request }) => {
		const form = await request.formData();
		const list = listOf(form);
		if (!list) return refused({ ok: false, reason: 'bad-choice' }, form);
		const result = await decideChoice(locals.db, locals.actor!, list, text(form, 'id'), Number(form.get('version')), form.get('decision') === 'approve');
		return result.ok ? { decided: true } : refused(result, form);
	}
};
