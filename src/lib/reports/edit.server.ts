import type { Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import { check, may } from '#lib/access/permissions.ts';
import { conflict, notAllowed, notFound, refuse, type NotAllowed, type OwnWork, type Refusal } from '#lib/access/refuse.ts';
import type { Edited, Section } from './content.ts';
import { sectionLimit } from './limits.ts';
import { change, findForUpdate, opened, remember, type StepLock } from './lock.server.ts';

export type SectionEdit = {
	readonly section: string;
	readonly text: string;
	/** When the words that the writer had before them were written: {@link baseOf}. */
	readonly base: string;
	/** Throw one's words away and take the composed ones again. */
	readonly reset: boolean;
};

export type EditRefusal = StepLock | NotAllowed | OwnWork | Refusal<'unknown-section'> | Refusal<'text-too-long', { limit: number; length: number }>;

/** Names the words of a section: two people may work in two sections at once, not in one. */
export const baseOf = ({ edited }: Pick<Section, 'edited'>): string => edited?.at ?? '';

/** Paragraphs of what was typed. */
export const typedParagraphs = (text: string): readonly string[] => text.replaceAll('\r\n', '\n').split('\n').map((line) => line.trim()).filter((line) => line !== '');

/** Writes a section's words. Its figures, tables and pictures stay; words that are the composed ones again are nobody's. */
export async function editSection(db: Kysely<DB>, actor: Actor, id: string, edit: SectionEdit): Promise<{ readonly ok: true } | EditRefusal> {
	if (!may(actor, 'report.edit')) return notAllowed;
	return db.transaction().execute(async (trx) => {
		const row = await findForUpdate(trx, actor, id);
		if (row === null) return notFound;
		const refused = check(actor, 'report.edit', { departmentId: row.department_id });
		if (refused) return refused;
		const locked = await opened(trx, row, 'edit');
		if (!locked.ok) return locked;
		const { content, now } = locked;
		const section = content.sections.find(({ key }) => key === edit.section);
		if (section === undefined) return refuse('unknown-section');
		if (baseOf(section) !== edit.base) return conflict;
		if (edit.text.length > sectionLimit) return refuse('text-too-long', { limit: sectionLimit, length: edit.text.length });
		const paragraphs = typedParagraphs(edit.text);
		const same = edit.reset || paragraphs.join('\n') === section.composed.join('\n');
		const by: Edited = { by: actor.id, byName: actor.displayName, at: now.toISOString() };
		const changed: Section = { ...section, text: same ? null : paragraphs, edited: same ? null : by };
		const sections = content.sections.map((one) => (one.key === section.key ? changed : one));
		await change(trx, row, now, { content: JSON.stringify({ ...content, sections }), writers: [...new Set([...row.writers, actor.id])] });
		await remember(trx, actor, row, 'edit', { section: section.title });
		return { ok: true };
	});
}
