import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { recomputeTouched } from '#lib/counts/roll-up.server.ts';
import { endFolds } from '#lib/duplicates/fold.server.ts';
import { correctedAmong, correctionsOf } from '#lib/warnings/corrections.server.ts';
import type { Evaluation } from '#lib/warnings/evaluation.ts';
import { imported, referenceDatabase, usccOf } from '../intake/support.ts';
import type { TestDatabase } from '../support/database.ts';
import { evaluation, latest, monitor, outsider, run } from './fixtures.ts';

let database: TestDatabase;
beforeAll(async () => {
	database = await referenceDatabase();
	const { owner } = database;
	await owner.insertInto('department').values({ id: 'city', name: '市局', region_code: '320400', industries: null }).onConflict((on) => on.doNothing()).execute();
	await sql`insert into routing (item, industry_prefix, region_prefix, department_id) values ('*', '', '', 'city') on conflict do nothing`.execute(owner);
	await owner
		.insertInto('indicator')
		.values({ id: 'complaint-surge', name: '投诉举报异常增长', name_en: 'Surge of complaints', item: 'complaint', owner_department_id: 'city' })
		.onConflict((on) => on.doNothing())
		.execute();
});
afterAll(() => database[Symbol.asyncDispose]());
beforeEach(async () => {
	await sql`truncate enterprise, enterprise_link, event, match_queue, intake_key, intake_reject, count_touched, watermark, intake_batch, event_fold, fold_verdict,
		count_day, count_city_day, count_county_month, count_city_month, count_history, active_month, count_mark, warning, warning_series, warning_event, warning_subject, warning_feed, monitor_run cascade`.execute(database.owner);
	await imported(database.db, 'registrations', `uscc,name,occurredOn,region,industry,address\n${a},甲,2020-05-06,320412,H6210,甲路1号\n${b},乙,2020-05-06,320505,H6210,乙路1号\n`);
});

const a = usccOf(1);
const b = usccOf(2, '320505');
const evening = '2026-06-07';
const complaints = (...lines: string[]) => imported(database.db, 'complaints', `id,uscc,occurredOn,complainantId,item,channel,withdrawn\n${lines.join('\n')}\n`, { source: '热线' });
const row = (n: number, change: { uscc?: string; day?: string; item?: string; withdrawn?: boolean; person?: string; channel?: string } = {}) =>
	[n, change.uscc ?? a, change.day ?? '2026-06-05', change.person ?? `139051800${n}`, change.item ?? '价格', change.channel ?? '来电', change.withdrawn ? '是' : ''].join(',');
const six = [1, 2, 3, 4, 5, 6].map((n) => row(n));

/** All that came so far came on the morning after it happened, and was never replaced later than that. */
const asIfInTime = () => sql`update event set received_at = occurred_at + interval '9 hours', known_from = occurred_at + interval '9 hours' where kind = 'complaint' and known_from > '2026-07-01'`.execute(database.owner);

const judged = (on: string, observed: number, change: Partial<Evaluation> = {}) => {
	const explanation = evaluation().explanation!;
	const window = { from: '2026-06-01', to: on };
	return run(database.db, on, [evaluation({
		industryKey: 'H62', observed, expected: 1, upper: 3.4,
		explanation: { ...explanation, window, evidence: { ...explanation.evidence, industryKey: 'H62', ...window } }, ...change
	})]);
};
const warning = () => latest(database.db, 'complaint-surge|cell|320412|H62');
const now = async (who = monitor) => correctionsOf(database.db, who, [(await warning()).id]);

