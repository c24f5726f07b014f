import type { Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import { refuse, type Refusal } from '#lib/access/refuse.ts';
import type { Text } from './edit.server.ts';
import { addresseesOf, paperWarning } from './facts.server.ts';
import { named, unfitField, unsaidFields, type FieldFault, type NamedField } from './field-check.ts';
import { forbiddenContext } from './forbidden.server.ts';
import { forbiddenIn, type Finding } from './forbidden.ts';
import type { LockedDisposal } from './lock.server.ts';
import type { Measure } from './measure.ts';
import { missingFields, recipientOf, type FieldValues } from './template.ts';

export type TextRefusal =
	| Refusal<'fields-missing', { labels: readonly NamedField[] }>
	| Refusal<'bad-field', NamedField & { fault: FieldFault }>
	| Refusal<'field-not-in-text', { labels: readonly NamedField[] }>
	| Refusal<'text-missing'>
	| Refusal<'forbidden', { findings: readonly Finding[] }>;

type Draft = {
	readonly warningId: string;
	readonly measure: Measure;
	readonly values: FieldValues;
	readonly uscc: string | null;
	readonly addressee: string;
	readonly title: string;
	readonly body: string;
};

/** What stands in a draft that must not leave the office. */
export async function findingsIn(db: Kysely<DB>, actor: Actor, draft: Draft): Promise<readonly Finding[]> {
	if (draft.measure.mark === null) return [];
	const warning = await paperWarning(db, actor, draft.warningId);
	if (!warning) return [];
	const to = draft.uscc === null ? undefined : (await addresseesOf(db, actor, warning)).find(({ uscc }) => uscc === draft.uscc);
	const context = await forbiddenContext(db, actor, {
		measure: draft.measure, own: [draft.addressee, draft.uscc, to?.address ?? null], evidence: warning.explanation.evidence
	});
	return forbiddenIn([draft.title, recipientOf(draft.measure, draft.addressee, draft.values), draft.body].join('\n'), context);
}

/**
 * Why a text is not ready; null when it is.
 *
 * @param today the day on which it would go: no deadline in it may be over.
 */
export async function refuseText(
	db: Kysely<DB>, actor: Actor, { row, measure }: LockedDisposal, { values, title, body }: Text, today: string
): Promise<TextRefusal | null> {
	const missing = missingFields(measure, values);
	if (missing.length > 0) return refuse('fields-missing', { labels: missing.map(named) });
	const unfit = unfitField(measure, values, today);
	if (unfit !== null) return refuse('bad-field', unfit);
	if (measure.mark === null) return null;
	if (title === '' || body === '') return refuse('text-missing');
	const findings = await findingsIn(db, actor, { warningId: row.warning_id, measure, values, uscc: row.uscc, addressee: row.addressee, title, body });
	if (findings.length > 0) return refuse('forbidden', { findings });
	const unsaid = unsaidFields(measure, values, `${title}\n${body}`);
	return unsaid.length > 0 ? refuse('field-not-in-text', { labels: unsaid }) : null;
}
