import fc from 'fast-check';
import { sql } from 'kysely';
import readXlsxFile from 'read-excel-file/node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Actor } from '#lib/access/actor.ts';
import { countAllClasses } from '#lib/counts/class-month.server.ts';
import { countAllInspections } from '#lib/counts/inspection-month.server.ts';
import { rebuildCounts, recomputeTouched, touch } from '#lib/counts/roll-up.server.ts';
import { columnsOf, formatted, shownOf } from '#lib/risk-map/columns.ts';
import { parseTurn, writeTurn, type Turn } from '#lib/enterprises/turn.ts';
import { differencesOf } from '#lib/risk-map/differences.ts';
import type { EnterpriseRow } from '#lib/risk-map/enterprise-rows.server.ts';
import { industryEntries, regionEntries } from '#lib/risk-map/entries.ts';
import { exportSnapshot } from '#lib/risk-map/export.server.ts';
import { groupFigures, groupRows } from '#lib/risk-map/group-figures.ts';
import { measures } from '#lib/risk-map/layers.ts';
import { parseMapQuery, parseRowsQuery, rowsHref, type MapQuery } from '#lib/risk-map/query.ts';
import { rowsBehind, type Rows } from '#lib/risk-map/rows.server.ts';
import { saidOf, situation } from '#lib/risk-map/sentence.ts';
import { foundFigures, progressFigures, type Told } from '#lib/risk-map/situation-figures.ts';
import { sheetsOf } from '#lib/risk-map/sheets.ts';
import { measureOfSmallMaps, smallMapHref, smallMapName, smallMapRows } from '#lib/risk-map/small-maps.ts';
import { situationOf } from '#lib/risk-map/situation.server.ts';
import { figuresNow, keepSnapshot, pruneSnapshots, readSnapshot } from '#lib/risk-map/snapshots.server.ts';
import { snapshotId, type SnapshotContent } from '#lib/risk-map/snapshot.ts';
import { testDatabase, type TestDatabase } from '../support/database.ts';
import { digitsIn, sheetText } from '../support/sheet-text.ts';
import { actorIn, today, writeComplaints, writeReference, writeWarning, type Happened } from './fixtures.ts';

let database: TestDatabase;
const places = ['320402', '320412', '320902'] as const;
const trades = ['C131', 'C14', 'H621'] as const;

