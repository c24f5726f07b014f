import { afterAll, expect, test } from 'vitest';
import { viewLimit } from '#lib/warnings/limits.ts';
import { dropView, savedViews, saveView } from '#lib/warnings/saved-views.server.ts';
import { testDatabase } from '../support/database.ts';
import { catering, colleague, monitor, place } from './fixtures.ts';

const database = await testDatabase();
const { db } = database;
await place(db);
afterAll(() => database[Symbol.asyncDispose]());

const view = (name: string, shared = false) => ({ name, query: 'door=mine&level=red&nonsense=1', shared });

test('a view keeps what the filter understands, under a name that is one\'s own', async () => {
	expect(await saveView(db, monitor, view(' 红色 '))).toEqual({ ok: true });
	expect(await saveView(db, monitor, view('红色'))).toEqual({ ok: true });
	expect(await savedViews(db, monitor)).toMatchObject([{ name: '红色', query: 'door=mine&level=red', mine: true }]);
	expect(await savedViews(db, colleague)).toEqual([]);
});

test('colleagues see what is shared, and cannot drop it', async () => {
	await saveView(db, monitor, view('值班', true));
	const [shared] = await savedViews(db, colleague);
	expect(shared).toMatchObject({ name: '值班', mine: false, by: '王敏' });
	expect(await savedViews(db, catering)).toEqual([]);
	expect(await dropView(db, colleague, shared!.id)).toMatchObject({ reason: 'not-found' });
	expect(await dropView(db, monitor, shared!.id)).toEqual({ ok: true });
});

test('a view needs a name, and there are not too many', async () => {
	expect(await saveView(db, monitor, view('  '))).toMatchObject({ reason: 'name-missing' });
	expect(await saveView(db, monitor, view('长'.repeat(21)))).toMatchObject({ reason: 'name-too-long', limit: 20 });
	for (let i = 0; i < viewLimit - 1; i++) await saveView(db, monitor, view(`视图${i}`));
	expect(await saveView(db, monitor, view('又一个'))).toMatchObject({ reason: 'too-many' });
	expect(await saveView(db, monitor, view('红色', true))).toEqual({ ok: true });
});
