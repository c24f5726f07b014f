import { sql, type Kysely, type Transaction } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import { audit } from '#lib/access/audit.server.ts';
import { check } from '#lib/access/permissions.ts';
import { refuse, type Refusal } from '#lib/access/refuse.ts';
import { noteVisits } from '#lib/counts/inspection-month.server.ts';
import { keepVisits } from '../objects/keep.server.ts';
import { gravestOf, inspectionResults, visitDayRefusal } from '../tasks/results.ts';
import { databaseToday } from '../tasks/access.server.ts';
import { retireReturned, tellReviewer } from '../notices.server.ts';
import { noteLength } from './limits.ts';
import { lockSubject, type Subject } from './subject.server.ts';
import { listOf, refText, type VisitRef } from './refs.ts';

/** What was found about one item. */
export type Finding = {
	readonly itemId: string;
	readonly result: string;
	readonly note: string;
	/** The stored entry that the person had before them: its ISO instant, `''` for none. Missing: they overwrite whatever is there. */
	readonly seen?: string;
};

export type EnteredVisit = {
	/** `YYYY-MM-DD` */
	readonly visitedOn: string;
	/** The stored day that the person had before them, `''` for none. */
	readonly seenOn?: string;
	/** Some of the visit's items, or all at once. */
	readonly findings: readonly Finding[];
};

/** What somebody else had entered in the meantime. */
export type Theirs = {
	readonly visitedOn: string | null;
	readonly items: readonly { readonly itemId: string; readonly result: string; readonly note: string; readonly enteredAt: string; readonly by: string }[];
};

type Stored = { readonly item_id: string; readonly result: string; readonly note: string | null; readonly entered_at: Date; readonly entered_by: string };

/**
 * An inspector enters what they found, item by item or all at once; it can be corrected until it is reviewed.
 *
 * The same entry sent twice changes nothing. An entry that somebody changed since it was opened is not overwritten: the refusal `conflict`
 * carries what stands there.
 *
 * @returns `complete`: every item of the visit has a result.
 */
export async function enterFindings(
	db: Kysely<DB>, actor: Actor, ref: VisitRef, uscc: string, entered: EnteredVisit
): Promise<{ readonly ok: true; readonly written: number; readonly complete: boolean } | Refusal<'conflict', { readonly theirs: Theirs }> | Refusal> {
	return db.transaction().execute(async (trx) => {
		const found = await lockSubject(trx, ref, uscc);
		if (!found.ok) return found;
		const { subject } = found;
		const refusal = check(actor, 'result.enter', { memberIds: subject.team });
		if (refusal) return refusal;
		const findings = entered.findings.map((f) => ({ ...f, note: f.note.replace(/\r\n?/g, '\n').trim() }));
		if (findings.length === 0) return refuse('result-missing');
		for (const f of findings) {
			if (!inspectionResults.some((r) => r === f.result)) return refuse('result-unknown');
			if (!subject.items.some((i) => i.id === f.itemId)) return refuse('item-unknown');
			if (f.note.length > noteLength) return refuse('note-too-long');
		}
		const stored = await storedFindings(trx, subject);
		const sameDay = subject.visitedOn === entered.visitedOn;
		const again = subject.result === null && isReturned(stored, subject);
		const pending = findings.filter((f) => {
			const there = stored.get(f.itemId);
			const same = there !== undefined && sameDay && there.result === f.result && (there.note ?? '') === f.note;
			// What was sent back and is sent again on purpose, unchanged, is an answer as well; a late copy of the first sending is none.
			return !same || (again && f.seen === there.entered_at.toISOString());
		});
		if (pending.length === 0) return { ok: true, written: 0, complete: subject.result !== null };
		if (subject.reviewedAt !== null) return refuse('already-reviewed');
		if (!subject.open) return refuse('wrong-state', { state: subject.state });
		const dayRefusal = visitDayRefusal(entered.visitedOn, subject.from, await databaseToday(trx));
		if (dayRefusal) return refuse(dayRefusal);
		const dayMoved = entered.seenOn !== undefined && !sameDay && entered.seenOn !== (subject.visitedOn ?? '');
		if (dayMoved || pending.some((f) => f.seen !== undefined && f.seen !== (stored.get(f.itemId)?.entered_at.toISOString() ?? ''))) {
			return refuse('conflict', { theirs: await theirsOf(trx, subject, stored) });
		}
		await write(trx, actor, subject, entered.visitedOn, pending);
		const complete = await summarise(trx, actor, subject, entered.visitedOn);
		await audit(trx, actor, {
			action: 'result.enter', ...listOf(ref),
			detail: { number: subject.number, uscc, visitedOn: entered.visitedOn, ...saidOf(pending, subject) }
		});
		if (complete) {
			if (again) await retireReturned(trx, ref);
			await tellReviewer(trx, ref, subject.number, actor);
		}
		return { ok: true, written: pending.length, complete };
	});
}

/** All items have a row and the summary is gone: the reviewer sent it back. */
const isReturned = (stored: ReadonlyMap<string, Stored>, subject: Subject): boolean => subject.items.every((i) => stored.has(i.id));

