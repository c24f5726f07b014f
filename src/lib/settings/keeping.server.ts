import { sql, type Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import { databaseClock } from '#lib/calendar/clock.server.ts';
import { dayOf } from '#lib/calendar/days.ts';
import { diskState } from './disk.ts';
import { partitionState } from './partitions.server.ts';
import { settings } from './settings.ts';

/** With fewer months made ahead somebody should look why the job that makes them does not. */
const fewMonthsAhead = 3;

/** How well the data is kept: room, backups, months made ahead. */
export async function keepingState(db: Kysely<DB>) {
	const now = await databaseClock(db)();
	const [disk, { monthsAhead }, backup] = await Promise.all([
		diskState(),
		partitionState(db, dayOf(now)),
		sql<{ last: Date | null }>`select max(finished_at) as last from job_run where job = 'backup' and state = 'done' and not detail ? 'off'`.execute(db)
	]);
	return { disk: { level: disk.level, free: disk.free, total: disk.total, stopBelow: disk.stopBelow }, monthsAhead, fewMonths: monthsAhead < fewMonthsAhead, backup: { on: settings().backupDir !== null, last: backup.rows[0]!.last } };
}
