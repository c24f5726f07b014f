import type { Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import { scopeOf } from '#lib/access/scope.ts';
import { withinJurisdiction } from '#lib/access/scope.server.ts';
import { timeOf } from '#lib/calendar/days.ts';
import { m } from '#lib/messages/messages.js';
import { act, undo, type Seen } from '#lib/warnings/desk.server.ts';
import { readDay, readPicked, readStep } from '#lib/warnings/forms.ts';
import { merge, type MergeRefusal } from '#lib/warnings/incidents.server.ts';
import { actionLabel } from '#lib/warnings/work-labels.ts';
import { snoozeLimitDays } from '#lib/warnings/limits.ts';
import { pageSize } from '#lib/warnings/list.server.ts';
import { refusalText } from '#lib/warnings/refusal-text.ts';
import { snooze, type SnoozeRefusal } from '#lib/warnings/snooze.server.ts';
import { undoable } from '#lib/warnings/undo.ts';
import type { WorkAction } from '#lib/warnings/lifecycle.ts';

/** What a bulk step came to; `undo`: what can be taken back. */
export type BulkResult = {
	readonly done: number;
	readonly action: string;
	readonly label: string;
	readonly undo: readonly Seen[];
	readonly refused: readonly { readonly number: string; readonly text: string }[];
};
/** The form itself was incomplete: what was asked, and what is missing. Nothing was done. */
export type BulkAsked = { readonly asked: string; readonly refusedText: string };

/** What another choice in the form would not change. */
const beyondTheForm: readonly string[] = ['conflict', 'not-allowed', 'not-found', 'own-work', 'illegal-move', 'not-disposed', 'newer-episode'];

type Refused = (SnoozeRefusal | MergeRefusal) & { readonly id?: string };

/** The same step on all ticked warnings. One refusal stops nobody else's, but an incident is made of all or none. */
export async function bulk(db: Kysely<DB>, actor: Actor, form: FormData): Promise<BulkResult | BulkAsked> {
	const action = String(form.get('action') ?? '');
	const picked = readPicked(form, pageSize);
	const note = String(form.get('note') ?? '').trim();
	if (picked.length === 0) return { asked: action, refusedText: m.warnings_bulk_none() };
	if (action === 'merge') {
		const incidentId = String(form.get('incident') ?? '');
		const result = await merge(db, actor, picked, incidentId === '' ? { title: String(form.get('title') ?? '') } : { incidentId }, note);
		if (result.ok) return { done: picked.length, action, label: actionLabel(action), undo: await seenNow(db, actor, picked), refused: [] };
		if (!('id' in result)) return { asked: action, refusedText: refusalText(result) };
		return { done: 0, action, label: actionLabel(action), undo: [], refused: await named(db, actor, [result]) };
	}
	const refused: Refused[] = [];
	const undoes: Seen[] = [];
	let done = 0;
	const until = readDay(form, 'until');
	const step = action === 'snooze' ? null : readStep(form);
	if (action === 'snooze' ? until === null : step === null) {
		return { asked: action, refusedText: action === 'snooze' ? m.warnings_refused_bad_until({ limit: snoozeLimitDays }) : m.warnings_refused_other() };
	}
	for (const seen of picked) {
		const result = step === null ? await snooze(db, actor, seen.id, until, note) : await act(db, actor, seen, step);
		if (!result.ok) refused.push({ ...result, id: seen.id });
		else {
			done++;
			if (step === null || undoable.includes(action as WorkAction)) undoes.push({ id: result.id, version: result.version });
		}
	}
	// All refused for one thing that the form can mend: it stays open with what was typed.
	if (done === 0 && !beyondTheForm.includes(refused[0]!.reason) && refused.every(({ reason }) => reason === refused[0]!.reason)) {
		return { asked: action, refusedText: refusalText(refused[0]!) };
	}
	return { done, action, label: actionLabel(action), undo: undoes, refused: await named(db, actor, refused) };
}

/** Takes the last step back on each of them; a snooze is taken back by waking. */
export async function undoMany(db: Kysely<DB>, actor: Actor, form: FormData): Promise<BulkResult> {
	const refused: Refused[] = [];
	let done = 0;
	for (const { id } of readPicked(form, pageSize)) {
		const result = form.get('undone') === 'snooze' ? await snooze(db, actor, id, null, '') : await undo(db, actor, id);
		if (result.ok) done++;
		else refused.push({ ...result, id });
	}
	return { done, action: 'undo', label: actionLabel('undo'), undo: [], refused: await named(db, actor, refused) };
}

async function seenNow(db: Kysely<DB>, actor: Actor, picked: readonly Seen[]): Promise<readonly Seen[]> {
	return db
		.selectFrom('warning').select(['id', 'version']).where('id', 'in', picked.map(({ id }) => id))
		.where(withinJurisdiction(scopeOf(actor), { region: 'region_code', industry: 'industry_key' })).execute();
}

/** Nothing was typed into the list: only who was quicker. */
const actedMeanwhile = ({ by, action, at }: { readonly by: string | null; readonly action: string; readonly at: Date }) =>
	m.desk_conflict({ by: by ?? '', action: actionLabel(action), at: timeOf(at) });

async function named(db: Kysely<DB>, actor: Actor, refused: readonly Refused[]): Promise<BulkResult['refused']> {
	if (refused.length === 0) return [];
	const rows = await db
		.selectFrom('warning').select(['id', 'number']).where('id', 'in', refused.flatMap(({ id }) => id ?? []))
		.where(withinJurisdiction(scopeOf(actor), { region: 'region_code', industry: 'industry_key' })).execute();
	const numbers = new Map(rows.map((row) => [row.id, row.number]));
	return refused.map((refusal) => ({ number: numbers.get(refusal.id ?? '') ?? '—', text: refusal.reason === 'conflict' ? actedMeanwhile(refusal) : refusalText(refusal) }));
}
