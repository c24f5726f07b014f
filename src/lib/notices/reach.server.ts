import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { sql, type Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import { audit } from '#lib/access/audit.server.ts';
import { check } from '#lib/access/permissions.ts';
import { refuse, type NotAllowed, type NotFound, type OwnWork, type Refusal } from '#lib/access/refuse.ts';
import { readAddress } from './address.ts';
import { deliver, newTurn, type Ways } from './deliver.server.ts';
import type { Handed } from './handing.ts';
import { letterLocales, type LetterLocale } from './letter.ts';
import { checkRhythm, defaultRhythm, readRhythm, type Rhythm, type RhythmFault } from './rhythm.ts';

type Denied = NotAllowed | NotFound | OwnWork;

/** A link that lies in a mailbox for longer is no proof of anything. */
const confirmHours = 24;
/** Letters to addresses that nobody has confirmed yet, per person and day: enough for typing mistakes, too few to annoy a stranger. */
const asksPerDay = 5;

/** How a person is reached outside the application. */
export async function ownReach(db: Kysely<DB>, actor: Actor) {
	const row = await db.selectFrom('notice_reach').selectAll().where('user_id', '=', actor.id).executeTakeFirst();
	const pending = row?.pending_email != null && row.pending_until! > (await nowOf(db)) ? { address: row.pending_email, until: row.pending_until! } : null;
	return { email: row?.email ?? null, pending, rhythm: readRhythm(row?.rhythm, defaultRhythm), locale: (row?.locale ?? 'zh-CN') as LetterLocale };
}

/** Asks, by a letter to the address, whether it is the person's own. Until it is confirmed everything goes where it went. */
export async function askAddress(
	db: Kysely<DB>, actor: Actor, text: string, ways: Ways
): Promise<{ readonly ok: true; readonly address: string; readonly handed: Handed | null } | Denied | Refusal<'address' | 'no-smtp' | 'too-many'>> {
	const refusal = check(actor, 'own-account.edit');
	if (refusal !== null) return refusal;
	if (ways.smtp === null) return refuse('no-smtp');
	const read = readAddress(text);
	if (read === null) return refuse('address');
	const secret = randomBytes(32).toString('base64url');
	const id = randomUUID();
	const asked = await db.transaction().execute(async (trx) => {
		// One at a time, so that the count holds.
		await trx.selectFrom('app_user').select('id').where('id', '=', actor.id).forUpdate().execute();
		const { rows } = await sql<{ n: number }>`
			select count(*)::int as n from outgoing where user_id = ${actor.id} and form = 'confirm' and created_at > clock_timestamp() - interval '1 day'
		`.execute(trx);
		if (rows[0]!.n >= asksPerDay) return refuse('too-many');
		await sql`
			insert into notice_reach (user_id, pending_email, pending_hash, pending_until)
			values (${actor.id}, ${read.address}, ${hashOf(secret)}, clock_timestamp() + make_interval(hours => ${confirmHours}))
			on conflict (user_id) do update set
				pending_email = excluded.pending_email, pending_hash = excluded.pending_hash, pending_until = excluded.pending_until
		`.execute(trx);
		const now = await nowOf(trx);
		await trx.insertInto('outgoing').values({ id, channel: 'email', user_id: actor.id, form: 'confirm', address: read.address, due_at: now, next_at: now }).execute();
		await audit(trx, actor, { action: 'notice-reach.ask', objectKind: 'account', objectId: actor.id, detail: { domain: read.domain } });
		return null;
	});
	if (asked !== null) return asked;
	return { ok: true, address: read.address, handed: await handOver(db, ways, id, secret) };
}

/** The link of the letter, opened by the person who asked for it. */
export async function confirmAddress(db: Kysely<DB>, actor: Actor, secret: string): Promise<{ readonly ok: true; readonly address: string } | Denied | Refusal<'confirm'>> {
	const refusal = check(actor, 'own-account.edit');
	if (refusal !== null) return refusal;
	return db.transaction().execute(async (trx) => {
		const row = await trx
			.updateTable('notice_reach')
			.set((eb) => ({ email: eb.ref('pending_email'), email_confirmed_at: sql<Date>`clock_timestamp()`, pending_email: null, pending_hash: null, pending_until: null }))
			.where('user_id', '=', actor.id).where('pending_hash', '=', hashOf(secret)).where('pending_until', '>', sql<Date>`clock_timestamp()`)
			.returning('email')
			.executeTakeFirst();
		if (row === undefined) return refuse('confirm');
		await audit(trx, actor, { action: 'notice-reach.confirm', objectKind: 'account', objectId: actor.id, detail: { domain: readAddress(row.email!)?.domain } });
		return { ok: true as const, address: row.email! };
	});
}

/** No letters any more; what waits is dropped when its turn comes. */
export async function removeAddress(db: Kysely<DB>, actor: Actor): Promise<{ readonly ok: true } | Denied> {
	const refusal = check(actor, 'own-account.edit');
	if (refusal !== null) return refusal;
	await db.transaction().execute(async (trx) => {
		await trx
			.updateTable('notice_reach')
			.set({ email: null, email_confirmed_at: null, pending_email: null, pending_hash: null, pending_until: null })
			.where('user_id', '=', actor.id)
			.execute();
		await audit(trx, actor, { action: 'notice-reach.remove', objectKind: 'account', objectId: actor.id });
	});
	return { ok: true };
}

/** Which kinds, when, when not, and in which language. */
export async function changeReach(
	db: Kysely<DB>, actor: Actor, rhythm: Rhythm, locale: string
): Promise<{ readonly ok: true } | Denied | Refusal<RhythmFault>> {
	const refusal = check(actor, 'own-account.edit');
	if (refusal !== null) return refusal;
	const fault = checkRhythm(rhythm);
	if (fault !== null) return refuse(fault);
	const language = letterLocales.find((known) => known === locale) ?? 'zh-CN';
	await db.transaction().execute(async (trx) => {
		await trx
			.insertInto('notice_reach')
			.values({ user_id: actor.id, rhythm: JSON.stringify(rhythm), locale: language })
			.onConflict((clash) => clash.column('user_id').doUpdateSet((eb) => ({ rhythm: eb.ref('excluded.rhythm'), locale: eb.ref('excluded.locale') })))
			.execute();
		await audit(trx, actor, { action: 'notice-reach.change', objectKind: 'account', objectId: actor.id, detail: { rhythm, locale: language } });
	});
	return { ok: true };
}

/** A test letter to one's own confirmed address. */
export async function testOwnAddress(db: Kysely<DB>, actor: Actor, ways: Ways): Promise<{ readonly ok: true; readonly handed: Handed | null } | Denied | Refusal<'no-smtp' | 'no-address'>> {
	const refusal = check(actor, 'own-account.edit');
	if (refusal !== null) return refusal;
	if (ways.smtp === null) return refuse('no-smtp');
	const { email } = await ownReach(db, actor);
	if (email === null) return refuse('no-address');
	const id = randomUUID();
	const now = await nowOf(db);
	await db.insertInto('outgoing').values({ id, channel: 'email', user_id: actor.id, form: 'test', due_at: now, next_at: now }).execute();
	return { ok: true, handed: await handOver(db, ways, id) };
}

/** At once, because somebody waits for the result. */
async function handOver(db: Kysely<DB>, ways: Ways, id: string, secret?: string): Promise<Handed | null> {
	const turn = newTurn();
	try {
		return await deliver(db, ways, id, turn, secret);
	} finally {
		turn.mailer?.close();
	}
}

const hashOf = (secret: string) => createHash('sha256').update(secret).digest('hex');

async function nowOf(db: Kysely<DB>): Promise<Date> {
	const { rows } = await sql<{ now: Date }>`select clock_timestamp() as now`.execute(db);
	return rows[0]!.now;
}
