import { createHash, timingSafeEqual } from 'node:crypto';
import { error } from '@sveltejs/kit';
import { prometheusText } from '#lib/settings/metrics.ts';
import { readMetrics } from '#lib/settings/metrics.server.ts';
import { settings } from '#lib/settings/settings.ts';
import type { RequestHandler } from './$types';

/** The connection's own address, not what a proxy's header says about it: behind a proxy everybody would be loopback. */
const loopback = /^(127\.\d+\.\d+\.\d+|::1|::ffff:127\.\d+\.\d+\.\d+)$/;

/** Prometheus text for this machine, or for who has METRICS_TOKEN; nobody else learns that it exists. */
export const GET: RequestHandler = async ({ request, platform, locals }) => {
	const direct = platform?.req?.socket.remoteAddress ?? '';
	const forwarded = request.headers.has('x-forwarded-for') || request.headers.has('forwarded');
	if (!(loopback.test(direct) && !forwarded) && !hasToken(request.headers.get('authorization'))) error(404);
	return new Response(prometheusText(await readMetrics(locals.db)), {
		headers: { 'content-type': 'text/plain; version=0.0.4; charset=utf-8', 'cache-control': 'no-store' }
	});
};

function hasToken(header: string | null): boolean {
	const token = settings().metricsToken;
	if (token === null || header === null) return false;
	const digest = (text: string) => createHash('sha256').update(text).digest();
	return timingSafeEqual(digest(header), digest(`Bearer ${token}`));
}
