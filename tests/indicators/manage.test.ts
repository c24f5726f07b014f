import { describe, expect, it, vi } from 'vitest';
import { activeIndicators } from '#lib/indicators/active.server.ts';
import { shippedIndicators } from '#lib/indicators/defaults.ts';
import type { Definition } from '#lib/indicators/definition.ts';
import { listIndicators, readIndicator } from '#lib/indicators/list.server.ts';
import { createIndicator, decideDraft, mayCreate, retireIndicator, saveDraft } from '#lib/indicators/manage.server.ts';
import { cancelPreview, newestPreview, requestPreview } from '#lib/indicators/preview/request.server.ts';
import { seedIndicators } from '#lib/indicators/seed.server.ts';
import { testDatabase } from '../support/database.ts';
import { approver, countyEditor, editor, place, secondEditor } from './fixtures.ts';

async function prepared() {
	const database = await testDatabase();
	await place(database.owner);
	await seedIndicators(database.owner);
	return database;
}

const stricter = { ...shippedIndicators.find((i) => i.id === 'shared-address')!.definition, limit: 9 } as Definition;

describe('indicators', () => {
	it('are seeded once, with an active first version each', async () => {
		await using database = await prepared();
		expect(await seedIndicators(database.owner)).toBe(0);
		const rows = await listIndicators(database.db, editor);
		if ('ok' in rows) throw new Error('must be listed');
		expect(rows).toHaveLength(shippedIndicators.length);
		expect(rows.every((row) => row.state === 'active' && row.version === 1)).toBe(true);
	});

	it('are drafted by an editor and switched on by somebody else, never by the author', async () => {
		await using database = await prepared();
		const { db } = database;
		const today = new Date().toISOString().slice(0, 10);
		expect(await saveDraft(db, approver, 'shared-address', stricter, 'x')).toMatchObject({ reason: 'not-allowed' });
		expect(await saveDraft(db, editor, 'shared-address', stricter, '误报多')).toEqual({ ok: true, version: 2 });
		expect(await saveDraft(db, editor, 'shared-address', stricter, '误报太多')).toEqual({ ok: true, version: 2 });
		expect(await saveDraft(db, secondEditor, 'shared-address', stricter, 'x')).toMatchObject({ reason: 'draft-exists' });
		const author = { ...approver, id: editor.id };
		expect(await decideDraft(db, author, 'shared-address', 2, 'activate')).toMatchObject({ reason: 'own-work' });
		expect(await decideDraft(db, editor, 'shared-address', 2, 'activate')).toMatchObject({ reason: 'not-allowed' });
		expect(await decideDraft(db, approver, 'shared-address', 2, 'activate')).toEqual({ ok: true });
		const now = (await activeIndicators(db))(today).find((indicator) => indicator.id === 'shared-address');
		expect(now).toMatchObject({ version: 2, definition: { limit: 9 } });
		const page = await readIndicator(db, editor, 'shared-address');
		expect(page.ok && page.page.versions.map((version) => version.state)).toEqual(['active', 'superseded']);
	});

	it('keep the rules of their kind', async () => {
		await using database = await prepared();
		const other = shippedIndicators.find((i) => i.id === 'shell-transfer')!.definition;
		expect(await saveDraft(database.db, editor, 'shared-address', other, 'x')).toMatchObject({ reason: 'other-monitor' });
	});

	it('are added from a template as a draft of the own department, and retired', async () => {
		await using database = await prepared();
		const { db } = database;
		const made = await createIndicator(db, editor, { name: '直播电商投诉', nameEn: '', parent: null, template: 'complaint-surge' });
		if (!made.ok) throw new Error('must be made');
		expect((await activeIndicators(db))('2030-01-01').some((indicator) => indicator.id === made.id)).toBe(false);
		await decideDraft(db, approver, made.id, 1, 'activate');
		expect((await activeIndicators(db))('2030-01-01').some((indicator) => indicator.id === made.id)).toBe(true);
		expect(await retireIndicator(db, approver, made.id)).toEqual({ ok: true });
		expect((await activeIndicators(db))('2030-01-01').some((indicator) => indicator.id === made.id)).toBe(false);
	});

	it('of the province are left alone by a county, and those of another department by everybody but its own', async () => {
		await using database = await prepared();
		const { db, owner } = database;
		await owner
			.insertInto('department')
			.values([
				{ id: 'county', name: '县局', region_code: '320102' },
				{ id: 'food', name: '省局食品处', region_code: '320000', industries: ['C13'] }
			])
			.execute();
		const wanted = { name: '直播电商投诉', nameEn: '', parent: null, template: 'complaint-surge' };
		const countyOffice = { ...countyEditor, departmentId: 'county' };
		const foodOffice = { ...editor, departmentId: 'food', industries: ['C13'] };
		for (const stranger of [countyEditor, countyOffice, foodOffice, { ...editor, departmentId: 'food' }, { ...editor, industries: ['C13'] }]) {
			expect(await saveDraft(db, stranger, 'shared-address', stricter, 'x')).toMatchObject({ reason: 'not-allowed' });
			expect(await requestPreview(db, stranger, 'shared-address', 1, 12)).toMatchObject({ reason: 'not-allowed' });
			const page = await readIndicator(db, stranger, 'shared-address');
			expect(page.ok && page.page.rights).toEqual({ edit: false, preview: false, switchOn: false });
		}
		expect(await createIndicator(db, countyEditor, wanted)).toMatchObject({ reason: 'not-allowed' });
		expect(await mayCreate(db, countyEditor)).toBe(false);
		expect(await mayCreate(db, countyOffice)).toBe(true);

		await saveDraft(db, editor, 'shared-address', stricter, 'x');
		const countyApprover = { ...approver, regionCode: '320102' };
		for (const leader of [countyApprover, { ...countyApprover, departmentId: 'county' }, { ...approver, industries: ['C13'] }]) {
			expect(await decideDraft(db, leader, 'shared-address', 2, 'activate')).toMatchObject({ reason: 'not-allowed' });
			expect(await decideDraft(db, leader, 'shared-address', 2, 'reject')).toMatchObject({ reason: 'not-allowed' });
			expect(await retireIndicator(db, leader, 'shared-person')).toMatchObject({ reason: 'not-allowed' });
		}
		expect((await activeIndicators(db))('2030-01-01')).toHaveLength(shippedIndicators.length);

		const made = await createIndicator(db, countyOffice, wanted);
		if (!made.ok) throw new Error(made.reason);
		expect(await decideDraft(db, countyApprover, made.id, 1, 'reject')).toEqual({ ok: true });
	});

	it('begin and end by the clock of the database', async () => {
		await using database = await prepared();
		const { db } = database;
		await saveDraft(db, editor, 'shared-address', stricter, 'x');
		vi.useFakeTimers({ toFake: ['Date'], now: new Date('2031-01-01T00:00:00Z') });
		try {
			await saveDraft(db, editor, 'shared-address', stricter, 'y');
			await decideDraft(db, approver, 'shared-address', 2, 'activate');
			await retireIndicator(db, approver, 'shared-person');
		} finally {
			vi.useRealTimers();
		}
		const rows = await db
			.selectFrom('indicator_version')
			.select(['created_at', 'decided_at', 'valid_from', 'valid_to'])
			.where('indicator_id', 'in', ['shared-address', 'shared-person'])
			.execute();
		const times = rows.flatMap((row) => [row.created_at, row.decided_at, row.valid_from, row.valid_to].filter((at) => at !== null));
		expect(times.length).toBeGreaterThan(6);
		expect(times.filter((at) => at.getFullYear() > 2030)).toEqual([]);
	});

	it('are previewed by those who may edit them, who may call it off', async () => {
		await using database = await prepared();
		const { db, owner } = database;
		expect(await requestPreview(db, approver, 'complaint-surge', 1, 12)).toMatchObject({ reason: 'not-allowed' });
		expect(await requestPreview(db, editor, 'complaint-surge', 9, 12)).toMatchObject({ reason: 'not-found' });
		expect(await requestPreview(db, editor, 'complaint-surge', 1, 24)).toMatchObject({ ok: true });
		expect(await newestPreview(db, editor, 'complaint-surge')).toMatchObject({ state: 'waiting', months: 24, result: null });
		await owner.updateTable('job_request').set({ state: 'running', progress: 0.4 }).execute();
		expect(await cancelPreview(db, secondEditor, 'complaint-surge')).toEqual({ ok: true });
		expect(await newestPreview(db, editor, 'complaint-surge')).toMatchObject({ state: 'running', progress: 0.4 });
		expect(await cancelPreview(db, editor, 'complaint-surge')).toEqual({ ok: true });
		expect(await newestPreview(db, editor, 'complaint-surge')).toMatchObject({ state: 'cancelled' });
		expect(await newestPreview(db, secondEditor, 'complaint-surge')).toBeNull();
	});
});
