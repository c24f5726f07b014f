import { fail } from '@sveltejs/kit';
import type { Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import { refuse, statusOf } from '#lib/access/refuse.ts';
import { judge } from './judge.server.ts';
import { linkRefusalText } from './labels.ts';
import { isLinkKind, isVerdict } from './verdicts.ts';

/** The form action of pages that show ties: the judgement of one of them. */
export async function judgeFromForm(db: Kysely<DB>, actor: Actor, form: FormData) {
	const [uscc, kind, ref, verdict, note] = ['uscc', 'kind', 'ref', 'verdict', 'note'].map((name) => String(form.get(name) ?? ''));
	const result = !isLinkKind(kind) || !isVerdict(verdict) ? refuse('bad-verdict') : await judge(db, actor, uscc!, { kind, ref: ref! }, { verdict, note: note! });
	return result.ok ? { judged: `${ref}|${uscc}` } : fail(statusOf(result), { judgeRefused: linkRefusalText(result), judged: `${ref}|${uscc}` });
}
