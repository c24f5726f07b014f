import { setTimeout as pause } from 'node:timers/promises';
import { sql, type Kysely, type Transaction } from 'kysely';
import { isDatabaseDown } from '#db/errors.ts';
import type { DB } from '#db/types.ts';
import type { SmtpSettings } from '#lib/settings/settings.ts';
import { readAddress } from './address.ts';
import { itemsOf } from './compose.server.ts';
import { nextTry, type Handed, type HandingProblem } from './handing.ts';
import { hostRule } from './hosts.server.ts';
import { confirmLetter, countLetter, noticeLetter, testLetter, toldOf, type Letter, type LetterLocale } from './letter.ts';
import { unreadCount } from './own.server.ts';
import { postWebhook } from './post.server.ts';
import { hashOf, webhookSecret } from './secret.server.ts';
import { openMailer, type Mailer } from './smtp.server.ts';

/** What hand-overs need beside the database. */
export type Ways = {
	readonly smtp: SmtpSettings | null;
	/** Where links lead. */
	readonly origin: string;
	readonly dataDir: string;
};

/** What the messages of one turn share; close it at the end. `unsafe`: {@link deliver} changes it. */
export type Turn = {
	mailer: Mailer | null;
	/** Servers that failed in this turn are not asked again in it: by the webhook's id, or `smtp`. */
	readonly down: Map<string, Failure>;
};
export const newTurn = (): Turn => ({ mailer: null, down: new Map() });

const atOnceOnly: readonly string[] = ['test', 'confirm'];

type Failure = Extract<Handed, { readonly end: 'later' | 'never' | 'unknown' }>;
const later = (problem: HandingProblem, detail = ''): Failure => ({ end: 'later', problem, detail });

/** After this many milliseconds without a database the end of a hand-over stays unwritten, which makes it unknown. */
const settlePatienceMs = 20_000;
const settlePauseMs = 500;
/** For a day after a secret was replaced the receiver may still have the one before. */
const bothSecretsMs = 24 * 3_600_000;

/**
 * Hands one waiting message over. The order is what makes it safe: everything that can go wrong without anything having left comes
 * first; then `handing-over` is committed; then it leaves; then its end is committed. Who dies in between leaves a row that says so.
 *
 * @param confirm the secret of a letter that asks whether an address is right; it is kept nowhere and therefore comes along.
 * @returns null when it does not wait any more, or nothing of it is left to tell.
 */
export async function deliver(db: Kysely<DB>, ways: Ways, id: string, turn: Turn, confirm?: string): Promise<Handed | null> {
	const row = await db.selectFrom('outgoing').select(['channel']).where('id', '=', id).where('state', '=', 'waiting').executeTakeFirst();
	if (row === undefined) return null;
	return row.channel === 'email' ? deliverLetter(db, ways, id, turn, confirm) : deliverPost(db, ways, id, turn);
}

async function deliverLetter(db: Kysely<DB>, ways: Ways, id: string, turn: Turn, confirm: string | undefined): Promise<Handed | null> {
	const row = await db
		.selectFrom('outgoing as o')
		.innerJoin('app_user as u', 'u.id', 'o.user_id')
		.leftJoin('notice_reach as p', 'p.user_id', 'u.id')
		.select(['o.form', 'o.address', 'u.id as userId', 'u.state as account', 'u.region_code as regionCode', 'p.email', 'p.locale'])
		.where('o.id', '=', id)
		.executeTakeFirst();
	if (row === undefined || row.account !== 'active') return drop(db, id);
	const to = row.address ?? row.email;
	const { smtp } = ways;
	const read = to === null ? null : readAddress(to);
	if (read === null) return drop(db, id);
	if (smtp === null) return failed(db, id, later('no-smtp'));
	const [server, domain] = [await hostRule(db, smtp.host, row.regionCode), await hostRule(db, read.domain, row.regionCode)];
	if (server === null || domain === null) return failed(db, id, later('host-not-listed', server === null ? smtp.host : read.domain));
	const mailer = await mailerOf(smtp, server.plain, turn);
	if ('end' in mailer) return failed(db, id, mailer);

	const locale = (row.locale ?? 'zh-CN') as LetterLocale;
	const claimed = await claim(db, id, (trx) => letterOf(trx, { id, form: row.form, userId: row.userId, locale, origin: ways.origin, confirm }));
	if (claimed === null) return null;
	const handed = await mailer.send({ ...claimed.content, id, to: read.address, at: claimed.now });
	await settle(db, id, claimed.attempts, handed);
	return handed;
}