/** A small world with everything the layers are made of: the same one each time. */
beforeAll(async () => {
	database = await testDatabase();
	const { owner } = database;
	await writeReference(owner);
	let seed = 11;
	const below = (n: number): number => (seed = (seed * 48271) % 2147483647) % n;
	const pick = <T>(list: readonly T[]): T => list[below(list.length)]!;
	const months = ['2023-11', '2024-11', '2025-10', '2025-11', '2026-01', '2026-10', '2026-11'];
	const complaints: Happened[] = Array.from({ length: 500 }, () => ({
		region: pick(places), industry: pick(trades).slice(0, 3), day: `${pick(months)}-${String(1 + below(28)).padStart(2, '0')}`
	}));
	await writeComplaints(owner, complaints.filter((one) => one.day <= today));
	const enterprises = Array.from({ length: 240 }, (_, i) => ({
		uscc: `9132040000000${String(i).padStart(5, '0')}`, name: `示例${i}有限公司`, region_code: pick(places), region_basis: 'given', industry_key: pick(trades),
		established_on: pick(['2020-01-01', '2026-10-31', '2026-11-30']), legal_rep: '张三', stated_at: new Date(),
		...pick([{}, {}, {}, { status: 'cancelled', cancelled_on: '2026-10-31' }, { status: 'cancelled', cancelled_on: '2026-11-02' }, { status: 'revoked' }])
	}));
	await owner.insertInto('enterprise').values(enterprises).execute();
	const classes = enterprises.flatMap(({ uscc }) => ['2026-11-01', '2026-10-01'].flatMap((month) => (below(10) === 0 ? [] : [{ uscc, month, version: 1, class: pick(['A', 'A', 'B', 'C', 'D']), source_id: 's', received_at: new Date() }])));
	await owner.insertInto('enterprise_class').values(classes).execute();
	// A correction of a month's class: the newest version counts.
	await owner.insertInto('enterprise_class').values(classes.slice(0, 20).map((row) => ({ ...row, version: 2, class: 'D' }))).execute();
	await owner
		.insertInto('inspection_visit')
		.values(Array.from({ length: 160 }, (_, i) => ({
			uscc: pick(enterprises).uscc, id: `v${i}`, visited_on: `${pick(['2025-12', '2026-05', '2026-10', '2026-11'])}-${String(1 + below(20)).padStart(2, '0')}`, department_id: 'office',
			path: 'random', planned: true, result: pick(['no-problem', 'ordered-to-correct', 'follow-up', '发现违法问题', '检查正常', '见附件'])
		})))
		.execute();
	for (let i = 0; i < 24; i++) {
		const region = pick([...places, '320400']);
		await writeWarning(owner, `w${i}`, region, pick(['C13', 'H62', 'C', '*']), pick(['red', 'orange', 'yellow', 'blue']), `2026-${pick(['10', '11'])}-${String(1 + below(20)).padStart(2, '0')}`);
		if (below(4) === 0) await sql`update warning set work = ${pick(['acknowledged', 'reopened', 'closed'])}, dispose_due = raised_on + ${sql.lit(below(9))}::int, acknowledge_due = raised_on + 2 where id = ${`w${i}`}`.execute(owner);
		if (below(2) === 0) await sql`update warning set work = 'disposed', dispose_due = raised_on + ${sql.lit(1 + below(4))}::int, disposed_at = raised_at + interval '3 days', occurred_on = raised_on - ${sql.lit(below(9))}::int where id = ${`w${i}`}`.execute(owner);
	}
	await owner.transaction().execute(async (trx) => {
		await rebuildCounts(trx);
		await countAllInspections(trx);
	});
	await owner.updateTable('count_mark').set({ complete_up_to: '2026-11-20' }).execute();
});
afterAll(() => database[Symbol.asyncDispose]());

const questions = fc.record({
	actor: fc.constantFrom(actorIn('320000'), actorIn('320400'), actorIn('320412'), actorIn('320000', ['C']), actorIn('320900', ['C13', 'H62'])),
	below: fc.constantFrom('', '320400', '320412', '320900'),
	month: fc.constantFrom('2026-11-01', '2026-10-01', '2026-09-01'),
	measure: fc.constantFrom(...measures),
	industry: fc.constantFrom(null, 'C', 'C13', 'H'),
	detail: fc.constantFrom(null, 'county' as const),
	view: fc.constantFrom('map' as const, 'industry' as const, 'matrix' as const, 'multiples' as const),
	compare: fc.constantFrom(null, '2026-10-01', '2025-11-01')
});
type Question = typeof questions extends fc.Arbitrary<infer T> ? T : never;

async function ask({ actor, below, ...rest }: Question): Promise<{ readonly query: MapQuery; readonly content: SnapshotContent } | null> {
	const region = below === '' || !below.startsWith(actor.regionCode.replace(/(00)+$/, '')) ? actor.regionCode : below;
	const query: MapQuery = { ...rest, region, kind: 'complaint' };
	const outcome = await situationOf(database.db, actor, query, today);
	return outcome.ok ? { query, content: outcome.content } : null;
}

const sum = (numbers: readonly number[]) => numbers.reduce((a, b) => a + b, 0);

/** The figures that stand alone below the map. */
function alone({ query, map, progress, today: shown }: SnapshotContent): readonly Told[] {
	const { steps, ...work } = progressFigures(query, map, progress, shown);
	return [...steps, ...Object.values(work), ...Object.values(foundFigures(query, map)).flatMap((of) => Object.values(of))];
}

const rowText = ({ uscc, day, class: letter, result }: EnterpriseRow) => [uscc, day, letter, result].join();
function written(turn: Turn): URLSearchParams {
	const params = new URLSearchParams();
	writeTurn(params, turn);
	return params;
}

