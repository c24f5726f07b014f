import { sql, type Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import { summariseAccounts } from '#lib/access/account-list.server.ts';
import type { Actor } from '#lib/access/actor.ts';
import { readAnchors } from '#lib/access/audit-anchor.server.ts';
import { auditHead, type AuditVerdict } from '#lib/access/audit.server.ts';
import { listDepartments } from '#lib/access/departments.server.ts';
import { may } from '#lib/access/permissions.ts';
import { addDays, dayOf } from '#lib/calendar/days.ts';
import { listSources } from '#lib/intake/batches.server.ts';
import { latestRuns } from './jobs/job-runs.server.ts';

/** Steps that an auditor looks at first. */
const watchedActions = ['session.refuse', 'role.grant', 'account.reset-password', 'enterprise.reveal', 'intake.rejects-export', 'task.export-list'] as const;

/** What the administration's home says: states and counts, each part only for who may open its page. */
export async function adminOverview(db: Kysely<DB>, actor: Actor, now: Date, dataDir: string) {
	return {
		sources: may(actor, 'source.technical') ? await sourceStates(db, actor) : null,
		jobs: may(actor, 'job.see') ? await jobStates(db, now) : null,
		accounts: may(actor, 'account.see') ? await summariseAccounts(db, actor) : null,
		departments: may(actor, 'department.edit') ? await departmentCounts(db, actor) : null,
		calendar: may(actor, 'calendar.correct') ? await calendarYears(db, now) : null,
		trail: may(actor, 'audit.read') ? await trailState(db, now, dataDir) : null
	};
}


/** Deliveries (a source's kind) by state, and which of them are behind. */
async function sourceStates(db: Kysely<DB>, actor: Actor) {
	const outcome = await listSources(db, actor);
	const sources = outcome.ok ? outcome.sources : [];
	const deliveries = sources.flatMap((source) => source.kinds.map((kind) => ({ source: source.name, kind: kind.kind, state: kind.state })));
	return { sources: sources.length, onTime: deliveries.filter(({ state }) => state === 'on-time').length, behind: deliveries.filter(({ state }) => state !== 'on-time' && state !== 'on-demand') };
}

async function jobStates(db: Kysely<DB>, now: Date) {
	const latest = await latestRuns(db);
	const begun = latest.map((run) => run.started_at.getTime());
	return {
		failures: latest.reduce((sum, run) => sum + run.failures, 0),
		failing: latest.filter((run) => run.state === 'failed' || run.state === 'abandoned').map((run) => run.job),
		evening: latest.find((run) => run.job === 'run-monitors') ?? null,
		/** Minutes since anything ran; the counts are due every minute. Null: nothing ever ran. */
		silentMinutes: begun.length === 0 ? null : Math.max(0, Math.floor((now.getTime() - Math.max(...begun)) / 60_000))
	};
}

async function departmentCounts(db: Kysely<DB>, actor: Actor) {
	const departments = await listDepartments(db, actor);
	return { all: departments.length, empty: departments.filter(({ accounts }) => accounts === 0).length };
}

async function calendarYears(db: Kysely<DB>, now: Date) {
	const today = dayOf(now);
	const year = Number(today.slice(0, 4));
	const { rows } = await sql<{ published: number | null; assumed: number | null; corrected: number }>`
		select extract(year from max(day) filter (where not assumed))::int as published,
			extract(year from max(day) filter (where assumed))::int as assumed,
			(count(*) filter (where corrected_at is not null))::int as corrected
		from calendar_day
	`.execute(db);
	const published = rows[0]!.published;
	// The notice comes between October and December; from December on its absence needs somebody.
	const wanted = today.slice(5) >= '12-01' ? year + 1 : year;
	return { ...rows[0]!, next: published === null ? null : published + 1, due: published === null || published < wanted };
}

async function trailState(db: Kysely<DB>, now: Date, dataDir: string) {
	const since = addDays(dayOf(now), -7);
	const [head, anchors, verified, { rows: week }] = await Promise.all([
		auditHead(db),
		readAnchors(dataDir),
		db.selectFrom('audit_entry').select(['seq', 'at', 'detail']).where('action', '=', 'audit.verify').orderBy('seq', 'desc').limit(1).executeTakeFirst(),
		sql<{ action: string; times: number }>`
			select action, count(*)::int as times from audit_entry
			where at >= (${since}::date)::timestamp at time zone 'Asia/Shanghai' and action = any (${watchedActions as unknown as string[]})
			group by action order by array_position(${watchedActions as unknown as string[]}, action)
		`.execute(db)
	]);
	return {
		head: head === null ? null : { seq: head.seq, at: head.at },
		anchored: anchors.length === 0 ? null : anchors[anchors.length - 1]!.seq,
		verified: verified === undefined ? null : { seq: Number(verified.seq), at: verified.at, verdict: verified.detail as AuditVerdict },
		since,
		week
	};
}
