import { sql, type Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import { databaseClock } from '#lib/calendar/clock.server.ts';
import type { Clock } from '#lib/calendar/clock.ts';
import { deliver, newTurn, type Ways } from './deliver.server.ts';
import { abandonedAfterMs, retryPausesMinutes } from './handing.ts';
import { planFollowUps, planNotices } from './plan.server.ts';

/** Messages of one turn; the rest follows in the next, so that a turn ends before it looks like a worker that hangs. */
const mostPerTurn = 1_000;
/** A department's server that answers slowly holds up no more than its share. */
const webhooksAtOnce = 4;

export type SendOptions = {
	readonly ways: Ways;
	readonly signal: AbortSignal;
	readonly log: (message: string) => void;
	/** Default: the database's. */
	readonly clock?: Clock;
};

export type Sent = { readonly planned: number; readonly sent: number; readonly failed: number; readonly unknown: number };

/** One turn: decides what of new notices leaves, and hands over what is due. Safe to repeat, and beside another one. */
export async function sendDue(db: Kysely<DB>, { ways, signal, log, clock = databaseClock(db) }: SendOptions): Promise<Sent> {
	await settleAbandoned(db);
	const now = await clock();
	const planned = await planNotices(db, { now, mail: ways.smtp !== null });
	await planFollowUps(db, now);
	const due = await db
		.selectFrom('outgoing')
		.select(['id', 'channel'])
		.where('state', '=', 'waiting').where('next_at', '<=', now)
		.orderBy('next_at').orderBy('id').limit(mostPerTurn)
		.execute();

	const counts = { sent: 0, failed: 0, unknown: 0 };
	const turn = newTurn();
	const queueOf = (channel: string) => due.filter((message) => message.channel === channel).map(({ id }) => id);
	const work = async (queue: string[]) => {
		for (let id = queue.shift(); id !== undefined && !signal.aborted; id = queue.shift()) {
			const handed = await deliver(db, ways, id, turn);
			if (handed === null) continue;
			counts[handed.end === 'sent' ? 'sent' : handed.end === 'unknown' ? 'unknown' : 'failed']++;
			if (handed.end !== 'sent') log(`a message could not be handed over: ${handed.problem}${handed.detail && ` (${handed.detail})`}`);
		}
	};
	try {
		// Letters one after the other on one connection; servers limit how many they take at once.
		const [letters, posts] = [queueOf('email'), queueOf('webhook')];
		const done = await Promise.allSettled([work(letters), ...Array.from({ length: webhooksAtOnce }, () => work(posts))]);
		const failure = done.find((result) => result.status === 'rejected');
		if (failure) throw failure.reason;
	} finally {
		turn.mailer?.close();
	}
	return { planned, ...counts };
}

/**
 * Messages whose worker died while handing them over. Of a letter nobody knows whether it arrived: it is left alone for good. A webhook's
 * receiver knows the id: it is sent again, unless it is what ends them.
 */
async function settleAbandoned(db: Kysely<DB>): Promise<void> {
	await sql`
		update outgoing set
			state = case when channel = 'email' then 'unknown' when attempts > ${retryPausesMinutes.length} then 'given-up' else 'waiting' end,
			ended_at = case when channel = 'email' or attempts > ${retryPausesMinutes.length} then clock_timestamp() end,
			next_at = due_at, handing_since = null, problem = 'worker-ended', problem_detail = null
		where state = 'handing-over' and handing_since < clock_timestamp() - make_interval(secs => ${abandonedAfterMs / 1_000})
	`.execute(db);
}
