import { randomUUID } from 'node:crypto';
import { sql, type Kysely } from 'kysely';
import { expect, it } from 'vitest';
import type { DB } from '#db/types.ts';
import { addDays, isoWeekMonday } from '#lib/calendar/days.ts';
import { decideItemName, itemMeanings, listItemNames, suggestItemNames } from '#lib/indicators/coverage/item-names.server.ts';
import { loadEntity } from '#lib/indicators/entities.server.ts';
import { activeIndicators } from '#lib/indicators/active.server.ts';
import { evidence } from '#lib/warnings/evidence.server.ts';
import { approver, counties, countyEditor, editor, prepared } from './fixtures.ts';

const today = '2025-07-07';
const changed = addDays(isoWeekMonday(today), -7 * 8);

/** Six months of complaints: food all the time, prepaid cards under one name until a Monday and under another from then on, and a code. */
async function complaints(db: Kysely<DB>): Promise<void> {
	const rows = [];
	for (let day = addDays(isoWeekMonday(today), -7 * 26); day < today; day = addDays(day, 1)) {
		for (const region of counties) {
			rows.push({ day, region, item: '食品' }, { day, region, item: '食品' }, { day, region, item: day < changed ? '预付卡' : '预付式消费' });
			if (day >= addDays(today, -20) && region === counties[0]) rows.push({ day, region, item: 'TS-0417' });
		}
	}
	await sql`
		insert into event (uscc, occurred_at, event_id, kind, item, source_id, source_key, batch_id, received_at, region_code, region_basis, industry_key, known_from)
		select '~' || region || ':-', (day || 'T10:00:00+08:00')::timestamptz, gen_random_uuid(), 'complaint', item, 's-complaint', id, 'test', (day || 'T10:00:00+08:00')::timestamptz,
			region, 'given', '-', (day || 'T10:00:00+08:00')::timestamptz
		from jsonb_to_recordset(${JSON.stringify(rows.map((row) => ({ ...row, id: randomUUID() })))}::jsonb) as r(day text, region text, item text, id text)
	`.execute(db);
}

it('suggests once what was renamed and what is a code, and a person says what they mean', async () => {
	await using database = await prepared([]);
	const { db, owner } = database;
	await complaints(owner);
	expect(await suggestItemNames(db, today)).toEqual({ suggested: 2 });
	expect(await suggestItemNames(db, today)).toEqual({ suggested: 0 });
	const [code, rename] = (await listItemNames(db, editor)).sort((a, b) => (a.item < b.item ? -1 : 1));
	expect(rename).toMatchObject({ item: '预付式消费', means: '预付卡', since: changed, state: 'suggested', evidence: { why: 'renamed', cities: 6 } });
	expect(code).toMatchObject({ item: 'TS-0417', means: null, evidence: { why: 'coded' } });

	expect(await itemMeanings(db, 'complaint')).toEqual(new Map());
	const decide = (who: typeof editor, id: string, means?: string, note = '同一类') => decideItemName(db, who, id, { accept: true, note, ...(means === undefined ? {} : { means }) });
	expect(await decide(approver, rename!.id)).toMatchObject({ reason: 'not-allowed' });
	expect(await decide(countyEditor, rename!.id)).toMatchObject({ reason: 'not-found' });
	expect(await decide(editor, rename!.id, undefined, ' ')).toMatchObject({ reason: 'note-missing' });
	expect(await decide(editor, code!.id)).toMatchObject({ reason: 'means-missing' });
	expect(await decide(editor, rename!.id)).toEqual({ ok: true });
	expect(await decide(editor, code!.id, '食品')).toEqual({ ok: true });
	expect(await itemMeanings(db, 'complaint')).toEqual(new Map([['预付式消费', '预付卡'], ['TS-0417', '食品']]));
	expect(await decideItemName(db, editor, code!.id, { accept: false, note: '看错了' })).toEqual({ ok: true });
	expect(await itemMeanings(db, 'complaint')).toEqual(new Map([['预付式消费', '预付卡']]));
});

it('lets indicators and the rows behind a warning count the new name as the old one', async () => {
	await using database = await prepared([]);
	const { db, owner } = database;
	await complaints(owner);
	const shop = '913201020000000017';
	await sql`
		insert into enterprise (uscc, name, region_code, region_basis, industry_key, status, stated_at)
		values (${shop}, '某健身', ${counties[0]}, 'given', 'R88', 'active', now())
	`.execute(owner);
	await sql`
		update event set uscc = ${shop} where event_id in (
			select event_id from event where item = '预付式消费' and region_code = ${counties[0]} and occurred_at >= ${addDays(today, -6)}::date order by occurred_at limit 4
		)
	`.execute(owner);
	const prepaid = (await activeIndicators(db))(today).find(({ id }) => id.startsWith('prepaid'))!;
	const behind = () => evidence(db, editor, { kinds: ['complaint'], from: addDays(today, -6), to: today, regionCode: '000000', industryKey: '*', uscc: [shop], items: ['预付卡'] });
	const facts = async () => {
		const run = await loadEntity(db, prepaid, today, today, new Set());
		const evening = { asOf: today, run: { data: {} as never } };
		return (await run.hits(db, evening, [])).length;
	};
	expect(await facts()).toBe(0);
	expect((await behind()).total).toBe(0);
	await suggestItemNames(db, today);
	const rename = (await listItemNames(db, editor)).find(({ item }) => item === '预付式消费')!;
	await decideItemName(db, editor, rename.id, { accept: true, note: '元旦起改名' });
	// A sign that the shop closes is part of the rule.
	await sql`
		insert into event (uscc, occurred_at, event_id, kind, item, source_id, source_key, batch_id, received_at, region_code, region_basis, industry_key, known_from)
		values (${shop}, ${`${addDays(today, -1)} 10:00:00+08`}, gen_random_uuid(), 'change', 'address', 's-registration', 'x', 'test', ${`${addDays(today, -1)} 10:00:00+08`},
			${counties[0]}, 'given', 'R88', ${`${addDays(today, -1)} 10:00:00+08`})
	`.execute(owner);
	expect(await facts()).toBe(1);
	expect((await behind()).total).toBe(4);
});
