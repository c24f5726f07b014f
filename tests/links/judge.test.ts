import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { addDays } from '#lib/calendar/days.ts';
import { runMonitors } from '#lib/indicators/run.server.ts';
import { judge } from '#lib/links/judge.server.ts';
import { tieRef } from '#lib/links/tie-ref.server.ts';
import { tiesOfEnterprise, tiesOfWarning } from '#lib/links/ties.server.ts';
import { editor, countyEditor, ordinary, prepared, type Row } from '../indicators/fixtures.ts';

const first = '2025-01-06';
const on = (day: number) => addDays(first, day);

/** Twelve enterprises, one a day, whose address and person change by turns: no single one holds more than two. */
async function chained() {
	const rows: Row[] = [
		...ordinary('registration', first, 420, 2),
		...Array.from({ length: 12 }, (_, i): Row => ({ kind: 'registration', day: on(380 + i), region: '320102', address: `链路${Math.floor(i / 2)}号` }))
	];
	const database = await prepared(rows);
	await sql`
		insert into enterprise_link (kind, key, uscc, since)
		select 'person', 'i:' || (row_number() over (order by established_on)) / 2, uscc, established_on from enterprise where address like '链路%'
	`.execute(database.owner);
	return database;
}

const groups = (db: Awaited<ReturnType<typeof chained>>['db']) =>
	db.selectFrom('warning').select(['id', 'observed', 'evaluation', 'explanation', 'raised_on']).where('scope_kind', '=', 'group').orderBy('raised_on').execute();

test('a chain of shared addresses and persons is one warning, which says what ties it and goes on as one', async () => {
	await using database = await chained();
	const { db } = database;
	await runMonitors(db, { from: on(386), asOf: on(393) });
	const found = await groups(db);
	expect(found).toHaveLength(1);
	expect(found[0]).toMatchObject({ observed: 12, evaluation: 'breaching' });
	expect(found[0]!.raised_on < on(391)).toBe(true);
	const kinds = (found[0]!.explanation as { ties: { kind: string }[] }).ties.map(({ kind }) => kind);
	expect(new Set(kinds)).toEqual(new Set(['place', 'person']));
	const ties = await tiesOfWarning(db, editor, found[0]!.id);
	expect(ties.filter(({ kind }) => kind === 'address')).toHaveLength(6);
	expect(JSON.stringify(ties)).not.toContain('i:3');
	expect(await tiesOfWarning(db, { ...editor, regionCode: '320202' }, found[0]!.id)).toEqual([]);
});

test('what a person judges is kept, audited and respected from the next evening on', async () => {
	await using database = await chained();
	const { db } = database;
	const { rows } = await sql<{ uscc: string; kind: 'person' | 'address'; key: string }>`
		select l.uscc, l.kind, l.key from enterprise_link l join enterprise e using (uscc) where e.address = '链路2号' order by l.uscc, l.kind
	`.execute(db);
	// The fifth and sixth share 链路2号 only; between them the chain can be cut.
	const address = rows.find(({ kind }) => kind === 'address')!;
	const tie = { kind: address.kind, ref: tieRef(address.kind, address.key) };
	expect(await judge(db, { ...editor, role: 'planner' }, address.uscc, tie, { verdict: 'not-same', note: 'x' })).toMatchObject({ reason: 'not-allowed' });
	expect(await judge(db, { ...editor, regionCode: '320202' }, address.uscc, tie, { verdict: 'not-same', note: 'x' })).toMatchObject({ reason: 'not-found' });
	expect(await judge(db, editor, address.uscc, { ...tie, ref: 'other' }, { verdict: 'not-same', note: 'x' })).toMatchObject({ reason: 'not-found' });
	expect(await judge(db, editor, address.uscc, tie, { verdict: 'not-same', note: ' ' })).toMatchObject({ reason: 'note-missing' });
	await runMonitors(db, { asOf: on(392) });
	expect((await groups(db)).map(({ observed }) => observed)).toEqual([12]);

	expect(await judge(db, countyEditor, address.uscc, tie, { verdict: 'not-same', note: '现场核实并非同一处' })).toEqual({ ok: true });
	const [own] = (await tiesOfEnterprise(db, editor, address.uscc)).filter(({ ref }) => ref === tie.ref);
	expect(own!.enterprises[0]).toMatchObject({ uscc: address.uscc, judgement: { verdict: 'not-same', note: '现场核实并非同一处', by: countyEditor.displayName } });
	const entry = await db.selectFrom('audit_entry').selectAll().orderBy('seq', 'desc').executeTakeFirstOrThrow();
	expect(entry).toMatchObject({ action: 'link.judge', object_id: address.uscc, actor_id: countyEditor.id });
	expect(JSON.stringify(entry.detail)).not.toContain(address.key);
	const today = new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 10);
	await sql`update link_judgement set at = ${`${on(392)}T12:00:00+08:00`}`.execute(database.owner);
	expect(today > on(393)).toBe(true);
	await runMonitors(db, { asOf: on(393) });
	const sizes = (await groups(db)).map(({ observed }) => observed!);
	expect(Math.max(...sizes)).toBeLessThan(12);

	// Taken back by a newer one; both are kept.
	expect(await judge(db, editor, address.uscc, tie, { verdict: 'same', note: '同一处' })).toEqual({ ok: true });
	expect(await db.selectFrom('link_judgement').select('verdict').orderBy('at').execute()).toEqual([{ verdict: 'not-same' }, { verdict: 'same' }]);
	await expect(sql`delete from link_judgement`.execute(db)).rejects.toThrow(/permission/);
});
