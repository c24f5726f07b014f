import type { Refusal } from '#lib/access/refuse.ts';
import { attachmentBytes, attachmentCount } from '#lib/disposals/attachment-types.ts';
import { m } from '#lib/messages/messages.js';
import { refusalLabel } from '../labels.ts';
import { noteLength } from './limits.ts';

const texts: Readonly<Record<string, () => string>> = {
	'result-missing': m.fieldwork_refuse_result_missing,
	'result-unknown': m.fieldwork_refuse_result_missing,
	'note-too-long': () => m.fieldwork_refuse_note_too_long({ most: noteLength }),
	'item-unknown': m.fieldwork_refuse_item_unknown,
	'channel-missing': m.fieldwork_refuse_channel_missing,
	'law-missing': m.fieldwork_refuse_law_missing,
	'none-chosen': m.fieldwork_refuse_none_chosen,
	'before-the-visit': m.fieldwork_refuse_before_the_visit,
	'demand-missing': m.fieldwork_refuse_demand_missing,
	'due-before-the-visit': m.fieldwork_refuse_due_before_the_visit,
	'finding-missing': m.fieldwork_refuse_finding_missing,
	'too-many-files': () => m.fieldwork_refuse_too_many_files({ most: attachmentCount })
};

const faults: Readonly<Record<string, () => string>> = {
	'bad-name': m.fieldwork_fault_name,
	'bad-type': m.fieldwork_fault_type,
	'too-large': () => m.fieldwork_fault_large({ size: attachmentBytes / 1024 / 1024 }),
	empty: m.fieldwork_fault_empty
};

/** What to tell a person about a refusal of field work: what was wrong, and what to do. */
export function fieldworkRefusal(refusal: Refusal): string {
	const fault = 'fault' in refusal && typeof refusal.fault === 'string' ? faults[refusal.fault] : undefined;
	return (fault ?? texts[refusal.reason])?.() ?? refusalLabel(refusal.reason);
}
