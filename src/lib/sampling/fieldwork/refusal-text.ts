import type { Refusal } from '#lib/access/refuse.ts';
import { attachmentFaultLabel } from '#lib/attachments/labels.ts';
import { attachmentCount } from '#lib/attachments/types.ts';
import { m } from '#lib/messages/messages.js';
import { refusalLabel } from '../labels.ts';
import type { BadFile } from './evidence.server.ts';
import { noteLength } from './limits.ts';

const texts: Readonly<Record<string, () => string>> = {
	'result-missing': m.fieldwork_refuse_result_missing,
	'result-unknown': m.fieldwork_refuse_result_missing,
	'note-too-long': () => m.fieldwork_refuse_note_too_long({ most: noteLength }),
	'item-unknown': m.fieldwork_refuse_item_unknown,
	'channel-missing': m.fieldwork_refuse_channel_missing,
	'published-in-the-future': m.fieldwork_refuse_published_in_the_future,
	'law-missing': m.fieldwork_refuse_law_missing,
	'none-chosen': m.fieldwork_refuse_none_chosen,
	'before-the-visit': m.fieldwork_refuse_before_the_visit,
	'demand-missing': m.fieldwork_refuse_demand_missing,
	'due-before-the-visit': m.fieldwork_refuse_due_before_the_visit,
	'finding-missing': m.fieldwork_refuse_finding_missing,
	'too-many-files': () => m.fieldwork_refuse_too_many_files({ most: attachmentCount })
};

/** What to tell a person about a refusal of field work: what was wrong, and what to do. */
export function fieldworkRefusal(refusal: Refusal | BadFile): string {
	if ('fault' in refusal) return attachmentFaultLabel(refusal.fault);
	return texts[refusal.reason]?.() ?? refusalLabel(refusal.reason);
}
