import { error, fail, redirect } from '@sveltejs/kit';
import { statusOf } from '#lib/access/refuse.ts';
import { loadKindBook } from '#lib/intake/kinds/book.server.ts';
import { fieldsOf } from '#lib/intake/kinds/kinds.ts';
import { fieldName } from '#lib/intake/labels.ts';
import { applyMend, previewMend, type MendInput } from '#lib/mending/apply.server.ts';
import { rejectGroup, type MendScope } from '#lib/mending/groups.server.ts';
import { faultText } from '#lib/mending/labels.ts';
import { mendRefusalText } from '#lib/mending/refusal.ts';
import { stepOf, type StepRefusal } from '#lib/mending/step.ts';
import type { Actions, PageServerLoad, RequestEvent } from './$types';

function scopeOf(url: URL): MendScope {
	const get = (name: string) => url.searchParams.get(name);
	return { sourceId: get('source') ?? '', kind: get('kind') ?? '', reason: get('reason'), field: get('field'), shape: get('shape') };
}

export const load: PageServerLoad = async ({ locals, url }) => {
	const scope = scopeOf(url);
	const group = await rejectGroup(locals.db, locals.actor!, scope);
	if (!group.ok) error(statusOf(group));
	const kind = (await loadKindBook(locals.db)).find(scope.kind);
	if (kind === null) error(404);
	return { scope, group, names: Object.fromEntries(fieldsOf(kind).map((field) => [field, fieldName(field, kind)])) };
};

/** Longest note that says what a rule is for. */
const noteCharacters = 200;

/** The rule as the form states it, with what was filled in to be shown again. */
async function stated({ locals, request, url }: RequestEvent) {
	const form = await request.formData();
	const get = (name: string) => String(form.get(name) ?? '');
	const scope = scopeOf(url);
	const group = await rejectGroup(locals.db, locals.actor!, scope);
	if (!group.ok) error(statusOf(group));
	const said = stepOf(get, group.columns.map((column) => column.name));
	const note = get('note').trim();
	const refusal: StepRefusal | null = !said.ok ? said : note === '' || note.length > noteCharacters ? { ok: false, fault: 'note', given: '' } : null;
	const input: MendInput | null = said.ok ? { scope, step: said.step, note, remember: form.has('remember') } : null;
	return { input, refusal };
}

const faulty = ({ fault, given }: StepRefusal) => fail(400, { fault, message: faultText(fault, given), outcome: null });

export const actions: Actions = {
	preview: async (event) => {
		const { input, refusal } = await stated(event);
		// What it is for need not be said to look at it.
		if (input === null) return faulty(refusal!);
		const result = await previewMend(event.locals.db, event.locals.actor!, { ...input, note: input.note || '–' });
		if (!result.ok) return fail(statusOf(result), { fault: null, message: mendRefusalText(result), outcome: null });
		return { fault: null, message: null, outcome: result.outcome };
	},
	apply: async (event) => {
		const { input, refusal } = await stated(event);
		if (input === null || refusal !== null) return faulty(refusal!);
		const result = await applyMend(event.locals.db, event.locals.actor!, input);
		if (!result.ok) return fail(statusOf(result), { fault: null, message: mendRefusalText(result), outcome: null });
		redirect(303, `/intake/rejects/rules/${result.ruleId}?done`);
	}
};
