import { sql } from 'kysely';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { audit, auditHead, verifyAudit } from '#lib/access/audit.server.ts';
import { testDatabase } from '../support/database.ts';

const actor = { id: 'a1', name: 'wang.lei', address: '10.0.0.1' };

describe('audit trail', () => {
	it('is whole after any entries, whatever they say', async () => {
		await using database = await testDatabase();
		const { db } = database;
		const record = fc.record({
			action: fc.string({ minLength: 1 }),
			objectId: fc.option(fc.string(), { nil: null }),
			detail: fc.dictionary(fc.string(), fc.jsonValue())
		});
		let written = 0;
		await fc.assert(
			fc.asyncProperty(fc.array(record, { maxLength: 4 }), async (records) => {
				for (const one of records) await audit(db, actor, one);
				written += records.length;
				expect(await verifyAudit(db)).toEqual({ entries: written, valid: true, firstBroken: null });
			}),
			// The trail only grows: a smaller example cannot be tried on it again.
			{ numRuns: 25, endOnFailure: true }
		);
	});

	it('keeps one chain when many write at once', async () => {
		await using database = await testDatabase();
		const { db } = database;
		await Promise.all(Array.from({ length: 40 }, (_, i) => audit(db, actor, { action: 'try', detail: { i, at: new Date(), big: 12n } })));
		expect(await verifyAudit(db)).toEqual({ entries: 40, valid: true, firstBroken: null });
	});

	it('leaves no entry for a change that was rolled back', async () => {
		await using database = await testDatabase();
		const { db } = database;
		await audit(db, actor, { action: 'kept' });
		const rolledBack = db.transaction().execute(async (trx) => {
			await audit(trx, actor, { action: 'lost' });
			throw new Error('rolled back');
		});
		await expect(rolledBack).rejects.toThrow('rolled back');
		await audit(db, null, { action: 'kept too' });
		expect(await verifyAudit(db)).toMatchObject({ entries: 2, valid: true });
	});

	it('cannot be changed or shortened by the application', async () => {
		await using database = await testDatabase();
		const { db } = database;
		await audit(db, actor, { action: 'done' });
		await expect(db.updateTable('audit_entry').set({ action: 'undone' }).execute()).rejects.toThrow(/permission denied/);
		await expect(db.deleteFrom('audit_entry').execute()).rejects.toThrow(/permission denied/);
		await expect(sql`truncate audit_entry`.execute(db)).rejects.toThrow(/permission denied/);
		await expect(sql`drop table audit_entry`.execute(db)).rejects.toThrow(/must be owner/);
	});

	const tampering = [
		['a changed detail', sql`update audit_entry set detail = '{"i":99}' where seq = 4`, 4],
		['a changed time', sql`update audit_entry set at = at + interval '1 hour' where seq = 3`, 3],
		['a changed name', sql`update audit_entry set actor_name = 'li.na' where seq = 1`, 1],
		['a removed entry', sql`delete from audit_entry where seq = 5`, 5],
		['an entry put in between', sql`insert into audit_entry select 11, at, actor_id, actor_name, 'x', object_kind, object_id, detail, address, hash, hash from audit_entry where seq = 10`, 11],
		['a rewritten hash', sql`update audit_entry set detail = '{}', hash = md5('x') where seq = 7`, 7]
	] as const;
	for (const [name, statement, broken] of tampering) {
		it(`shows ${name} made by the owner of the database`, async () => {
			await using database = await testDatabase();
			const { db, owner } = database;
			for (let i = 1; i <= 10; i++) await audit(db, actor, { action: 'work', detail: { i } });
			await statement.execute(owner);
			expect(await verifyAudit(db)).toMatchObject({ valid: false, firstBroken: broken });
		});
	}

	it('shows a cut tail by a head that was written down elsewhere', async () => {
		await using database = await testDatabase();
		const { db, owner } = database;
		for (let i = 1; i <= 5; i++) await audit(db, actor, { action: 'work', detail: { i } });
		const head = (await auditHead(db))!;
		await sql`delete from audit_entry where seq >= 4`.execute(owner);
		expect(await verifyAudit(db)).toMatchObject({ valid: true, entries: 3 });
		expect(await verifyAudit(db, [head])).toMatchObject({ valid: false, firstBroken: 4 });
		await audit(db, actor, { action: 'covered up' });
		await audit(db, actor, { action: 'covered up' });
		expect(await verifyAudit(db, [head])).toMatchObject({ valid: false, firstBroken: 5 });
	});
});