async function rowsOf(actor: Actor, href: string): Promise<number> {
	const rows = parseRowsQuery(new URL(href, 'http://x').searchParams, ['complaint'])!;
	const outcome = await rowsBehind(database.db, actor, rows, 0);
	if (!outcome.ok) throw new Error(`${outcome.reason}: ${href}`);
	if (!outcome.rows.enterprises) return outcome.rows.counted;
	// A list of enterprises is gone through to its end, and back again.
	const seen: string[] = [];
	let list: Rows['enterprises'] = outcome.rows.enterprises;
	const turnTo = async (turn: Turn) => {
		const next = await rowsBehind(database.db, actor, rows, 0, parseTurn(new URL(`http://x/?${written(turn)}`).searchParams));
		return next.ok ? next.rows.enterprises! : Promise.reject(new Error(next.reason));
	};
	for (seen.push(...list.rows.map(rowText)); list.next !== null; seen.push(...list.rows.map(rowText))) list = await turnTo(list.next);
	const back: string[] = [];
	for (back.unshift(...list.rows.map(rowText)); list.previous !== null; back.unshift(...list.rows.map(rowText))) list = await turnTo(list.previous);
	expect(back).toEqual(seen);
	expect(outcome.rows.counted, href).toBe(seen.length);
	return seen.length;
}

