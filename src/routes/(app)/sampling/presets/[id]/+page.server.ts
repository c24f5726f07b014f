import { error, fail, redirect } from '@sveltejs/kit';
import type { Actor } from '#lib/access/actor.ts';
import { may } from '#lib/access/permissions.ts';
import { statusOf } from '#lib/access/refuse.ts';
import { inScope, scopeOf } from '#lib/access/scope.ts';
import { m } from '#lib/messages/messages.js';
import { number, refused, text } from '#lib/sampling/forms.ts';
import { refusalLabel } from '#lib/sampling/labels.ts';
import { regionChoices } from '#lib/sampling/tasks/names.server.ts';
import { newProfessional, rulesFrom } from '#lib/sampling/presets/form.ts';
import { problemLabel, ruleChanges, ruleRows } from '#lib/sampling/presets/rows.ts';
import { draftPreset, listPresets, presetVersions, switchPresetOn, type PresetRow } from '#lib/sampling/presets/presets.server.ts';
import type { Actions, PageServerLoad } from './$types';

/** The version in use and the one that the editor works on: a draft, or without one the version in use. */
async function versionsOf(db: App.Locals['db'], actor: Actor, id: string): Promise<{ active: PresetRow | null; preset: PresetRow }> {
	const versions = (await listPresets(db, actor)).filter((p) => p.id === id);
	const preset = versions[versions.length - 1];
	if (!preset) error(404);
	return { active: versions.find((p) => p.state === 'active') ?? null, preset };
}

export const load: PageServerLoad = async ({ locals, params }) => {
	const actor = locals.actor!;
	const { active, preset } = await versionsOf(locals.db, actor, params.id);
	const mayEdit = may(actor, 'preset.edit');
	// Rules of a wider or another region can be copied for one's own, not changed.
	const outside = !inScope(scopeOf(actor), preset.regionCode);
	const isDraft = preset.state === 'draft';
	return {
		preset,
		active: active === null ? null : { version: active.version, name: active.name, region: active.region },
		changes: isDraft && active !== null ? ruleChanges(active.rules, preset.rules) : [],
		outside,
		ownRegion: actor.regionCode,
		regions: mayEdit ? await regionChoices(locals.db, actor) : [],
		versions: await presetVersions(locals.db, actor, params.id),
		mayEdit,
		maySwitch: isDraft && !outside && may(actor, 'preset.switch-on') && preset.createdBy !== actor.id,
		ownDraft: isDraft && may(actor, 'preset.switch-on') && preset.createdBy === actor.id
	};
};

/** What was typed, so that a refusal or a further row loses none of it. */
const typed = (form: FormData, preset: PresetRow) => ({
	name: text(form, 'name'), region: text(form, 'region'), copy: text(form, 'copy'), rules: rulesFrom(form, preset.rules)
});

export const actions: Actions = {
	save: async ({ locals, params, request }) => {
		const actor = locals.actor!;
		const form = await request.formData();
		const { preset } = await versionsOf(locals.db, actor, params.id);
		const working = typed(form, preset);
		// Somebody else's draft came in between: what was typed here was typed over another version.
		if (number(form, 'version') !== preset.version) return fail(409, { message: refusalLabel('conflict'), working });
		const edit = { name: working.name, regionCode: working.region, rules: working.rules };
		const made = await draftPreset(locals.db, actor, params.id, edit, working.copy || null);
		if (!made.ok) {
			const { what, path } = made as { what?: string; path?: string };
			const message = made.reason === 'rules-invalid' ? problemLabel(what ?? '', path ?? '', ruleRows(preset.rules)) : refusalLabel(made.reason);
			return fail(statusOf(made), { message, working });
		}
		redirect(303, `/sampling/presets/${made.id}?drafted=1`);
	},
	/** Adds a rule for a professional field to what is typed; nothing is saved yet. */
	add: async ({ locals, params, request, url }) => {
		const form = await request.formData();
		const { preset } = await versionsOf(locals.db, locals.actor!, params.id);
		const working = typed(form, preset);
		const mode = url.searchParams.get('mode') === 'weights' ? 'weights' : 'overlay';
		const field = m.presets_new_field({ n: working.rules.professional.length + 1 });
		const added = newProfessional(mode, field, { low: m.presets_grade_low(), high: m.presets_grade_high() });
		return { working: { ...working, rules: { ...working.rules, professional: [...working.rules.professional, added] } } };
	},
	switchOn: async ({ locals, params, request }) => {
		const done = await switchPresetOn(locals.db, locals.actor!, params.id, number(await request.formData(), 'version') ?? 0);
		if (!done.ok) return refused(done);
		redirect(303, `/sampling/presets/${params.id}?switched=1`);
	}
};
