import { fail } from '@sveltejs/kit';
import { statusOf, type Refusal } from '#lib/access/refuse.ts';
import { m } from '#lib/messages/messages.js';

const words: Readonly<Record<string, () => string>> = {
	'not-allowed': m.admin_refusal_not_allowed,
	'own-work': m.admin_refusal_own_work,
	'not-found': m.admin_refusal_not_found,
	'bad-name': m.admin_refusal_bad_name,
	'no-display-name': m.admin_refusal_no_display_name,
	'name-taken': m.admin_refusal_name_taken,
	'no-department': m.admin_refusal_no_department,
	'no-region': m.admin_refusal_no_region,
	'no-industry': m.admin_refusal_no_industry,
	'no-inspector': m.admin_refusal_no_inspector,
	'no-role': m.admin_refusal_no_role,
	'grant-not-of-role': m.admin_refusal_grant_not_of_role,
	'last-administrator': m.admin_refusal_last_administrator,
	administrator: m.admin_refusal_administrator,
	'no-name': m.admin_refusal_no_name,
	'bad-day': m.admin_refusal_bad_day,
	'no-note': m.admin_refusal_no_note,
	unchanged: m.admin_refusal_unchanged
};

/**
 * A refusal as the form's answer: what was wrong in words, and what was typed, so that nothing has to be typed twice.
 *
 * @param own words of the page itself, which go before those that all pages share.
 */
export function refused<Values extends Record<string, unknown>>(refusal: Refusal, values: Values, own: Readonly<Record<string, () => string>> = {}) {
	return fail(statusOf(refusal), { refused: (own[refusal.reason] ?? words[refusal.reason] ?? m.admin_refusal_bad_input)(), values });
}