/** Null: nothing is left to tell. */
async function letterOf(
	trx: Transaction<DB>,
	{ id, form, userId, locale, origin, confirm }: { readonly id: string; readonly form: string; readonly userId: string; readonly locale: LetterLocale; readonly origin: string; readonly confirm: string | undefined }
): Promise<Letter | null> {
	switch (form) {
		case 'test':
			return testLetter(origin, locale);
		case 'confirm':
			return confirm === undefined ? null : confirmLetter(origin, confirm, locale);
		case 'count': {
			const unread = await unreadCount(trx, { id: userId });
			return unread === 0 ? null : countLetter(unread, origin, locale);
		}
		default: {
			const items = await itemsOf(trx, id, true);
			return items.length === 0 ? null : noticeLetter(toldOf(origin, items), origin, locale);
		}
	}
}

/** The turn's connection, opened when the first letter needs it. */
async function mailerOf(smtp: SmtpSettings, plain: boolean, turn: Turn): Promise<Mailer | Failure> {
	const known = turn.down.get('smtp');
	if (known) return known;
	if (turn.mailer?.usable()) return turn.mailer;
	const opened = await openMailer(smtp, plain);
	if (opened.ok) return (turn.mailer = opened.mailer);
	const failure = later(opened.problem, opened.detail);
	turn.down.set('smtp', failure);
	return failure;
}

async function deliverPost(db: Kysely<DB>, ways: Ways, id: string, turn: Turn): Promise<Handed | null> {
	const row = await db
		.selectFrom('outgoing as o')
		.innerJoin('webhook as w', 'w.id', 'o.webhook_id')
		.innerJoin('department as d', 'd.id', 'w.department_id')
		.select(['o.form', 'w.id as webhookId', 'w.state', 'w.url', 'w.secret_version', 'w.secret_since', 'w.secret_hash', 'd.region_code as regionCode'])
		.where('o.id', '=', id)
		.executeTakeFirst();
	if (row === undefined || (row.state === 'off' && row.form !== 'test')) return drop(db, id);
	const known = turn.down.get(row.webhookId);
	if (known) return failed(db, id, known);
	const { hostname, protocol } = new URL(row.url);
	const rule = await hostRule(db, hostname, row.regionCode);
	if (rule === null) return failed(db, id, later('host-not-listed', hostname));
	if (protocol !== 'https:' && !rule.plain) return failed(db, id, later('not-encrypted', hostname));
	const secret = await webhookSecret(ways.dataDir, row.webhookId, row.secret_version);
	if (hashOf(secret) !== row.secret_hash) return failed(db, id, later('secret-changed'));

	const claimed = await claim(db, id, async (trx) => (row.form === 'test' ? [] : nonEmpty(toldOf(ways.origin, await itemsOf(trx, id, false)))));
	if (claimed === null) return null;
	const replaced = row.secret_version > 1 && claimed.now.getTime() - row.secret_since.getTime() < bothSecretsMs;
	const before = replaced ? [await webhookSecret(ways.dataDir, row.webhookId, row.secret_version - 1)] : [];
	const body = JSON.stringify({ type: row.form === 'test' ? 'qianshao.test' : 'qianshao.notice', timestamp: claimed.now.toISOString(), data: { items: claimed.content } });
	const handed = await postWebhook({ id, url: row.url, body, at: claimed.now, secrets: [secret, ...before] });
	if (handed.end !== 'sent' && (handed.problem === 'unreachable' || handed.problem === 'no-answer')) turn.down.set(row.webhookId, later(handed.problem, handed.detail));
	await settle(db, id, claimed.attempts, handed);
	return handed;
}