const saidOf = (findings: readonly Finding[], subject: Subject) =>
	subject.items.length === 1 ? { result: findings[0]!.result } : { result: findings.map((f) => f.result), item: findings.map((f) => f.itemId) };

async function storedFindings(trx: Transaction<DB>, { ref, uscc }: Pick<Subject, 'ref' | 'uscc'>): Promise<ReadonlyMap<string, Stored>> {
	const rows = await trx
		.selectFrom('inspection_result').select(['item_id', 'result', 'note', 'entered_at', 'entered_by'])
		.where('uscc', '=', uscc).where('ref', '=', refText(ref)).execute();
	return new Map(rows.map((row) => [row.item_id, row]));
}

async function theirsOf(trx: Transaction<DB>, subject: Subject, stored: ReadonlyMap<string, Stored>): Promise<Theirs> {
	const people = await trx.selectFrom('app_user').select(['id', 'display_name']).where('id', 'in', ['', ...[...stored.values()].map((s) => s.entered_by)]).execute();
	const items = [...stored.values()].map((s) => ({
		itemId: s.item_id, result: s.result, note: s.note ?? '', enteredAt: s.entered_at.toISOString(),
		by: people.find((p) => p.id === s.entered_by)?.display_name ?? s.entered_by
	}));
	return { visitedOn: subject.visitedOn, items };
}

async function write(trx: Transaction<DB>, actor: Actor, { ref, uscc, visitedOn: before }: Subject, visitedOn: string, findings: readonly Finding[]): Promise<void> {
	// Milliseconds, as they stand in the form that comes back.
	const at = sql<Date>`date_trunc('milliseconds', clock_timestamp())`;
	for (const f of findings) {
		const content = { result: f.result, note: f.note || null, entered_by: actor.id, entered_at: at };
		await trx
			.insertInto('inspection_result').values({ uscc, ref: refText(ref), item_id: f.itemId, ...content })
			.onConflict((oc) => oc.columns(['uscc', 'ref', 'item_id']).doUpdateSet(content)).execute();
	}
	if (visitedOn === before) return;
	if (ref.kind === 'lead') await trx.updateTable('lead_check').set({ visited_on: visitedOn }).where('id', '=', ref.id).execute();
	else await ofTask(trx.updateTable('sampling_object').set({ visited_on: visitedOn }).where('task_id', '=', ref.id).where('uscc', '=', uscc), ref.id).execute();
}

/** The current draw of a task, for statements about its objects. */
function ofTask<Q extends { where(column: 'draw_n', operator: '=', value: ReturnType<typeof sql<number>>): Q }>(query: Q, taskId: string): Q {
	return query.where('draw_n', '=', sql<number>`(select draw_n from sampling_task where id = ${taskId})`);
}

/** Once every item has a result: the visit's summary, and one row per item where caps, recognition and effects look. */
async function summarise(trx: Transaction<DB>, actor: Actor, subject: Subject, visitedOn: string): Promise<boolean> {
	const { ref, uscc, items, visit } = subject;
	const stored = await storedFindings(trx, subject);
	const found = items.flatMap((item) => stored.get(item.id) ?? []);
	if (found.length < items.length) return false;
	const names = new Map((await trx.selectFrom('inspection_item').select(['id', 'name']).where('id', 'in', items.map((i) => i.id)).execute()).map((i) => [i.id, i.name]));
	const said = found.flatMap((f) => (f.note === null ? [] : [items.length === 1 ? f.note : `${names.get(f.item_id) ?? f.item_id}：${f.note}`]));
	const summary = {
		result: gravestOf(found.map((f) => f.result)), result_note: said.join('\n') || null, visited_on: visitedOn, entered_by: actor.id, entered_at: sql<Date>`now()`
	};
	if (ref.kind === 'lead') await trx.updateTable('lead_check').set((eb) => ({ ...summary, version: eb('version', '+', 1) })).where('id', '=', ref.id).execute();
	else await ofTask(trx.updateTable('sampling_object').set(summary).where('task_id', '=', ref.id).where('uscc', '=', uscc), ref.id).execute();
	for (const [i, item] of items.entries()) {
		const changing = { visited_on: visitedOn, result: stored.get(item.id)!.result, level: visit.level, indicator_id: visit.indicatorId };
		await trx
			.insertInto('inspection_visit')
			.values({
				...changing, uscc, id: i === 0 ? refText(ref) : `${refText(ref)}:${item.id}`, department_id: item.departmentId, item_id: names.has(item.id) ? item.id : null,
				path: visit.path, planned: visit.planned, kind: visit.kind, control: visit.control, class: visit.class,
				task_id: ref.kind === 'task' ? ref.id : null, lead_check_id: ref.kind === 'lead' ? ref.id : null
			})
			.onConflict((oc) => oc.columns(['uscc', 'id']).doUpdateSet(changing))
			.execute();
	}
	await keepVisits(trx, sql`select ${uscc}::text`);
	await noteVisits(trx, [visitedOn, ...(subject.visitedOn === null ? [] : [subject.visitedOn])]);
	return true;
}
