import { may } from '#lib/access/permissions.ts';
import { inScope, scopeOf } from '#lib/access/scope.ts';
import { number, refused, text } from '#lib/sampling/forms.ts';
import { listPresets, switchPresetOn } from '#lib/sampling/presets/presets.server.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals }) => {
	const actor = locals.actor!;
	const presets = await listPresets(locals.db, actor);
	return {
		presets: presets.map((p) => ({ ...p, own: p.createdBy === actor.id, outside: !inScope(scopeOf(actor), p.regionCode) })),
		mayEdit: may(actor, 'preset.edit'),
		maySwitch: may(actor, 'preset.switch-on')
	};
};

export const actions: Actions = {
	switchOn: async ({ locals, request }) => {
		const form = await request.formData();
		const done = await switchPresetOn(locals.db, locals.actor!, text(form, 'id'), number(form, 'version') ?? 0);
		return done.ok ? { switched: true } : refused(done);
	}
};
