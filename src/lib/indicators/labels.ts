import type { Refusal } from '#lib/access/refuse.ts';
import { dayOf } from '#lib/calendar/days.ts';
import { m } from '#lib/messages/messages.js';
import { precisionOf, type VerdictCounts } from './precision.ts';
import { getLocale } from '#lib/messages/runtime.js';
import { fieldsOf } from './fields.ts';
import { monitorKinds } from './definition.ts';
import type { IndicatorVersion } from './list.server.ts';

const stateNames: Record<IndicatorVersion['state'], () => string> = {
	active: m.indicators_state_active, draft: m.indicators_state_draft, retired: m.indicators_state_retired,
	superseded: m.indicators_state_superseded, rejected: m.indicators_state_rejected
};
export const stateLabel = (state: IndicatorVersion['state']): string => stateNames[state]();
export const stateMark = { active: 'done', draft: 'waiting', retired: 'off', superseded: 'off', rejected: 'failed' } as const;

/** An indicator's name in the reader's language. */
export const nameOf = (indicator: { readonly name: string; readonly nameEn: string }): string =>
	getLocale() === 'en' ? indicator.nameEn : indicator.name;

/** Where an indicator's rule changed, for charts: the days on which versions came into force. */
export const versionMarks = (versions: readonly Pick<IndicatorVersion, 'version' | 'validFrom'>[]) =>
	versions.flatMap(({ version, validFrom }) =>
		validFrom === null || version === 1 ? [] : [{ on: dayOf(validFrom), label: m.indicators_raised_mark({ version }) }]
	);

const refusals: Readonly<Record<string, () => string>> = {
	'not-allowed': m.indicators_refused_not_allowed, 'own-work': m.indicators_refused_own_work,
	'draft-exists': m.indicators_refused_draft_exists, 'name-invalid': m.indicators_refused_name_invalid,
	'already-decided': m.indicators_refused_already_decided, 'note-missing': m.indicators_refused_note_missing,
	'kind-unknown': m.sources_refused_kind_unknown, 'anchor-invalid': m.indicators_refused_anchor_invalid,
	'means-missing': m.indicators_refused_means_missing
};

/** Why something was refused, in words. */
export function refusalText(refusal: Refusal<string, { readonly fields?: readonly string[] }>): string {
	if (refusal.reason === 'invalid') {
		const labels = new Map(monitorKinds.flatMap((kind) => fieldsOf(kind).map((field) => [field.name, field.label] as const)));
		return m.indicators_refused_invalid({ fields: (refusal.fields ?? []).map((name) => labels.get(name) ?? name).join('、') });
	}
	return (refusals[refusal.reason] ?? m.indicators_refused_other)();
}

const percent = (share: number) => Math.round(share * 100);

/** `80%（49%–94%）`; where nothing was judged there is no figure, which is not zero. */
export function precisionText(counts: Pick<VerdictCounts, 'confirmed' | 'refuted'>): string {
	const precision = precisionOf(counts);
	return precision === null ? '—' : m.indicators_precision_of({ share: percent(precision.share), low: percent(precision.low), high: percent(precision.high) });
}
