import { error } from '@sveltejs/kit';
import { statusOf } from '#lib/access/refuse.ts';
import { verifyInside } from '#lib/sampling/draw/certificate.server.ts';
import { drawNumber } from '#lib/sampling/draw/number.ts';
import { parseStratum } from '#lib/sampling/pool/eligibility.ts';
import { innerCertificate } from '#lib/sampling/draw/inner-certificate.server.ts';
import { refusalLabel } from '#lib/sampling/labels.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, params, url }) => {
	const actor = locals.actor!;
	const n = drawNumber(url);
	const found = await innerCertificate(locals.db, actor, params.id, n);
	if (!found.ok) error(statusOf(found), refusalLabel(found.reason));
	const verified = await verifyInside(locals.db, actor, params.id, n);
	const { task, record, replaced, outer, objects, passed } = found.certificate;
	const { drawn: _drawn, passed: _passed, ...head } = outer;
	const { frozen } = record;
	const preset = await locals.db.selectFrom('sampling_preset').select('name').where('id', '=', frozen.preset.id).where('version', '=', frozen.preset.version).executeTakeFirst();
	return {
		task,
		n: record.n,
		state: record.state,
		replaced,
		isAll: frozen.settings.wish.mode === 'all',
		weighted: record.weighted,
		reason: record.void_reason,
		head,
		preset: { ...frozen.preset, name: preset?.name ?? frozen.preset.id },
		months: { oldest: frozen.oldestMonth, newest: frozen.newestMonth },
		strata: frozen.strata.flatMap((s) => {
			const key = parseStratum(s.key);
			return key ? [{ ...s, ...key }] : [];
		}),
		reasons: frozen.reasons,
		objects: objects.map((o) => ({ ...o, stratum: parseStratum(o.stratum) })),
		passed,
		verified: verified.ok ? verified : null
	};
};
