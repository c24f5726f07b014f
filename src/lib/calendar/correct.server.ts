import { sql, type Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import { audit } from '#lib/access/audit.server.ts';
import { check } from '#lib/access/permissions.ts';
import { isDay } from './days.ts';
import { notAllowed, notFound, refuse, type NotAllowed, type NotFound, type Refusal } from '#lib/access/refuse.ts';

/** What a day can be corrected to. */
export const dayKinds = ['work', 'off', 'holiday', 'makeup'] as const;
export type DayKind = (typeof dayKinds)[number];

export type DayCorrection = {
	/** `YYYY-MM-DD` */
	readonly day: string;
	readonly kind: DayKind;
	/** The holiday's name; kept for kind `holiday` only. */
	readonly holiday: string | null;
	/** Why: the notice that says so. */
	readonly note: string;
};

/** The days of a year with what was corrected by whom. */
export function daysOfYear(db: Kysely<DB>, year: number) {
	return db
		.selectFrom('calendar_day as c')
		.leftJoin('app_user as u', 'u.id', 'c.corrected_by')
		.select(['c.day', 'c.off', 'c.holiday', 'c.makeup', 'c.assumed', 'c.note', 'c.corrected_at', 'u.display_name as corrected_by'])
		.where('c.day', '>=', `${year}-01-01`)
		.where('c.day', '<=', `${year}-12-31`)
		.orderBy('c.day')
		.execute();
}

/** First and last year of the calendar; null while it is empty. */
export async function yearsOfCalendar(db: Kysely<DB>): Promise<{ readonly first: number; readonly last: number } | null> {
	const { rows } = await sql<{ first: number | null; last: number | null }>`
		select extract(year from min(day))::int as first, extract(year from max(day))::int as last from calendar_day
	`.execute(db);
	const { first, last } = rows[0]!;
	return first === null || last === null ? null : { first, last };
}

/** Corrects one day of the working calendar. Deadlines set from now on follow it; those already set stay as they are. */
export async function correctDay(
	db: Kysely<DB>,
	actor: Actor,
	correction: DayCorrection
): Promise<{ readonly ok: true } | NotAllowed | NotFound | Refusal<'bad-day' | 'no-note' | 'unchanged'>> {
	if (check(actor, 'calendar.correct')) return notAllowed;
	const { day, kind } = correction;
	const note = correction.note.trim();
	if (!isDay(day)) return refuse('bad-day');
	if (note === '' || note.length > 200) return refuse('no-note');
	const to = {
		off: kind === 'off' || kind === 'holiday',
		makeup: kind === 'makeup',
		holiday: kind === 'holiday' ? correction.holiday?.trim() || null : null
	};
	return db.transaction().execute(async (trx) => {
		const from = await trx
			.selectFrom('calendar_day')
			.select(['off', 'holiday', 'makeup', 'assumed'])
			.where('day', '=', day)
			.forUpdate()
			.executeTakeFirst();
		if (from === undefined) return notFound;
		const same = from.off === to.off && from.makeup === to.makeup && from.holiday === to.holiday && !from.assumed;
		if (same) return refuse('unchanged');
		await trx
			.updateTable('calendar_day')
			.set({ ...to, assumed: false, note, corrected_by: actor.id, corrected_at: sql<Date>`now()` })
			.where('day', '=', day)
			.execute();
		await audit(trx, actor, { action: 'calendar.correct', objectKind: 'calendar-day', objectId: day, detail: { from, to, note } });
		return { ok: true as const };
	});
}
