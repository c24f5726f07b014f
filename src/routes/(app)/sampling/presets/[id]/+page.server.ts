import { error, redirect } from '@sveltejs/kit';
import { check } from '#lib/access/permissions.ts';
import { statusOf } from '#lib/access/refuse.ts';
import { inScope, scopeOf } from '#lib/access/scope.ts';
import { number, refused, text } from '#lib/sampling/forms.ts';
import { regionChoices } from '#lib/sampling/names.server.ts';
import { draftPreset, listPresets } from '#lib/sampling/presets.server.ts';
import { classKeys } from '#lib/sampling/classes.ts';
import type { PresetRules } from '#lib/sampling/presets.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, params }) => {
	const actor = locals.actor!;
	const refusal = check(actor, 'preset.edit');
	if (refusal) error(statusOf(refusal));
	const versions = (await listPresets(locals.db, actor)).filter((p) => p.id === params.id);
	// A draft is what the editor works on; without one, the version in use.
	const preset = versions[versions.length - 1];
	if (!preset) error(404);
	// Rules of a wider or another region can be copied for one's own, not changed.
	const outside = !inScope(scopeOf(actor), preset.regionCode);
	return { preset, outside, ownRegion: actor.regionCode, regions: await regionChoices(locals.db, actor) };
};

/** The figures of the form laid over the rules they were made from; quotations stay with the source. */
function edited(form: FormData, rules: PresetRules): unknown {
	const figure = (name: string, old: number): number => number(form, name) ?? old;
	const percent = (name: string, old: number): number => (number(form, name) === null ? old : (number(form, name) ?? 0) / 100);
	const scale = rules.ratioOf === 'share' ? percent : figure;
	const limits = (prefix: string, old: PresetRules['keyClass']['limits']) =>
		old.map((limit, i) => ({ ...limit, max: figure(`${prefix}-limit-${i}`, limit.max) }));
	return {
		...rules,
		baselineRatio: percent('baseline', rules.baselineRatio),
		warningFactor: figure('factor', rules.warningFactor),
		sample: { floor: figure('floor', rules.sample.floor), cap: figure('cap', rules.sample.cap) },
		classes: Object.fromEntries(
			classKeys.map((key) => {
				const old = rules.classes[key];
				return [
					key,
					{
						...old,
						inPool: text(form, `${key}-pool`) || old.inPool,
						onSite: text(form, `${key}-onsite`) || old.onSite,
						ratio: {
							min: scale(`${key}-min`, old.ratio.min),
							usual: scale(`${key}-usual`, old.ratio.usual),
							max: scale(`${key}-max`, old.ratio.max)
						},
						limits: limits(key, old.limits)
					}
				];
			})
		),
		keyClass: { ...rules.keyClass, limits: limits('key', rules.keyClass.limits) },
		note: text(form, 'note') || rules.note
	};
}

export const actions: Actions = {
	default: async ({ locals, params, request }) => {
		const form = await request.formData();
		const versions = (await listPresets(locals.db, locals.actor!)).filter((p) => p.id === params.id);
		const preset = versions[versions.length - 1];
		if (!preset) error(404);
		const edit = { name: text(form, 'name'), regionCode: text(form, 'region'), rules: edited(form, preset.rules) };
		const made = await draftPreset(locals.db, locals.actor!, params.id, edit, text(form, 'copy') || null);
		if (!made.ok) return refused(made);
		redirect(303, '/sampling/presets?drafted=1');
	}
};
