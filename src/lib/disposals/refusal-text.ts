import { attachmentFaultLabel } from '#lib/attachments/labels.ts';
import { m } from '#lib/messages/messages.js';
import type { ApproveRefusal } from './approve.server.ts';
import type { AttachRefusal } from './attachments.server.ts';
import type { ProposeRefusal } from './choices.server.ts';
import type { BeginRefusal, EditRefusal } from './draft.server.ts';
import type { AfterRefusal, IssueRefusal } from './issue.server.ts';
import { disposalStateLabel, fieldFaultLabel, fieldLabel, findingLabel } from './labels.ts';

type AnyRefusal = BeginRefusal | EditRefusal | ApproveRefusal | IssueRefusal | AfterRefusal | AttachRefusal | ProposeRefusal;

/** Why a step was refused, and what to do, in words for the person who tried. */
export function disposalRefusalText(refusal: AnyRefusal): string {
	switch (refusal.reason) {
		case 'not-allowed':
			return m.disposals_refused_not_allowed();
		case 'own-work':
			return m.disposals_refused_own_work();
		case 'not-found':
			return m.disposals_refused_not_found();
		case 'conflict':
			return m.disposals_refused_conflict();
		case 'wrong-state':
			return m.disposals_refused_state({ state: disposalStateLabel(refusal.state) });
		case 'warning-not-taken':
			return m.disposals_refused_warning();
		case 'unknown-measure':
			return m.disposals_refused_measure();
		case 'unknown-addressee':
			return m.disposals_refused_addressee();
		case 'no-addressee':
			return m.disposals_refused_no_addressee();
		case 'inspection-open':
			return m.disposals_refused_inspection_open();
		case 'bad-field':
			return m.disposals_refused_field({ field: fieldLabel(refusal), fault: fieldFaultLabel(refusal.fault) });
		case 'title-too-long':
			return m.disposals_refused_title({ limit: refusal.limit, length: refusal.length });
		case 'text-too-long':
			return m.disposals_refused_long({ limit: refusal.limit });
		case 'fields-missing':
			return m.disposals_refused_fields({ fields: refusal.labels.map(fieldLabel).join(m.common_comma()) });
		case 'field-not-in-text':
			return m.disposals_refused_unsaid({ fields: refusal.labels.map(fieldLabel).join(m.common_comma()) });
		case 'text-missing':
			return m.disposals_refused_text();
		case 'forbidden':
			return m.disposals_refused_forbidden({ findings: refusal.findings.map(findingLabel).join(m.common_comma()) });
		case 'unknown-approver':
			return m.disposals_refused_approver();
		case 'not-the-approver':
			return m.disposals_refused_not_approver();
		case 'reason-missing':
			return m.disposals_refused_reason();
		case 'not-owner':
			return m.disposals_refused_not_owner();
		case 'no-agency':
			return m.disposals_refused_agency();
		case 'bad-day':
			return m.disposals_refused_day({ from: refusal.from, to: refusal.to });
		case 'bad-choice':
			return m.disposals_refused_choice();
		case 'note-missing':
			return m.disposals_refused_note();
		case 'note-too-long':
			return m.disposals_refused_long({ limit: refusal.limit });
		case 'bad-file':
			return attachmentFaultLabel(refusal.fault);
		case 'too-many-files':
			return m.disposals_refused_files({ limit: refusal.limit });
	}
}

/** Which fields a refusal speaks of, by key, and what is wrong with each; the page marks them. */
export function refusedFields(refusal: AnyRefusal): Readonly<Record<string, string>> {
	switch (refusal.reason) {
		case 'bad-field':
			return { [refusal.key]: fieldFaultLabel(refusal.fault) };
		case 'fields-missing':
			return Object.fromEntries(refusal.labels.map(({ key }) => [key, m.disposals_field_missing()]));
		case 'field-not-in-text':
			return Object.fromEntries(refusal.labels.map(({ key }) => [key, fieldFaultLabel('unsaid')]));
		default:
			return {};
	}
}