const nonEmpty = <T>(list: readonly T[]): readonly T[] | null => (list.length === 0 ? null : list);

/** Takes a message that waits, with what it will say. Nothing can be added to it from here on. */
async function claim<Content>(
	db: Kysely<DB>, id: string, compose: (trx: Transaction<DB>) => Promise<Content | null>
): Promise<{ readonly content: Content; readonly attempts: number; readonly now: Date } | null> {
	return db.transaction().execute(async (trx) => {
		const { rows } = await sql<{ attempts: number; now: Date }>`
			update outgoing set state = 'handing-over', handing_since = clock_timestamp(), attempts = attempts + 1
			where id = ${id} and state = 'waiting' returning attempts, handing_since as now
		`.execute(trx);
		const row = rows[0];
		if (row === undefined) return null;
		const content = await compose(trx);
		if (content !== null) return { content, ...row };
		await trx.updateTable('outgoing').set({ state: 'dropped', handing_since: null, ended_at: row.now }).where('id', '=', id).execute();
		return null;
	});
}

async function drop(db: Kysely<DB>, id: string): Promise<null> {
	await db.updateTable('outgoing').set({ state: 'dropped', ended_at: sql<Date>`clock_timestamp()` }).where('id', '=', id).where('state', '=', 'waiting').execute();
	return null;
}

/** A failure before anything left: counts as a try. */
async function failed(db: Kysely<DB>, id: string, failure: Failure): Promise<Failure> {
	await db.transaction().execute(async (trx) => {
		const { rows } = await sql<{ attempts: number; now: Date }>`
			update outgoing set attempts = attempts + 1 where id = ${id} and state = 'waiting' returning attempts, clock_timestamp() as now
		`.execute(trx);
		if (rows[0]) await writeEnd(trx, id, rows[0], failure);
	});
	return failure;
}

/** Writes the end down, for some time also while the database is away: an end that nobody wrote is unknown for ever. */
async function settle(db: Kysely<DB>, id: string, attempts: number, handed: Handed): Promise<void> {
	const giveUpAt = performance.now() + settlePatienceMs;
	for (;;) {
		try {
			await db.transaction().execute(async (trx) => {
				// Its worker was taken for dead meanwhile: what really happened is still better known here.
				const { rows } = await sql<{ now: Date }>`
					select clock_timestamp() as now from outgoing
					where id = ${id} and attempts = ${attempts} and state in ('handing-over', 'unknown', 'waiting') for update
				`.execute(trx);
				if (rows[0]) await writeEnd(trx, id, { attempts, now: rows[0].now }, handed);
			});
			return;
		} catch (error) {
			if (!isDatabaseDown(error) || performance.now() > giveUpAt) throw error;
			await pause(settlePauseMs);
		}
	}
}

async function writeEnd(trx: Transaction<DB>, id: string, { attempts, now }: { readonly attempts: number; readonly now: Date }, handed: Handed): Promise<void> {
	const told = handed.end === 'sent' ? { problem: null, problem_detail: null } : { problem: handed.problem, problem_detail: handed.detail || null };
	const { form } = await trx.selectFrom('outgoing').select('form').where('id', '=', id).executeTakeFirstOrThrow();
	// Somebody looks at what became of a test or a confirmation, and asks for another one.
	const again = handed.end === 'later' && !atOnceOnly.includes(form) ? nextTry(attempts, now) : null;
	const end = { sent: 'sent', unknown: 'unknown', never: 'given-up', later: 'given-up' } as const;
	await trx
		.updateTable('outgoing')
		.set(
			again === null
				? { ...told, state: end[handed.end], handing_since: null, ended_at: now }
				: { ...told, state: 'waiting', handing_since: null, ended_at: null, next_at: again }
		)
		.where('id', '=', id)
		.execute();
}
