import { sql, type Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import { check, may } from '#lib/access/permissions.ts';
import { notAllowed, notFound, refuse, type Refusal } from '#lib/access/refuse.ts';
import { lockWarning, record, type Acted, type ActRefusal } from './desk.server.ts';
import { snoozeLimitDays, snoozeReasonLimit } from './limits.ts';

export type SnoozeRefusal = ActRefusal | Refusal<'bad-until', { limit: number }> | Refusal<'note-missing'>;

/**
 * Hides a series from the desk until the end of a day. Binds the series, not the episode; deadlines run on.
 *
 * @param until last day of the snooze, `YYYY-MM-DD`; null wakes it.
 */
export async function snooze(
	db: Kysely<DB>,
	actor: Actor,
	warningId: string,
	until: string | null,
	reason: string
): Promise<Acted | SnoozeRefusal> {
	if (!may(actor, 'warning.snooze')) return notAllowed;
	return db.transaction().execute(async (trx) => {
		// The machine locks series before warnings; so do we.
		await sql`
			select 1 from warning_series
			where series_key = (select series_key from warning where id = ${warningId}) for update
		`.execute(trx);
		const locked = await lockWarning(trx, actor, warningId);
		if (!locked) return notFound;
		const refused = check(actor, 'warning.snooze', { departmentId: locked.current.departmentId });
		if (refused) return refused;
		if (until !== null) {
			if (reason.trim() === '') return refuse('note-missing');
			if (reason.trim().length > snoozeReasonLimit) return refuse('note-too-long', { limit: snoozeReasonLimit });
			const { rows } = await sql<{ fits: boolean }>`
				select ${until}::date between ${locked.today}::date and ${locked.today}::date + ${snoozeLimitDays}::int as fits
			`.execute(trx);
			if (!rows[0]!.fits) return refuse('bad-until', { limit: snoozeLimitDays });
		}
		await sql`
			update warning_series set
				snoozed_until = (${until}::date + 1)::timestamp at time zone 'Asia/Shanghai',
				snooze_reason = ${until === null ? null : reason.trim()},
				snoozed_by = ${until === null ? null : actor.displayName},
				snoozed_at = ${until === null ? null : locked.now}
			where series_key = ${locked.seriesKey}
		`.execute(trx);
		const action = until === null ? 'wake' : 'snooze';
		const version = await record(trx, actor, locked, {
			axis: 'visibility', action, note: reason, set: {}, detail: until === null ? {} : { until }
		});
		return { ok: true, id: warningId, number: locked.number, version };
	});
}
