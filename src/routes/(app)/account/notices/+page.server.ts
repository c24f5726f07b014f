import { handedProblem } from '#lib/notices/labels.ts';
import { askAddress, changeReach, confirmAddress, ownReach, removeAddress, testOwnAddress } from '#lib/notices/reach.server.ts';
import { rhythmOfForm } from '#lib/notices/rhythm-form.ts';
import { ownWays } from '#lib/notices/ways.server.ts';
import { m } from '#lib/messages/messages.js';
import { refused } from '../../admin/refusals.ts';
import type { Actions, PageServerLoad } from './$types.js';

export const load: PageServerLoad = async ({ locals, url }) => ({
	reach: await ownReach(locals.db, locals.actor!),
	hasSmtp: ownWays().smtp !== null,
	/** From the link of the letter; the button sends it. */
	secret: url.searchParams.get('confirm')?.slice(0, 100) ?? null
});

const words = {
	address: m.notices_refusal_address, 'no-smtp': m.notices_refusal_no_smtp, 'no-address': m.notices_refusal_no_address, 'too-many': m.notices_refusal_too_many,
	confirm: m.notices_refusal_confirm, 'digest-times': m.notices_refusal_digest_times, 'digest-in-quiet': m.notices_refusal_digest_in_quiet,
	'quiet-hours': m.notices_refusal_quiet_hours
};
const text = (form: FormData, name: string) => String(form.get(name) ?? '').trim().slice(0, 300);

export const actions: Actions = {
	ask: async ({ request, locals }) => {
		const address = text(await request.formData(), 'address');
		const outcome = await askAddress(locals.db, locals.actor!, address, ownWays());
		if (!outcome.ok) return refused(outcome, { address }, words);
		const problem = handedProblem(outcome.handed);
		return problem === null ? { asked: outcome.address } : { notAsked: problem };
	},
	confirm: async ({ request, locals }) => {
		const outcome = await confirmAddress(locals.db, locals.actor!, text(await request.formData(), 'secret'));
		return outcome.ok ? { done: m.notices_reach_confirmed() } : refused(outcome, { address: '' }, words);
	},
	remove: async ({ locals }) => {
		const outcome = await removeAddress(locals.db, locals.actor!);
		return outcome.ok ? { done: m.notices_reach_removed() } : refused(outcome, { address: '' }, words);
	},
	test: async ({ locals }) => {
		const outcome = await testOwnAddress(locals.db, locals.actor!, ownWays());
		if (!outcome.ok) return refused(outcome, { address: '' }, words);
		const problem = handedProblem(outcome.handed);
		return problem === null ? { done: m.notices_reach_tested() } : { failed: m.notices_test_failed({ problem }) };
	},
	change: async ({ request, locals }) => {
		const form = await request.formData();
		const rhythm = rhythmOfForm(form);
		const outcome = await changeReach(locals.db, locals.actor!, rhythm, text(form, 'locale'));
		return outcome.ok ? { saved: true } : refused(outcome, { rhythm }, words);
	}
};