describe('sentence, chart, table twin, export and rows', () => {
	it('agree to the last digit, whoever asks for whatever month and layer', async () => {
		await fc.assert(
			fc.asyncProperty(questions, async (question) => {
				const { actor } = question;
				const asked = await ask(question);
				if (asked === null) return;
				const { query, content } = asked;
				const { map, progress } = content;
				const columns = columnsOf(query.measure);
				// Every number of a list opens as many rows as it says.
				for (const entry of [...regionEntries(query, map, map.units, null), ...industryEntries(query, map, map.industries, null)]) {
					for (const column of columns) {
						const value = column.of(entry.figure);
						const href = column.rows && value !== null && column.format === 'count' ? entry.rows(column.rows) : null;
						if (href !== null) expect(await rowsOf(actor, href), `${query.measure} ${entry.key} ${column.key}`).toBe(value);
					}
				}
				// So does every number of the month beside it, of a small map and of a division's groups.
				if (content.beside) {
					for (const entry of regionEntries({ ...query, month: query.compare! }, content.beside, content.beside.units, null)) {
						for (const column of columns) {
							const value = column.of(entry.figure);
							const href = column.rows && value !== null && column.format === 'count' ? entry.rows(column.rows) : null;
							if (href !== null) expect(await rowsOf(actor, href), `${query.compare} ${entry.key} ${column.key}`).toBe(value);
						}
					}
				}
				for (const one of content.smallMaps ?? []) {
					const href = smallMapHref(query, map, one, null);
					if (one.name !== null) expect(await rowsOf(actor, href), one.name).toBe(one.total);
					else expect(parseMapQuery(new URL(href, 'http://x').searchParams, { region: '', month: query.month, latest: query.month, kinds: [one.key] })).toMatchObject({ region: query.region, kind: one.key });
					expect(sum(one.units.map((unit) => unit.n))).toBe(one.total);
					for (const unit of one.units) {
						const behind = smallMapRows(query, map, one, unit, null);
						if (behind !== null) expect(await rowsOf(actor, behind), `${one.key} ${unit.key}`).toBe(unit.n);
					}
				}
				for (const group of groupFigures(query, map, content.groups ?? [])) {
					const href = groupRows(query, map, group.key, null);
					if (href !== null) expect(await rowsOf(actor, href), group.key).toBe(group.n);
				}
				// The parts are the whole: on the map, by industry, in the matrix.
				for (const list of [map.units, map.industries]) {
					expect(sum(list.map((one) => one.n))).toBe(map.total.n);
					expect(sum(list.map((one) => one.active))).toBe(map.total.active);
				}
				if (map.matrix) expect(sum(map.matrix.n)).toBe(map.total.n);
				// The sentence says the figures of the page.
				const pieces = saidOf({ ...content, place: '某地' }, null);
				const said = pieces.map(({ text }) => text).join('');
				expect(said).toBe(situation({ ...content, place: '某地' }));
				for (const { text, href } of pieces) {
					if (href !== null) expect(await rowsOf(actor, href), `${said} ${href}`).toBe(Number(/^[\d,]+/.exec(text)![0].replaceAll(',', '')));
				}
				const linked = pieces.filter(({ href }) => href !== null).length;
				expect(linked).toBeGreaterThanOrEqual((map.raised.n > 0 ? 1 : 0) + (map.upTo !== null && map.events.n > 0 ? 1 : 0) + (map.found.now.visits > 0 ? 2 : 0));
				const last = (numbers: readonly number[]) => numbers.map((n) => n.toLocaleString('zh-CN'));
				if (map.monitored.now !== 'none' && map.raised.n > 0) expect(said).toContain(`新增预警 ${last([map.raised.n])[0]} 件`);
				if (map.raised.levels[0] + map.raised.levels[1] > 0) expect(said).toContain(`橙色以上 ${map.raised.levels[0] + map.raised.levels[1]} 件`);
				if (map.upTo !== null && map.events.n > 0) expect(said).toContain(`投诉举报 ${last([map.events.n])[0]} 件`);
				if (map.found.now.visits > 0) expect(said).toContain(`检查 ${last([map.found.now.visits])[0]} 户次，发现问题 ${last([map.found.now.found])[0]} 户次`);
				if (progress.fellDue > 0) expect(said).toContain(`（${progress.keptInTime}/${progress.fellDue}）`);
				// And so do the figures of what is being done and was found, of this month and of those it is compared with.
				for (const { key, value, format, rows } of alone(content)) {
					if (rows !== null && format === 'count') expect(await rowsOf(actor, rowsHref(rows)), `${key} ${rowsHref(rows)}`).toBe(value);
				}
			}),
			{ numRuns: 60 }
		);
	});

	it('leave as numbers, with codes as text and no formula, and hold what the page holds', async () => {
		await database.owner.updateTable('region').set({ name: '=cmd()' }).where('code', '=', '320402').execute();
		try {
			await fc.assert(
				fc.asyncProperty(questions, async (question) => {
					const asked = await ask(question);
					if (asked === null) return;
					const { query, content } = asked;
					const id = await keepSnapshot(database.db, content);
					const made = await exportSnapshot(database.db, question.actor, id, new Date('2026-11-21T03:00:00Z'));
					if (!made.ok) throw new Error(made.reason);
					const sheets = await readXlsxFile(made.file);
					const columns = columnsOf(query.measure);
					const sheet = (name: string) => sheets.find((one) => one.sheet === name)!.data;
					const about = new Map(sheet('说明').map((row) => [String(row[0]), String(row[1])]));
					expect([...about.values()].join('\n')).toContain(id.replace(/(.{4})(?=.)/g, '$1-'));
					const byCode = new Map(sheet('区划').slice(1).map((row) => [row[0], row]));
					// The cell holds the whole number and shows as many digits of it as the page.
					const cells = new Map(sheetsOf(content).find((one) => one.sheet === '区划')!.data.slice(1).map((row) => [(row![0] as { value: string }).value, row!]));
					for (const unit of content.map.units) {
						columns.forEach((column, i) => {
							const cell = cells.get(unit.key)![2 + i] as { readonly value: number; readonly format?: string } | null;
							const value = column.of(unit);
							if (cell?.format === undefined || value === null) return;
							expect(cell.value).toBe(value);
							const page = formatted(value, column.format);
							if (!page.startsWith('×')) expect(digitsIn(sheetText(cell.value, cell.format)), `${column.key} ${value}`).toBe(digitsIn(page));
						});
						const row = byCode.get(unit.key)!;
						expect(typeof row[0]).toBe('string');
						columns.forEach((column, i) => {
							const value = column.of(unit);
							expect(row[2 + i] ?? null, `${unit.key} ${column.key}`).toEqual(column.format === 'grade' && value !== null ? formatted(value, 'grade') : value);
						});
					}
					const held = [...sheet('处置进展').slice(1).map((row) => row[1]), ...sheet('检查发现').slice(1).flatMap((row) => row.slice(1, 4))].map((value) => value ?? null);
					expect(held.sort()).toEqual(alone(content).map(({ value }) => value).sort());
					expect(sheet('明显上升').slice(1).map((row) => [row[0], row[2], row[4], row[5]])).toEqual(content.map.rises.map((rise) => [rise.region, rise.industry, rise.n, rise.base]));
					// The month beside, small maps, groups and the events of industries have sheets of their own.
					if (content.beside) {
						const beside = new Map(sheet(`区划 ${query.compare!.slice(0, 7)}`).slice(1).map((row) => [row[0], row]));
						for (const unit of content.beside.units) {
							columns.forEach((column, i) => {
								const value = column.of(unit);
								expect(beside.get(unit.key)![2 + i] ?? null).toEqual(column.format === 'grade' && value !== null ? formatted(value, 'grade') : value);
							});
						}
					}
					if (content.smallMaps) {
						const [names, totals, ...regions] = sheet('小图并列');
						const shown = shownOf(measureOfSmallMaps(query.measure));
						content.smallMaps.forEach((one, i) => {
							expect([names![2 + i], totals![2 + i]]).toEqual([smallMapName(one), one.total]);
							for (const row of regions) expect(row[2 + i] ?? null).toBe(shown.of(one.units.find((unit) => unit.key === row[0])!));
						});
					}
					const eventSheets = [['行业事件', content.map.eventIndustries], ['中类', groupFigures(query, content.map, content.groups ?? [])]] as const;
					for (const [name, figures] of eventSheets) {
						const counts = new Map((sheets.find((one) => one.sheet === name)?.data ?? []).slice(1).map((row) => [row[0], row[2] ?? null]));
						for (const figure of figures ?? []) expect(counts.get(figure.key), `${name} ${figure.key}`).toBe(figure.unknown ? null : figure.n);
					}
					const high = [...content.map.highRisk.regions, ...content.map.highRisk.industries];
					expect(sheet('高风险').slice(1).map((row) => [row[1], row[3]])).toEqual(high.map((figure) => [figure.key, formatted(figure.value, 'grade')]));
				}),
				{ numRuns: 30 }
			);
		} finally {
			await database.owner.updateTable('region').set({ name: '天宁区' }).where('code', '=', '320402').execute();
		}
	});
});

