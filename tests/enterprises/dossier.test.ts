import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { roles, type Actor } from '#lib/access/actor.ts';
import { dossier, reveal } from '#lib/enterprises/dossier.server.ts';
import { mayReveal, personalFields } from '#lib/enterprises/reveal.ts';
import { readStart } from '#lib/enterprises/timeline.ts';
import { tiesOfEnterprise } from '#lib/links/ties.server.ts';
import { testDatabase } from '../support/database.ts';
import { evaluation, leader, monitor, outsider, place, run } from '../warnings/fixtures.ts';

const database = await testDatabase();
const { db } = database;
afterAll(() => database[Symbol.asyncDispose]());

const own = '91320412MA1AAAAA1X';
const neighbour = '91320412MA1BBBBB2X';
const elsewhere = '91320505MA1CCCCC3X';
/** Whatever may never leave the server unasked. */
const secrets = ['张伟明', '13812345678', '051988887777', '李代办', '王芳芳', '赵投诉', '110101199001011234', 'secret-key'];

beforeAll(async () => {
	await place(db);
	await db.insertInto('source').values({ id: 's', name: '登记系统', owner_department_id: 'city', kinds: ['complaint'], region_code: '320400' }).execute();
	await db.insertInto('enterprise').values([[own, '武进好味', '320412'], [neighbour, '武进隔壁', '320412'], [elsewhere, '苏州远方', '320505']].map(([uscc, name, region]) => ({
		uscc: uscc!, name: name!, region_code: region!, region_basis: 'given', industry_key: 'H62', legal_rep: '张伟明', legal_rep_key: 'n:320400:张伟明', phone: '13812345678',
		phone_key: '13812345678', agent: '李代办', agent_key: 'n:320400:李代办', address: '江苏省常州市武进区某路1号', address_key: 'a1', stated_at: new Date(),
		stated: JSON.stringify({ legal_rep: '王芳芳' })
	}))).execute();
	const tie = (kind: string, key: string, ...usccs: string[]) => usccs.map((uscc) => ({ kind, key, uscc, since: '2026-01-01' }));
	await db.insertInto('enterprise_link').values([
		...tie('person', 'n:320400:张伟明', own, neighbour, elsewhere), ...tie('phone', '13812345678', own, neighbour), ...tie('agent', 'n:320400:李代办', own, elsewhere),
		...tie('address', 'a1', own, neighbour), ...tie('phone', '051988887777', own)
	]).execute();
	const event = (day: string, kind: string, more: object = {}) => ({
		uscc: own, occurred_at: new Date(`${day}T02:00:00Z`), event_id: randomUUID(), kind, item: null, source_id: 's', source_key: randomUUID(), batch_id: 'b',
		received_at: new Date(`${day}T04:00:00Z`), region_code: '320412', region_basis: 'given', industry_key: 'H62', content: '{}', known_from: new Date(`${day}T04:00:00Z`), ...more
	});
	await db.insertInto('event').values([
		event('2026-06-03', 'change', { item: 'legal-representative', content: JSON.stringify({ before: '王芳芳', after: '张伟明', register: { legal_rep: '张伟明' } }), person_key: 'secret-key' }),
		event('2026-06-04', 'change', { item: '股东', content: JSON.stringify({ before: '王芳芳、赵投诉', after: '张伟明' }) }),
		event('2026-06-05', 'complaint', { item: '预付卡', content: JSON.stringify({ name: '赵投诉', phone: '13812345678', idNumber: '110101199001011234' }), person_key: 'secret-key' }),
		...Array.from({ length: 450 }, (_, i) => event('2025-09-09', 'complaint', { occurred_at: new Date(Date.parse('2025-09-01T00:00:00Z') + i * 3_600_000) })),
		event('2024-01-05', 'penalty')
	]).execute();
	await run(db, '2026-06-08', [
		evaluation({ seriesKey: 'complaint-surge|person|k', scopeKind: 'person', subjectLabel: '张伟明', subjects: [{ uscc: own, role: 'member', weight: 1 }] }),
		evaluation({ seriesKey: 'complaint-surge|phone|k', scopeKind: 'phone', subjectLabel: '13812345678', subjects: [{ uscc: own, role: 'member', weight: 1 }] })
	]);
	await db.insertInto('link_judgement').values({
		uscc: neighbour, kind: 'phone', key: '13812345678', verdict: 'same', note: '同一老板', actor_id: monitor.id, actor_name: '王敏', department_id: 'city'
	}).execute();
});

const { load, actions } = (await import('../../src/routes/(app)/enterprises/[uscc]/+page.server.ts')) as unknown as {
	readonly load: (event: unknown) => Promise<Record<string, unknown>>;
	readonly actions: { readonly reveal: (event: unknown) => Promise<unknown> };
};
const eventOf = (actor: Actor, search = '') => ({
	locals: { db, actor, now: new Date('2026-06-30T02:00:00Z') }, params: { uscc: own }, url: new URL(`http://x/enterprises/${own}${search}`)
});

