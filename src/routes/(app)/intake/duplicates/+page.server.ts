import { error, fail } from '@sveltejs/kit';
import { statusOf } from '#lib/access/refuse.ts';
import { foldByRule, foldStates, listFolds, undoFold } from '#lib/duplicates/verdicts.server.ts';
import { foldRuleNames, foldRules } from '#lib/duplicates/rules.ts';
import { mendRefusalText } from '#lib/mending/refusal.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url }) => {
	const rule = foldRuleNames.find((name) => name === url.searchParams.get('rule'));
	const state = foldStates.find((name) => name === url.searchParams.get('state')) ?? 'folded';
	const before = new Date(url.searchParams.get('before') ?? '');
	const paged = !Number.isNaN(before.getTime());
	const found = await listFolds(locals.db, locals.actor!, { state, ...(rule ? { rule } : {}), ...(paged ? { before } : {}) });
	if (!found.ok) error(statusOf(found));
	const { folds, older, counts } = found;
	return {
		folds, older, paged, filter: { rule: rule ?? '', state },
		rules: foldRuleNames.map((name) => ({ rule: name, version: foldRules[name].version, folded: 0, today: 0, undone: 0, ...counts.find((count) => count.rule === name) }))
	};
};

export const actions: Actions = {
	judge: async ({ locals, request }) => {
		const form = await request.formData();
		const get = (name: string) => String(form.get(name) ?? '');
		const verb = get('verdict') === 'by-rule' ? foldByRule : undoFold;
		const result = await verb(locals.db, locals.actor!, get('uscc'), get('event'), get('note'));
		if (!result.ok) return fail(statusOf(result), { message: mendRefusalText(result), judged: null });
		return { message: null, judged: get('verdict') };
	}
};
