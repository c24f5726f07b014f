import { error } from '@sveltejs/kit';
import { statusOf } from '#lib/access/refuse.ts';
import { exportCertificate } from '#lib/sampling/draw/certificate.server.ts';
import { drawNumber } from '#lib/sampling/draw/number.ts';
import { refusalLabel } from '#lib/sampling/labels.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, params, url }) => {
	const out = await exportCertificate(locals.db, locals.actor!, params.id, drawNumber(url));
	if (!out.ok) error(statusOf(out), refusalLabel(out.reason));
	const { strata, ...head } = out.certificate;
	return { id: params.id, head, replaced: out.replaced, strata: strata.map(({ code, quota, objects }) => ({ code, quota, size: objects.length })) };
};