describe('a snapshot', () => {
	const query: MapQuery = { region: '320000', month: '2026-10-01', measure: 'count', kind: 'complaint', view: 'map', industry: null, detail: 'county' };
	const of = async (actor: Actor, change: Partial<MapQuery> = {}) => {
		const outcome = await situationOf(database.db, actor, { ...query, ...change }, today);
		if (!outcome.ok) throw new Error(outcome.reason);
		return outcome.content;
	};
	const read = async (actor: Actor, id: string) => {
		const found = await readSnapshot(database.db, actor, id);
		return found.ok ? found.snapshot : found.reason;
	};

	it('has the same id for the same figures, and another as soon as one differs', async () => {
		const [one, again, other] = [await of(actorIn('320000')), await of(actorIn('320000')), await of(actorIn('320000'), { month: '2026-11-01' })];
		expect(snapshotId(one)).toBe(snapshotId(again));
		expect(snapshotId(one)).toMatch(/^[0-9A-HJKMNP-TV-Z]{12}$/);
		expect(snapshotId(other)).not.toBe(snapshotId(one));
		expect(snapshotId({ ...one, map: { ...one.map, total: { ...one.map.total, n: one.map.total.n + 1 } } })).not.toBe(snapshotId(one));
	});

	it('holds the groups of a division when these are counted, whatever was shown before', async () => {
		const actor = actorIn('320000');
		const asked = { ...query, view: 'industry' as const, industry: 'C13', detail: null };
		const [whole, quick] = [await of(actor, asked), await situationOf(database.db.withoutPlugins(), actor, asked, today, null, 0)];
		if (!quick.ok) throw new Error(quick.reason);
		expect(quick.content.groups).toBeUndefined();
		expect(differencesOf(quick.content, (await figuresNow(database.db, actor, quick.content))!, '全省')).toEqual([]);
		const later = await quick.later!;
		expect(later.groups!.length).toBeGreaterThan(1);
		expect(snapshotId(later)).toBe(snapshotId(whole));
		expect(snapshotId(quick.content)).not.toBe(snapshotId(whole));
	});

	it('shows the figures as they were after a correction, with the difference', async () => {
		const actor = actorIn('320000');
		const then = await of(actor);
		const id = await keepSnapshot(database.db, then);
		const others = [await of(actor, { month: '2026-11-01', compare: '2026-10-01' }), await of(actor, { view: 'multiples', detail: null }), await of(actor, { view: 'industry', industry: 'C13', detail: null })];
		await sql`update event set known_to = now() where event_id in (select event_id from event where region_code = '320412' and occurred_at between '2026-10-01' and '2026-10-28' limit 3)`.execute(database.owner);
		await touch(database.owner, Array.from({ length: 28 }, (_, i) => ({ day: `2026-10-${String(i + 1).padStart(2, '0')}`, kind: 'complaint' })));
		await recomputeTouched(database.owner);
		await database.owner.updateTable('count_mark').set({ complete_up_to: '2026-11-20' }).execute();
		const kept = await read(actor, `${id.slice(0, 4)}-${id.slice(4)}`.toLowerCase());
		if (typeof kept === 'string') throw new Error(kept);
		expect(kept.content.map).toEqual(JSON.parse(JSON.stringify(then.map)));
		const now = await figuresNow(database.db, actor, kept.content);
		const differences = differencesOf(kept.content, now!, '全省').filter(({ figure }) => figure === 'n');
		expect(differences.map(({ key, then: before, now: after }) => [key, after! - before!])).toContainEqual(['320412', -3]);
		expect(differences.find(({ key }) => key === '')).toMatchObject({ then: then.map.total.n, now: then.map.total.n - 3 });
		// Also where the corrected month stood beside another, or in a small map; the trend of each ends at that month or holds it.
		const [beside, small, groups] = await Promise.all(others.map(async (one) => differencesOf(one, (await figuresNow(database.db, actor, JSON.parse(JSON.stringify(one)) as SnapshotContent))!, '全省')));
		expect(beside).toContainEqual(expect.objectContaining({ name: '全省 2026-10', figure: 'n', then: then.map.total.n, now: then.map.total.n - 3 }));
		expect(beside).toContainEqual(expect.objectContaining({ key: '2026-10-01', figure: 'trend', then: then.map.total.n, now: then.map.total.n - 3 }));
		const changed = small!.find(({ name, figure }) => name === '常州市 · 投诉举报' && figure === 'n')!;
		expect(changed.now! - changed.then!).toBe(-3);
		// The division comes first, then its groups, which lost as much together.
		const [division, ...parts] = groups!.filter((one) => one.figure === 'n' && one.key.startsWith('C13')).map((one) => one.now! - one.then!);
		expect(sum(parts)).toBe(division);
		expect(division).toBeLessThan(0);
	});

	it('compares the same days, whatever has come in since', async () => {
		const actor = actorIn('320000');
		const shown = await Promise.all([
			{}, { view: 'multiples' as const, measure: 'rate' as const }, { compare: '2026-09-01' }, { view: 'industry' as const, industry: 'C13', detail: null }
		].map((change) => of(actor, { month: '2026-11-01', ...change })));
		await database.owner.updateTable('count_mark').set({ complete_up_to: '2026-11-28' }).execute();
		try {
			for (const then of shown) {
				const now = await figuresNow(database.db, actor, JSON.parse(JSON.stringify(then)) as SnapshotContent);
				expect(differencesOf(then, now!, '')).toEqual([]);
			}
		} finally {
			await database.owner.updateTable('count_mark').set({ complete_up_to: '2026-11-20' }).execute();
		}
	});

	it('opens to those alone who may see all it was made of', async () => {
		const id = await keepSnapshot(database.db, await of(actorIn('320400'), { region: '320400', detail: null }));
		expect(await read(actorIn('320000'), id)).toMatchObject({ id });
		expect(await read(actorIn('320400'), id)).toMatchObject({ id });
		for (const other of [actorIn('320412'), actorIn('320900'), actorIn('320400', ['C'])]) expect(await read(other, id)).toBe('not-found');
		expect(await read({ ...actorIn('320000'), role: 'sysadmin' }, id)).toBe('not-allowed');
		expect(await exportSnapshot(database.db, actorIn('320412'), id, new Date())).toMatchObject({ ok: false, reason: 'not-found' });
		expect(await read(actorIn('320000'), 'nonsense')).toBe('not-found');
	});

	it('is pruned after a year when nobody cited it, and never when somebody did', async () => {
		const actor = actorIn('320000');
		const [cited, plain] = [await keepSnapshot(database.db, await of(actor)), await keepSnapshot(database.db, await of(actor, { detail: null }))];
		expect((await exportSnapshot(database.db, actor, cited, new Date())).ok).toBe(true);
		await sql`update figure_snapshot set taken_at = now() - interval '400 days'`.execute(database.owner);
		expect(await pruneSnapshots(database.owner)).toBeGreaterThan(0);
		expect(await read(actor, plain)).toBe('not-found');
		expect(await read(actor, cited)).toMatchObject({ id: cited, cited: true });
	});
});

