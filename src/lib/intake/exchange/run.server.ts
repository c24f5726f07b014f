import { sql, type Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import { pullExchange, type PullContext } from './pull.server.ts';

type ExchangeRun = { readonly pulled: number; readonly rows: number; readonly rejected: number; readonly failed: number };

/** Pulls every exchange table that is due, one after the other; what goes wrong with one is kept as its state and stops no other. */
export async function pullDue(db: Kysely<DB>, context: PullContext & { readonly log: (message: string) => void }): Promise<ExchangeRun> {
	const run = { pulled: 0, rows: 0, rejected: 0, failed: 0 };
	for (;;) {
		context.signal.throwIfAborted();
		// One statement takes it and says when it was taken: a run that dies is made again when it is next due.
		const { rows } = await sql<{ id: string }>`
			update exchange set last_started_at = clock_timestamp()
			where id = (
				select e.id from exchange e join source s on s.id = e.source_id
				where e.state = 'on' and s.state = 'active' and (e.last_started_at is null or e.last_started_at + make_interval(mins => e.every_minutes) <= clock_timestamp())
				order by e.last_started_at nulls first, e.id limit 1
			)
			returning id
		`.execute(db);
		const due = rows[0];
		if (due === undefined) return run;
		const exchange = await db.selectFrom('exchange').selectAll().where('id', '=', due.id).executeTakeFirstOrThrow();
		const outcome = await pullExchange(db, exchange, context);
		if (outcome.ok) {
			run.pulled++;
			run.rows += outcome.rows;
			run.rejected += outcome.rejected;
			await db
				.updateTable('exchange')
				.set({ last_ok_at: sql<Date>`clock_timestamp()`, problem: null, problem_detail: null, problem_since: null })
				.where('id', '=', exchange.id)
				.execute();
			continue;
		}
		run.failed++;
		context.log(`${exchange.name}: ${outcome.reason} ${outcome.detail}`);
		await db
			.updateTable('exchange')
			.set({ problem: outcome.reason, problem_detail: outcome.detail, problem_since: sql<Date>`coalesce(problem_since, clock_timestamp())` })
			.where('id', '=', exchange.id)
			.execute();
	}
}
