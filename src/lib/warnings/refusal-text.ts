import { dayOf, timeOf } from '#lib/calendar/days.ts';
import { m } from '#lib/messages/messages.js';
import { actionLabel } from './work-labels.ts';
import type { MergeRefusal } from './incidents.server.ts';
import type { SnoozeRefusal } from './snooze.server.ts';

/** Why a step was refused, and what to do, in words for the person who tried. */
export function refusalText(refusal: SnoozeRefusal | MergeRefusal): string {
	switch (refusal.reason) {
		case 'illegal-move':
			return m.warnings_refused_illegal_move();
		case 'not-disposed':
			return m.warnings_refused_not_disposed();
		case 'note-missing':
			return m.warnings_refused_note_missing();
		case 'cause-missing':
		case 'unknown-cause':
			return m.warnings_refused_cause_missing();
		case 'note-too-long':
			return m.warnings_refused_note_too_long({ limit: refusal.limit });
		case 'same-department':
			return m.warnings_refused_same_department();
		case 'same-owner':
			return m.warnings_refused_same_owner();
		case 'unknown-person':
			return m.warnings_refused_unknown_person();
		case 'unknown-department':
			return m.warnings_refused_unknown_department();
		case 'unknown-incident':
			return m.warnings_refused_unknown_incident();
		case 'not-offered':
			return m.warnings_refused_not_offered();
		case 'already-offered':
			return m.warnings_refused_already_offered();
		case 'same-incident':
			return m.warnings_refused_same_incident();
		case 'no-incident':
			return m.warnings_refused_no_incident();
		case 'title-missing':
			return m.warnings_refused_title_missing();
		case 'title-too-long':
			return m.warnings_refused_title_too_long({ limit: refusal.limit });
		case 'nothing-to-undo':
			return m.warnings_refused_nothing_to_undo();
		case 'undo-too-late':
			return m.warnings_refused_undo_too_late({ minutes: refusal.minutes });
		case 'newer-episode':
			return m.warnings_refused_newer_episode();
		case 'bad-until':
			return m.warnings_refused_bad_until({ limit: refusal.limit });
		case 'conflict':
			return m.warnings_refused_conflict({ by: refusal.by ?? '', action: actionLabel(refusal.action), at: `${dayOf(refusal.at)} ${timeOf(refusal.at)}` });
		case 'not-allowed':
		case 'own-work':
			return m.warnings_refused_not_allowed();
		case 'not-found':
			return m.warnings_refused_not_found();
	}
}
