import { describe, expect, it } from 'vitest';
import { sql } from 'kysely';
import { audit } from '#lib/access/audit.server.ts';
import { listAudit } from '#lib/access/audit-list.server.ts';
import { testDatabase } from '../support/database.ts';
import { writeActor, writePlaces } from './fixtures.ts';

describe('reading the audit trail', () => {
	it('is for the auditor, filtered and page by page', async () => {
		await using database = await testDatabase();
		const { db, owner } = database;
		await writePlaces(db);
		const auditor = await writeActor(db, 'aud', 'auditor');
		for (const role of ['sysadmin', 'secadmin', 'leader'] as const) {
			expect(await listAudit(db, await writeActor(db, role, role), {})).toMatchObject({ reason: 'not-allowed' });
		}
		for (let i = 1; i <= 60; i++) {
			await audit(db, { id: 'x', name: i % 2 ? 'odd' : 'even', address: null }, { action: `warning.${i % 3 ? 'acknowledge' : 'close'}`, objectKind: 'warning', objectId: `w${i}` });
		}
		await audit(db, null, { action: 'account.create', objectKind: 'account', objectId: auditor.id });
		const seqs = async (filter: Parameters<typeof listAudit>[2]) => {
			const outcome = await listAudit(db, auditor, filter);
			return outcome.ok ? { seqs: outcome.entries.map((entry) => entry.seq), older: outcome.older } : null;
		};
		const first = await seqs({});
		expect(first?.seqs).toHaveLength(50);
		expect(first?.older).toBe(12);
		expect(await seqs({ before: 12 })).toEqual({ seqs: [11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1], older: null });
		expect((await seqs({ who: 'odd' }))?.seqs).toHaveLength(30);
		expect((await seqs({ action: 'warning.close' }))?.seqs).toHaveLength(20);
		expect((await seqs({ object: 'w7' }))?.seqs).toEqual([7]);
		expect((await seqs({ object: 'aud' }))?.seqs).toEqual([61]);
		await sql`update audit_entry set at = '2025-06-10 23:59:59+08' where seq = 5`.execute(owner);
		await sql`update audit_entry set at = '2025-06-11 00:00:00+08' where seq = 6`.execute(owner);
		expect((await seqs({ from: '2025-06-10', to: '2025-06-10' }))?.seqs).toEqual([5]);
	});

	it('of a part of the instance holds what the people there did', async () => {
		await using database = await testDatabase();
		const { db } = database;
		await writePlaces(db);
		const [city, county] = [await writeActor(db, 'city', 'auditor'), await writeActor(db, 'county', 'auditor', { regionCode: '320412' })];
		const steps = [[await writeActor(db, 'a', 'monitor'), 'x'], [await writeActor(db, 'b', 'monitor', { regionCode: '320412' }), 'y'], [null, 'z']] as const;
		for (const [who, objectId] of steps) await audit(db, who, { action: 'warning.close', objectKind: 'warning', objectId });
		const objects = async (auditor: typeof city) => {
			const outcome = await listAudit(db, auditor, { action: 'warning.close' });
			return outcome.ok ? outcome.entries.map((entry) => entry.object_id) : [];
		};
		expect(await objects(city)).toEqual(['z', 'y', 'x']);
		expect(await objects(county)).toEqual(['y']);
	});
});
