import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { sql } from 'kysely';
import { anchorAudit } from '#lib/access/audit-anchor.server.ts';
import { audit } from '#lib/access/audit.server.ts';
import { signIn } from '#lib/access/sign-in.server.ts';
import { adminOverview } from '../../src/routes/(app)/admin/overview.server.ts';
import { testDatabase } from '../support/database.ts';
import { writeAccount, writeActor, writePlaces } from './fixtures.ts';

describe('the administrators’ home', () => {
	it('tells each role its own part in states and counts, and nothing of the others', async () => {
		await using database = await testDatabase();
		const { db, owner } = database;
		const dataDir = await mkdtemp(join(tmpdir(), 'qianshao-overview-'));
		await writePlaces(db);
		const sysadmin = await writeActor(db, 'sys', 'sysadmin');
		const secadmin = await writeActor(db, 'sec', 'secadmin');
		const auditor = await writeActor(db, 'aud', 'auditor');
		const waiting = await writeAccount(db, 'newcomer', 'none');
		await writeAccount(db, 'leader', 'leader');
		for (let i = 0; i < 5; i++) await signIn(db, { name: 'leader', password: 'wrong', address: '10.0.0.9', userAgent: null });
		const now = new Date('2026-11-21T02:00:00Z');
		await sql`
			insert into job_run (job, due_at, claimed_by, claimed_at, lease_until, state) values
			('prune', ${now}, 'w', ${now}, ${now}, 'failed'), ('run-monitors', ${now}, 'w', ${now}, ${now}, 'done')
		`.execute(owner);
		await sql`
			insert into calendar_day (day, off, lunar_month, lunar_day, assumed) values
			('2026-11-21', true, 10, 13, false), ('2027-01-01', true, 11, 24, true)
		`.execute(owner);

		const seen = await adminOverview(db, sysadmin, now, dataDir);
		expect(seen.accounts).toMatchObject({ all: 5, active: 4, disabled: 0, pending: [{ id: waiting, name: 'newcomer' }], locked: [{ name: 'leader' }] });
		expect(seen.jobs).toMatchObject({ failing: ['prune'], evening: { state: 'done' }, silentMinutes: 0 });
		expect(seen.calendar).toEqual({ published: 2026, assumed: 2027, corrected: 0, next: 2027, due: false });
		expect((await adminOverview(db, sysadmin, new Date('2026-12-01T02:00:00Z'), dataDir)).calendar).toMatchObject({ due: true });
		expect(seen.sources).toEqual({ sources: 0, onTime: 0, behind: [] });
		expect(seen.departments).toEqual({ all: 1, empty: 0 });
		expect(seen.trail).toBeNull();

		expect(await adminOverview(db, secadmin, now, dataDir)).toMatchObject({
			accounts: { roles: { sysadmin: 1, secadmin: 1, auditor: 1, leader: 1 } },
			sources: null, jobs: null, calendar: null, departments: null, trail: null
		});

		await anchorAudit(db, dataDir);
		await audit(db, auditor, { action: 'audit.verify', detail: { entries: 5, valid: true, firstBroken: null } });
		const trail = (await adminOverview(db, auditor, new Date(), dataDir)).trail;
		expect(trail).toMatchObject({ head: { seq: 6 }, anchored: 5, verified: { seq: 6, verdict: { valid: true } }, week: [{ action: 'session.refuse', times: 5 }] });
		await rm(dataDir, { recursive: true });
	});
});
