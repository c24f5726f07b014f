import type { Refusal } from '#lib/access/refuse.ts';
import { m } from '#lib/messages/messages.js';

/** What to tell a person whose upload or import was refused. */
export function refusalText(refusal: Refusal): string {
	if ('message' in refusal && typeof refusal.message === 'string') return refusal.message;
	switch (refusal.reason) {
		case 'too-large':
			return m.intake_upload_too_large();
		case 'conflict':
			return m.intake_conflict();
		case 'no-file':
		case 'no-kind':
			return m.intake_upload_choose();
		default:
			return m.intake_not_allowed();
	}
}
