import type { Refusal } from '#lib/access/refuse.ts';
import { m } from '#lib/messages/messages.js';

/** What to tell a person whose mending, folding or matching was refused. */
export function mendRefusalText(refusal: Refusal): string {
	const n = 'n' in refusal && typeof refusal.n === 'number' ? refusal.n : 0;
	switch (refusal.reason) {
		case 'kind':
			return 'message' in refusal ? String(refusal.message) : m.mending_not_allowed();
		case 'untouched':
			return m.mending_refused_untouched();
		case 'no-reason':
			return m.mending_refused_no_reason();
		case 'undone-before':
			return m.mending_refused_undone();
		case 'statement':
			return m.mending_refused_statement();
		case 'corrected-since':
			return m.mending_refused_corrected({ n });
		case 'mended-further':
			return m.mending_refused_further({ n });
		case 'had-corrected':
			return m.mending_refused_had_corrected({ n });
		case 'by-hand':
			return m.mending_refused_by_hand();
		case 'unchanged':
		case 'conflict':
			return m.mending_refused_unchanged();
		case 'not-found':
			return m.mending_refused_not_found();
		default:
			return m.mending_not_allowed();
	}
}
