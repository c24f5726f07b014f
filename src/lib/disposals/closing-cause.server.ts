import type { Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import { refuse, type Refusal } from '#lib/access/refuse.ts';
import { readCauses } from './choices.server.ts';

export type CauseRefusal = Refusal<'unknown-cause'> | Refusal<'note-missing'>;

/** The normal cause that a closing names, as the history keeps it; causes of the list that need a note want one. */
export async function namedCause(
	db: Kysely<DB>, id: string, note: string
): Promise<{ readonly ok: true; readonly detail: { readonly causeName: string; readonly causeNameEn: string } } | CauseRefusal> {
	const cause = (await readCauses(db)).find((one) => one.offered && one.id === id);
	if (!cause) return refuse('unknown-cause');
	if (cause.needsNote && note.trim() === '') return refuse('note-missing');
	return { ok: true, detail: { causeName: cause.name, causeNameEn: cause.nameEn } };
}