describe('what happens elsewhere', () => {
	it('moves no figure of a county: not by one, on no layer, in no month', async () => {
		const { owner } = database;
		const county = fc.constantFrom(actorIn('320412'), actorIn('320412', ['C13', 'H']));
		const asked = fc.sample(fc.tuple(county, questions).map(([actor, question]) => ({ ...question, actor, below: '' as const })), { numRuns: 40, seed: 3 });
		const figures = async () => {
			const all: unknown[] = [];
			for (const question of asked) {
				const found = await ask(question);
				if (found === null) throw new Error('a county sees its own');
				const { map, series, progress } = found.content;
				all.push(JSON.parse(JSON.stringify({ ...map, version: 0, series, progress })));
			}
			return all;
		};
		const before = await figures();
		const other = await owner.selectFrom('enterprise').select('uscc').where('region_code', '=', '320402').execute();
		await writeWarning(owner, 'elsewhere', '320402', 'C13', 'red', '2026-11-12');
		await writeWarning(owner, 'above', '320400', '*', 'red', '2026-11-12');
		await sql`update enterprise_class set class = 'D' where uscc = any(${other.map(({ uscc }) => uscc)}::text[])`.execute(owner);
		await owner.insertInto('inspection_visit').values(other.slice(0, 20).map(({ uscc }, i) => ({
			uscc, id: `e${i}`, visited_on: '2026-11-03', department_id: 'office', path: 'random', planned: true, result: 'ordered-to-correct'
		}))).execute();
		await sql`insert into event (uscc, occurred_at, event_id, kind, source_id, source_key, batch_id, received_at, region_code, region_basis, industry_key, known_from)
			select uscc, occurred_at + interval '1 hour', gen_random_uuid(), kind, source_id, gen_random_uuid()::text, batch_id, received_at, '320402', region_basis, industry_key, known_from
			from event where region_code in ('320402', '320902')`.execute(owner);
		await owner.transaction().execute(async (trx) => {
			await rebuildCounts(trx);
			await countAllInspections(trx);
		});
		await owner.updateTable('count_mark').set({ complete_up_to: '2026-11-20' }).execute();
		expect(await figures()).toEqual(before);
		// The change was one: who may see there sees other figures.
		const whole = await ask({ actor: actorIn('320402'), below: '', month: '2026-11-01', measure: 'high-risk', industry: null, detail: null, view: 'map', compare: null });
		expect(whole!.content.map.raised.n).toBeGreaterThan(0);
	}, 120_000);
});

describe('the summaries of classes and inspections', () => {
	it('are what a count from nothing gives', async () => {
		const before = await sql`select * from class_month order by 1, 2, 3`.execute(database.owner);
		await database.owner.transaction().execute(countAllClasses);
		expect((await sql`select * from class_month order by 1, 2, 3`.execute(database.owner)).rows).toEqual(before.rows);
		const { rows } = await sql<{ n: number; direct: number }>`
			select (select sum(d)::int from class_month where month = '2026-11-01') as n,
				(select count(*)::int from (select distinct on (uscc) class from enterprise_class where month = '2026-11-01' order by uscc, version desc) c where class = 'D') as direct`.execute(database.owner);
		expect(rows[0]!.n).toBe(rows[0]!.direct);
		const visited = await sql<{ n: number; direct: number }>`
			select (select sum(visited)::int from inspection_month where month = '2026-11-01') as n,
				(select count(distinct uscc)::int from inspection_visit where visited_on between '2025-12-01' and '2026-11-30') as direct`.execute(database.owner);
		expect(visited.rows[0]!.n).toBe(visited.rows[0]!.direct);
	});
});
