import { randomUUID } from 'node:crypto';
import { sql, type Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import { audit } from '#lib/access/audit.server.ts';
import { check, may } from '#lib/access/permissions.ts';
import { notAllowed, notFound, refuse, type NotAllowed, type NotFound, type OwnWork, type Refusal } from '#lib/access/refuse.ts';
import { regionPrefix } from '#lib/access/scope.ts';
import { regionWithin } from '#lib/access/scope.server.ts';
import { hostRule } from './hosts.server.ts';
import { checkRhythm, readRhythm, systemRhythm, type Rhythm, type RhythmFault } from './rhythm.ts';
import { hashOf, webhookSecret } from './secret.server.ts';

export const longestName = 60;
const longestUrl = 500;

/** Webhooks of the departments of a system administrator's region, with whether their host is listed. */
export async function listWebhooks(db: Kysely<DB>, actor: Actor) {
	if (!may(actor, 'channel.technical')) return notAllowed;
	const rows = await db
		.selectFrom('webhook as w')
		.innerJoin('department as d', 'd.id', 'w.department_id')
		.select(['w.id', 'w.name', 'w.url', 'w.state', 'w.rhythm', 'w.secret_since', 'd.name as department', 'd.region_code'])
		.select((eb) => eb.selectFrom('outgoing as o').select((o) => o.fn.max('o.ended_at').as('at')).whereRef('o.webhook_id', '=', 'w.id').where('o.state', '=', 'sent').as('last_sent'))
		.where(regionWithin(regionPrefix(actor.regionCode), 'd.region_code'))
		.orderBy('d.name').orderBy('w.name')
		.execute();
	const webhooks = await Promise.all(
		rows.map(async ({ region_code, rhythm, ...row }) => {
			const url = new URL(row.url);
			const rule = await hostRule(db, url.hostname, region_code);
			return { ...row, host: url.hostname, rhythm: readRhythm(rhythm, systemRhythm), listed: rule !== null && (rule.plain || url.protocol === 'https:') };
		})
	);
	return { ok: true as const, webhooks };
}

type WebhookFault = Refusal<'webhook-name' | 'webhook-name-taken' | 'webhook-url' | 'webhook-department'>;

/** An address that we post to; the host's rule is looked at with each message. */
function readUrl(text: string): string | null {
	if (text.length > longestUrl || !URL.canParse(text)) return null;
	const url = new URL(text);
	if (!/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '') return null;
	url.hash = '';
	return url.href;
}

/** Makes a webhook of a department. The secret is in the answer and in no table. */
export async function createWebhook(
	db: Kysely<DB>, actor: Actor, input: { readonly name: string; readonly departmentId: string; readonly url: string }, dataDir: string
): Promise<{ readonly ok: true; readonly id: string; readonly secret: string } | NotAllowed | NotFound | OwnWork | WebhookFault> {
	const refusal = check(actor, 'channel.technical');
	if (refusal !== null) return refusal;
	const name = input.name.trim();
	if (name === '' || name.length > longestName) return refuse('webhook-name');
	const url = readUrl(input.url.trim());
	if (url === null) return refuse('webhook-url');
	const id = randomUUID();
	const secret = await webhookSecret(dataDir, id, 1);
	return db.transaction().execute(async (trx) => {
		const department = await trx
			.selectFrom('department').select('id').where('id', '=', input.departmentId)
			.where(regionWithin(regionPrefix(actor.regionCode), 'region_code')).executeTakeFirst();
		if (department === undefined) return refuse('webhook-department');
		const { numInsertedOrUpdatedRows } = await trx
			.insertInto('webhook')
			.values({ id, department_id: department.id, name, url, rhythm: JSON.stringify(systemRhythm), secret_hash: hashOf(secret), created_by: actor.id })
			.onConflict((clash) => clash.columns(['department_id', 'name']).doNothing())
			.executeTakeFirst();
		if (numInsertedOrUpdatedRows !== 1n) return refuse('webhook-name-taken');
		await audit(trx, actor, { action: 'webhook.create', objectKind: 'webhook', objectId: id, detail: { name, departmentId: department.id, host: new URL(url).host } });
		return { ok: true as const, id, secret };
	});
}

/** Another name, address or rhythm. */
export async function changeWebhook(
	db: Kysely<DB>, actor: Actor, id: string, input: { readonly name: string; readonly url: string; readonly rhythm: Rhythm }
): Promise<{ readonly ok: true } | NotAllowed | NotFound | OwnWork | WebhookFault | Refusal<RhythmFault>> {
	const refusal = check(actor, 'channel.technical');
	if (refusal !== null) return refusal;
	const name = input.name.trim();
	if (name === '' || name.length > longestName) return refuse('webhook-name');
	const url = readUrl(input.url.trim());
	if (url === null) return refuse('webhook-url');
	const fault = checkRhythm(input.rhythm);
	if (fault !== null) return refuse(fault);
	return db.transaction().execute(async (trx) => {
		const row = await locked(trx, actor, id);
		if (row === undefined) return notFound;
		const taken = await trx
			.selectFrom('webhook').select('id').where('department_id', '=', row.department_id).where('name', '=', name).where('id', '<>', id).executeTakeFirst();
		if (taken) return refuse('webhook-name-taken');
		await trx.updateTable('webhook').set({ name, url, rhythm: JSON.stringify(input.rhythm) }).where('id', '=', id).execute();
		const from = { name: row.name, host: new URL(row.url).host, rhythm: row.rhythm };
		await audit(trx, actor, { action: 'webhook.change', objectKind: 'webhook', objectId: id, detail: { from, to: { name, host: new URL(url).host, rhythm: input.rhythm } } });
		return { ok: true as const };
	});
}

/** Off or on again. What waits for one that is off is dropped when its turn comes. */
export async function switchWebhook(db: Kysely<DB>, actor: Actor, id: string, state: 'on' | 'off'): Promise<{ readonly ok: true } | NotAllowed | NotFound | OwnWork> {
	const refusal = check(actor, 'channel.technical');
	if (refusal !== null) return refusal;
	return db.transaction().execute(async (trx) => {
		const row = await locked(trx, actor, id);
		if (row === undefined) return notFound;
		await trx.updateTable('webhook').set({ state }).where('id', '=', id).execute();
		await audit(trx, actor, { action: 'webhook.switch', objectKind: 'webhook', objectId: id, detail: { from: row.state, to: state } });
		return { ok: true as const };
	});
}

/** A new secret; for a day messages are signed with the old one as well. */
export async function replaceSecret(
	db: Kysely<DB>, actor: Actor, id: string, dataDir: string
): Promise<{ readonly ok: true; readonly secret: string } | NotAllowed | NotFound | OwnWork> {
	const refusal = check(actor, 'channel.technical');
	if (refusal !== null) return refusal;
	return db.transaction().execute(async (trx) => {
		const row = await locked(trx, actor, id);
		if (row === undefined) return notFound;
		const version = row.secret_version + 1;
		const secret = await webhookSecret(dataDir, id, version);
		await trx
			.updateTable('webhook').set({ secret_version: version, secret_since: sql<Date>`clock_timestamp()`, secret_hash: hashOf(secret) })
			.where('id', '=', id).execute();
		await audit(trx, actor, { action: 'webhook.secret', objectKind: 'webhook', objectId: id, detail: { version } });
		return { ok: true as const, secret };
	});
}

function locked(db: Kysely<DB>, actor: Actor, id: string) {
	return db
		.selectFrom('webhook as w')
		.innerJoin('department as d', 'd.id', 'w.department_id')
		.selectAll('w')
		.where('w.id', '=', id)
		.where(regionWithin(regionPrefix(actor.regionCode), 'd.region_code'))
		.forUpdate('w')
		.executeTakeFirst();
}