describe('a warning whose rows were corrected since', () => {
	it('says nothing while nothing has changed, and nothing of what changed before it was raised', async () => {
		await complaints(...six);
		await asIfInTime();
		await complaints(row(1, { item: '质量' }));
		await sql`update event set known_to = '2026-06-06 12:00+08' where known_to is not null`.execute(database.owner);
		await sql`update event set received_at = occurred_at + interval '9 hours', known_from = '2026-06-06 12:00+08' where known_from > '2026-07-01' and kind = 'complaint'`.execute(database.owner);
		await judged(evening, 6);
		expect(await now()).toEqual([]);
		expect(await correctedAmong(database.db, monitor, [(await warning()).id])).toEqual(new Set());
	});

	it('names what was corrected and withdrawn, with the days and the fields, and says whether the figure still stands', async () => {
		await complaints(...six);
		await asIfInTime();
		await judged(evening, 6);
		await complaints(row(1, { withdrawn: true }), row(2, { uscc: b }), row(3, { item: '质量', person: '13800000000' }));
		// A correction of these days is received when it comes.
		await sql`update event set received_at = now() where known_from > '2026-07-01' and kind = 'complaint'`.execute(database.owner);
		const [said] = await now();
		expect(said!.changed).toMatchObject({ total: 3, corrected: 2, withdrawn: 1, folded: 0 });
		expect(said!.standing).toEqual({ judgedOn: evening, then: 6, now: 4, bound: { kind: 'upper', at: 3 }, holds: true });
		const rows = new Map(said!.changed.rows.map((one) => [one.fate === 'withdrawn' ? 1 : one.changes === null ? 2 : 3, one]));
		// It belongs to another city now, of which this reader is told nothing.
		expect(rows.get(2)).toMatchObject({ fate: 'corrected', changes: null, still: false });
		expect(rows.get(3)).toMatchObject({ still: true, changes: [{ field: 'item', before: '价格', after: '质量' }, { field: 'person', before: null, after: null }] });
		expect(JSON.stringify(said)).not.toContain('1390518');
		await complaints(row(4, { withdrawn: true }));
		expect((await now())[0]!.standing).toMatchObject({ now: 3, holds: false });
		expect(await correctedAmong(database.db, monitor, [(await warning()).id])).toEqual(new Set([(await warning()).id]));
		// Neither the machine's nor people's states were touched.
		expect(await warning()).toMatchObject({ evaluation: 'breaching', work: 'new', observed: 6 });
	});

	it('tells folded rows apart, and forgets them when the fold is undone', async () => {
		await complaints(...six, row(7, { day: '2026-06-04', person: '13905180001', channel: 'APP', item: '价格高' }), row(8, { day: '2026-06-05', person: '13905180001', item: '价格高' }));
		await asIfInTime();
		// Of one person about one subject: counted once even before they were folded.
		await judged(evening, 7);
		await recomputeTouched(database.db);
		const [said] = await now();
		expect(said!.changed).toMatchObject({ total: 1, folded: 1, corrected: 0, withdrawn: 0 });
		expect(said!.changed.rows[0]!.into).toMatchObject({ day: '2026-06-04', source: '热线' });
		expect(said!.standing).toMatchObject({ then: 7, now: 7, holds: true });
		const folds = await database.db.selectFrom('event_fold').select('event_id').execute();
		await database.db.transaction().execute((trx) => endFolds(trx, folds.map((fold) => fold.event_id), { id: 'x', name: '张', why: '两件' }));
		expect(await now()).toEqual([]);
	});

	it('counts rows that came while its window moved, and not what came after it was judged last', async () => {
		await complaints(...six);
		await asIfInTime();
		await judged(evening, 6);
		await complaints(row(7, { day: '2026-06-08' }));
		await asIfInTime();
		await judged('2026-06-08', 7, { firstBreachOn: evening, lastBreachOn: '2026-06-08' });
		await complaints(row(9, { day: '2026-06-08' }));
		await sql`update event set known_from = '2026-06-20 09:00+08', received_at = '2026-06-20 09:00+08' where source_key = '9'`.execute(database.owner);
		await complaints(row(7, { day: '2026-06-08', withdrawn: true }), row(9, { day: '2026-06-08', withdrawn: true }));
		const [said] = await now();
		expect(said!.changed).toMatchObject({ total: 1, withdrawn: 1 });
		expect(said!.standing).toMatchObject({ judgedOn: '2026-06-08', then: 7, now: 6 });
	});

	it('leaves the verdict to the next evening where rows alone do not give the figure', async () => {
		await complaints(...six);
		await asIfInTime();
		await judged(evening, 11);
		await complaints(row(1, { withdrawn: true }));
		expect((await now())[0]).toMatchObject({ changed: { total: 1 }, standing: null });
	});

	it('of an evening long past that was judged later stands on what was known when it was judged', async () => {
		await complaints(...six);
		await sql`update event set received_at = occurred_at + interval '9 hours', known_from = '2026-10-01 09:00+08' where kind = 'complaint'`.execute(database.owner);
		await complaints(row(1, { item: '质量' }));
		await sql`update event set known_to = '2026-10-05 09:00+08' where known_to is not null`.execute(database.owner);
		await sql`update event set received_at = occurred_at + interval '9 hours', known_from = '2026-10-05 09:00+08' where kind = 'complaint' and known_from > '2026-10-06'`.execute(database.owner);
		await judged(evening, 6);
		const judgedAt = (at: string) => sql`
			insert into monitor_run (indicator_id, as_of, version, series, evaluated, raised, held, cleared, milliseconds, finished_at)
			values ('complaint-surge', ${evening}, 1, 1, 1, 1, 0, 0, 1, ${at}) on conflict (indicator_id, as_of) do update set finished_at = excluded.finished_at`.execute(database.owner);
		await judgedAt('2026-10-07 20:00+08');
		expect(await now()).toEqual([]);
		await judgedAt('2026-10-03 20:00+08');
		expect((await now())[0]).toMatchObject({ changed: { corrected: 1 }, standing: { then: 6, now: 6 } });
	});

	it('tells nothing to whom the warning does not exist', async () => {
		await complaints(...six);
		await asIfInTime();
		await judged(evening, 6);
		await complaints(row(1, { withdrawn: true }));
		expect(await now(outsider)).toEqual([]);
		expect(await correctedAmong(database.db, outsider, [(await warning()).id])).toEqual(new Set());
	});
});
