import type { Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import { refuse, type Refusal } from '#lib/access/refuse.ts';
import { agencyOf } from './choices.server.ts';
import { addresseesOf, factsFor, paperWarning } from './facts.server.ts';
import { faultOf, named, type FieldFault, type NamedField } from './field-check.ts';
import { bodyLimit, titleLimit } from './limits.ts';
import type { LockedDisposal } from './lock.server.ts';
import type { Measure } from './measure.ts';
import { fillGaps, fillTemplate, type FieldValues } from './template.ts';

export type Edit = {
	readonly values: FieldValues;
	readonly title: string;
	readonly body: string;
	/** Throw the text away and make it anew from the template. */
	readonly fromTemplate: boolean;
};

export type Text = { readonly values: FieldValues; readonly title: string; readonly body: string };

export type BadEdit =
	| Refusal<'bad-field', NamedField & { fault: FieldFault }>
	| Refusal<'title-too-long', { limit: number; length: number }>
	| Refusal<'text-too-long', { limit: number }>;

/**
 * What a form makes of a locked draft. Text that is still the template's follows its fields; in text that a person worked on, values stand
 * where their gaps were and the rest stays as it was written.
 */
export async function readEdit(db: Kysely<DB>, actor: Actor, { row, measure, warning, values: earlier }: LockedDisposal, edit: Edit): Promise<({ readonly ok: true } & Text) | BadEdit> {
	const read = readValues(measure, edit.values);
	if (!read.ok) return read;
	const { values } = read;
	if (measure.mark === null) return { ok: true, values, title: '', body: '' };
	const fill = await filler(db, actor, row, measure, warning.current.departmentId);
	const before = fill(earlier);
	const after = fill(values);
	const follow = (typed: string, was: string, is: string) => (edit.fromTemplate || tidy(typed) === tidy(was) ? tidy(is) : tidy(fillGaps(typed, measure, values)));
	const title = follow(edit.title, before.title, after.title);
	const body = follow(edit.body, before.body, after.body);
	if (title.length > titleLimit) return refuse('title-too-long', { limit: titleLimit, length: title.length });
	if (body.length > bodyLimit) return refuse('text-too-long', { limit: bodyLimit });
	return { ok: true, values, title, body };
}

const tidy = (text: string) => text.replaceAll('\r\n', '\n').trim();

async function filler(db: Kysely<DB>, actor: Actor, row: LockedDisposal['row'], measure: Measure, departmentId: string) {
	const warning = (await paperWarning(db, actor, row.warning_id))!;
	const to = row.uscc === null ? null : ((await addresseesOf(db, actor, warning)).find(({ uscc }) => uscc === row.uscc) ?? null);
	const facts = await factsFor(db, actor, warning, to);
	const agency = (await agencyOf(db, departmentId))?.name ?? '';
	return (values: FieldValues) => fillTemplate({ measure, facts, addressee: row.addressee, values, agency });
}

/** The measure's own fields only, checked by their type; empty ones may be filled in later. */
function readValues(measure: Measure, given: FieldValues): { readonly ok: true; readonly values: FieldValues } | BadEdit {
	const values: Record<string, string> = {};
	for (const field of measure.fields) {
		const value = given[field.key]?.trim() ?? '';
		if (value === '') continue;
		const fault = faultOf(field, value);
		if (fault !== null) return refuse('bad-field', { ...named(field), fault });
		values[field.key] = value;
	}
	return { ok: true, values };
}
