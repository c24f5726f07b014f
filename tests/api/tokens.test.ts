import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { authorise } from '#lib/access/tokens.server.ts';
import { createToken, grantableSources, grantToken, listTokens, revokeToken, type TokenGrant } from '#lib/access/tokens-admin.server.ts';
import { bearerSecret, tokenState } from '#lib/access/tokens.ts';
import { kindNames } from '#lib/intake/kinds/kinds.ts';
import type { TestDatabase } from '../support/database.ts';
import { referenceDatabase } from '../intake/support.ts';
import { admin, makeToken, secadmin, sysadmin, writeOffice } from './support.ts';

let database: TestDatabase;
beforeAll(async () => {
	database = await referenceDatabase();
	await writeOffice(database.db);
});
afterAll(() => database[Symbol.asyncDispose]());

const input = { name: '登记系统', holder: '某公司', contact: '王工 13800000000', expiresOn: '2027-06-30' };
const grant: TokenGrant = { regionCode: '320400', kinds: ['registrations'], sourceIds: ['s1'], outward: [] };
const header = (secret: string) => `Bearer ${secret}`;

describe('a token', () => {
	it('lets nobody in until a second person has said what it may do', async () => {
		const { db } = database;
		const made = await createToken(db, sysadmin, input);
		if (!made.ok) throw new Error(made.reason);
		expect(made.secret).toMatch(/^qsk_[\w-]{43}$/);
		expect(await authorise(db, header(made.secret), null)).toMatchObject({ ok: false, reason: 'token-new' });
		expect(await grantToken(db, sysadmin, made.id, grant, kindNames)).toMatchObject({ reason: 'not-allowed' });
		// The same person in another role later: still the maker.
		expect(await grantToken(db, { ...secadmin, id: sysadmin.id }, made.id, grant, kindNames)).toMatchObject({ reason: 'own-work' });
		expect(await grantToken(db, secadmin, made.id, grant, kindNames)).toEqual({ ok: true });
		expect(await authorise(db, header(made.secret), 'intake:registrations', '10.2.3.4')).toMatchObject({
			ok: true, token: { name: '登记系统', regionCode: '320400', regionPrefix: '3204', scopes: ['intake:registrations'], sourceIds: ['s1'], address: '10.2.3.4' }
		});
		expect(await authorise(db, header(made.secret), 'intake:changes')).toMatchObject({ ok: false, reason: 'scope-missing', tokenId: made.id });
		expect(await authorise(db, header(made.secret), 'outward:classes')).toMatchObject({ ok: false, reason: 'scope-missing' });
		const listed = await listTokens(db, sysadmin);
		expect(listed.ok && listed.tokens.find(({ id }) => id === made.id)).toMatchObject({ state: 'active', sources: ['登记系统'], refusals: 3, last_refusal: 'scope-missing', last_used_address: '10.2.3.4' });
	});

	it('stands nowhere but with its holder', async () => {
		const { db } = database;
		const { secret } = await makeToken(db, '无处可查');
		const { rows: tables } = await sql<{ text: string }>`select string_agg(t::text, ' ') as text from api_token t union all select string_agg(a::text, ' ') from audit_entry a`.execute(db);
		for (const { text } of tables) expect(text).not.toContain(secret);
	});

	it('is revoked by either administrator, with a reason, for good', async () => {
		const { db } = database;
		const made = await makeToken(db, '要撤销的');
		expect(await revokeToken(db, secadmin, made.id, ' ')).toMatchObject({ reason: 'token-no-why' });
		expect(await revokeToken(db, admin('leader'), made.id, '不用了')).toMatchObject({ reason: 'not-allowed' });
		expect(await revokeToken(db, secadmin, made.id, '不用了')).toEqual({ ok: true });
		expect(await revokeToken(db, sysadmin, made.id, '不用了')).toMatchObject({ reason: 'conflict' });
		expect(await authorise(db, header(made.secret), null)).toMatchObject({ ok: false, reason: 'token-revoked' });
		expect(await grantToken(db, secadmin, made.id, grant, kindNames)).toMatchObject({ reason: 'conflict' });
	});

	it.each([
		['no name', { name: ' ' }, 'token-name'],
		['a name that is taken', { name: '两个一样' }, 'token-name-taken'],
		['no holder', { holder: '' }, 'token-holder'],
		['nobody to call', { contact: '' }, 'token-contact'],
		['an end in the past', { expiresOn: '2020-01-01' }, 'token-expiry'],
		['an end that nobody will see', { expiresOn: '2099-01-01' }, 'token-expiry'],
		['an end that is no day', { expiresOn: '2027-02-30' }, 'token-expiry']
	])('is not made with %s', async (_, changed, reason) => {
		const { db } = database;
		const wanted = { ...input, name: `新的 ${reason}`, ...changed };
		if (reason === 'token-name-taken') await makeToken(db, wanted.name);
		expect(await createToken(db, sysadmin, wanted)).toMatchObject({ ok: false, reason });
	});

	it.each([
		['a place of elsewhere', { regionCode: '320200' }, 'no-region'],
		['a place that there is not', { regionCode: '320499' }, 'no-region'],
		['nothing', { kinds: [] }, 'token-nothing'],
		['a kind that there is not', { kinds: ['nonsense'] }, 'token-kind'],
		['a dataset that there is not', { outward: ['outward:everything'] }, 'token-kind'],
		['no source to push for', { sourceIds: [] }, 'token-no-source'],
		['a source of elsewhere', { sourceIds: ['s3'] }, 'token-source']
	])('is not granted %s', async (_, changed, reason) => {
		const { db } = database;
		const made = await makeToken(db, `授权 ${JSON.stringify(changed)}`, null);
		expect(await grantToken(db, secadmin, made.id, { ...grant, ...changed }, kindNames)).toMatchObject({ ok: false, reason });
		expect(await authorise(db, header(made.secret), null)).toMatchObject({ reason: 'token-new' });
	});

	it('of another office is neither seen nor touched', async () => {
		const { db } = database;
		const made = await makeToken(db, '常州的');
		const [system, security] = [admin('sysadmin', 'wx-sys', '320200'), admin('secadmin', 'wx-sec', '320200')];
		const listed = await listTokens(db, system);
		expect(listed).toEqual({ ok: true, tokens: [] });
		expect(await grantToken(db, security, made.id, { ...grant, regionCode: '320200', sourceIds: ['s3'] }, kindNames)).toMatchObject({ reason: 'not-found' });
		expect(await revokeToken(db, system, made.id, '越界')).toMatchObject({ reason: 'not-found' });
		const sources = await grantableSources(db, security);
		expect(sources.ok && sources.sources.map(({ id }) => id)).toEqual(['s3']);
		expect(await listTokens(db, admin('leader'))).toMatchObject({ ok: false });
		expect(await grantableSources(db, system)).toMatchObject({ ok: false });
	});
});

it.each([
	['Bearer qsk_' + 'a'.repeat(43), true],
	['bearer   qsk_' + 'a'.repeat(43), true],
	['Basic qsk_' + 'a'.repeat(43), false],
	['Bearer qsk_' + 'a'.repeat(42), false],
	['Bearer ' + 'a'.repeat(43), false],
	['', false]
])('an Authorization of %s holds a secret: %s', (text, holds) => expect(bearerSecret(text) !== null).toBe(holds));

it.each([
	[{ revokedAt: new Date(), expiresOn: '2026-01-01', grantedAt: null }, 'revoked'],
	[{ revokedAt: null, expiresOn: '2026-11-20', grantedAt: new Date() }, 'expired'],
	[{ revokedAt: null, expiresOn: '2026-11-21', grantedAt: new Date() }, 'active'],
	[{ revokedAt: null, expiresOn: '2026-11-21', grantedAt: null }, 'new']
])('a token of %o is %s', (life, state) => expect(tokenState(life, '2026-11-21')).toBe(state));
