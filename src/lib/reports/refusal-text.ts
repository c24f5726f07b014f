import type { Refusal } from '#lib/access/refuse.ts';
import { m } from '#lib/messages/messages.js';
import { reportStateLabel } from './labels.ts';
import type { ReportState } from './states.ts';

type Detail = Partial<{
	readonly state: ReportState; readonly sections: readonly string[]; readonly least: number; readonly limit: number; readonly length: number;
}>;

/** Why a step was refused, and what to do. */
export function reportRefusalText(refusal: Refusal<string, object> & Detail): string {
	switch (refusal.reason) {
		case 'not-found':
			return m.reports_refused_not_found();
		case 'own-work':
			return m.reports_refused_own();
		case 'conflict':
			return m.reports_refused_conflict();
		case 'wrong-state':
			return m.reports_refused_state({ state: reportStateLabel(refusal.state ?? 'draft') });
		case 'not-composed':
			return m.reports_refused_not_composed();
		case 'words-missing':
			return m.reports_refused_words({ sections: (refusal.sections ?? []).join('、') });
		case 'unknown-person':
			return m.reports_refused_person();
		case 'reason-short':
			return m.reports_refused_reason({ least: refusal.least ?? 0 });
		case 'remark-missing':
			return m.reports_refused_remark();
		case 'remark-long':
			return m.reports_refused_remark_long({ limit: refusal.limit ?? 0 });
		case 'unknown-section':
			return m.reports_refused_section();
		case 'text-too-long':
			return m.reports_refused_long({ limit: refusal.limit ?? 0, length: refusal.length ?? 0 });
		case 'bad-period':
			return m.reports_refused_period();
		case 'beyond-jurisdiction':
			return m.reports_refused_beyond();
		case 'bad-due':
			return m.reports_refused_due();
		case 'no-agency':
			return m.reports_refused_no_agency();
		case 'not-intact':
			return m.reports_refused_not_intact();
		default:
			return m.reports_refused_not_allowed();
	}
}