describe('what the page is given', () => {
	test.each(['', '?known=2026-06-30', '?kind=change', '?before=2025-09'])('holds nobody’s name, number or key before somebody asks (%s)', async (search) => {
		const data = await load(eventOf(monitor, search));
		const told: string[] = [];
		const walk = (value: unknown, path: string): void => {
			if (typeof value === 'string') for (const secret of secrets) if (value.includes(secret)) told.push(`${path}: ${value}`);
			if (typeof value !== 'object' || value === null) return;
			for (const [key, inner] of Object.entries(value)) {
				walk(key, path);
				walk(inner, `${path}.${key}`);
			}
		};
		walk(data, 'data');
		expect(told).toEqual([]);
		// Else nothing would have been looked at.
		expect(JSON.stringify(data)).toContain('138****5678');
		expect((data['ties'] as unknown[]).length).toBeGreaterThan(2);
	});

	it('says which fields the role may ask for', async () => {
		expect((await load(eventOf(monitor)))['reveals']).toEqual(['legalRep', 'phone']);
		expect((await load(eventOf(leader)))['reveals']).toEqual(['legalRep']);
	});
});

describe('revealing', () => {
	it('is for those who work on the matter; who oversees it sees whom it is about; nobody else sees anybody', () => {
		expect(Object.fromEntries(roles.map((role) => [role, mayReveal({ role })]))).toEqual({
			leader: ['legalRep'], monitor: ['legalRep', 'phone'], planner: ['legalRep', 'phone'], inspector: [], sysadmin: [], secadmin: [], auditor: []
		});
	});

	test.each(roles)('gives a %s exactly what the table says, and the audit trail says what', async (role) => {
		const actor = { ...monitor, id: `u-${role}`, role };
		const outcome = await reveal(db, actor, own, '约谈前核对');
		const fields = mayReveal(actor);
		if (fields.length === 0) return expect(outcome).toMatchObject({ ok: false, reason: 'not-allowed' });
		expect(outcome.ok && Object.keys(outcome.shown).sort()).toEqual([...fields].sort());
		for (const field of personalFields) if (!fields.includes(field)) expect(JSON.stringify(outcome)).not.toContain({ legalRep: '张伟明', phone: '13812345678' }[field]);
		const entry = await db.selectFrom('audit_entry').selectAll().orderBy('seq', 'desc').executeTakeFirstOrThrow();
		expect(entry).toMatchObject({ action: 'enterprise.reveal', object_id: own, actor_id: actor.id, detail: { reason: '约谈前核对', fields: [...fields] } });
		expect(JSON.stringify(entry.detail)).not.toMatch(/张伟明|13812345678/);
	});

	it('answers the form with the data only when there is a reason', async () => {
		const post = (reason: string) => {
			const form = new FormData();
			form.set('reason', reason);
			return actions.reveal({ ...eventOf(monitor), request: { formData: () => Promise.resolve(form) } });
		};
		expect(await post('约谈前核对')).toEqual({ shown: { legalRep: '张伟明', phone: '13812345678' } });
		expect(await post('   ')).toMatchObject({ status: 400 });
	});
});

describe('the time line', () => {
	it('goes on page by page to the first event, a long month in several pages, each event once', async () => {
		const seen: string[] = [];
		let before: string | null = null;
		let pages = 0;
		do {
			const found = await dossier(db, monitor, own, null, { kinds: [], start: readStart(before) });
			if (!found.ok) throw new Error(found.reason);
			expect(found.counts.reduce((sum, { n }) => sum + n, 0)).toBe(454);
			seen.push(...found.events.map(({ occurredOn, kind }) => `${occurredOn} ${kind}`));
			before = found.older;
			pages++;
		} while (before !== null);
		expect(seen).toHaveLength(454);
		expect(seen).toEqual([...seen].sort((a, b) => (a.slice(0, 10) < b.slice(0, 10) ? 1 : a.slice(0, 10) > b.slice(0, 10) ? -1 : 0)));
		expect(pages).toBe(3);
	});

	it('shows only the kinds asked for', async () => {
		const found = await dossier(db, monitor, own, null, { kinds: ['change', 'penalty'], start: null });
		expect(found.ok && found.events.map(({ kind }) => kind)).toEqual(['change', 'change', 'penalty']);
	});
});

describe('links', () => {
	it('name enterprises of the jurisdiction only; those of elsewhere are counted, even where nobody else shares it', async () => {
		const ties = await tiesOfEnterprise(db, monitor, own);
		const byKind = new Map(ties.map((tie) => [tie.kind, tie]));
		expect(byKind.get('person')).toMatchObject({ label: '张*', total: 2, outside: 1 });
		expect(byKind.get('agent')).toMatchObject({ label: '李*', total: 1, outside: 1 });
		expect(byKind.get('phone')).toMatchObject({ total: 2, outside: 0 });
		expect(JSON.stringify(ties)).not.toMatch(/苏州远方|91320505/);
		expect(await tiesOfEnterprise(db, outsider, own)).toEqual([]);
	});
});
