import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { dossier, reveal } from '#lib/enterprises/dossier.server.ts';
import { tiesOfEnterprise } from '#lib/links/ties.server.ts';
import { maskChange, maskName, maskPhone } from '#lib/enterprises/mask.ts';
import { searchEnterprises } from '#lib/enterprises/search.server.ts';
import { evidence } from '#lib/warnings/evidence.server.ts';
import { warningDetail } from '#lib/warnings/detail.server.ts';
import type { Evaluation, EvidenceQuery } from '#lib/warnings/evaluation.ts';
import { figure, percents } from '#lib/warnings/figures.ts';
import { warningScopes } from '#lib/sampling/tasks/tasks.server.ts';
import { parseFilter } from '#lib/warnings/list-filter.ts';
import { listWarnings } from '#lib/warnings/list.server.ts';
import { sentence, type SentenceInput } from '#lib/warnings/sentence.ts';
import { subjectName } from '#lib/warnings/subject.ts';
import { warningsOf } from '#lib/warnings/of-enterprise.server.ts';
import { testDatabase } from '../support/database.ts';
import { evaluation, monitor, outsider, place, run } from './fixtures.ts';

const database = await testDatabase();
const { db } = database;
afterAll(() => database[Symbol.asyncDispose]());

const inside = '91320412MA1AAAAA1X';
const neighbour = '91320412MA1BBBBB2X';
const elsewhere = '91320505MA1CCCCC3X';

beforeAll(async () => {
	await place(db);
	const enterprise = (uscc: string, name: string, region: string) => ({
		uscc, name, region_code: region, region_basis: 'given', industry_key: 'H62', legal_rep: '张伟', phone: '13812345678',
		stated_at: new Date()
	});
	await db
		.insertInto('enterprise')
		.values([enterprise(inside, '武进好味餐饮有限公司', '320412'), enterprise(neighbour, '武进隔壁餐饮有限公司', '320412'), enterprise(elsewhere, '苏州远方餐饮有限公司', '320505')])
		.execute();
	await db
		.insertInto('enterprise_link')
		.values([inside, neighbour, elsewhere].map((uscc) => ({ kind: 'person', key: 'secret-person-key', uscc, since: '2026-01-01' })))
		.execute();
	const event = (uscc: string, region: string, id: number, more: object = {}) => ({
		uscc, occurred_at: new Date('2026-06-03T02:00:00Z'), event_id: `00000000-0000-0000-0000-00000000000${id}`, kind: 'complaint', item: '预付卡',
		source_id: 's', source_key: String(id), batch_id: 'b', received_at: new Date('2026-06-04T02:00:00Z'), region_code: region,
		region_basis: 'given', industry_key: 'H62', content: '{}', known_from: new Date(), ...more
	});
	await db
		.insertInto('event')
		.values([
			event(inside, '320412', 1), event(neighbour, '320412', 2), event(elsewhere, '320505', 3),
			event(inside, '320412', 4, { withdrawn: true }), event(inside, '320412', 5, { known_to: new Date() }),
			event(inside, '320412', 6, { kind: 'change', item: '法定代表人变更', content: JSON.stringify({ before: '张伟', after: '李强、王芳' }) }),
			event(inside, '320412', 7, { occurred_at: new Date('2026-06-09T16:00:00Z') })
		])
		.execute();
});

describe('evidence', () => {
	const query: EvidenceQuery = { kinds: ['complaint'], from: '2026-06-01', to: '2026-06-09', regionCode: '000000', industryKey: '*' };

	test('is what stands today, within the jurisdiction, corrected and withdrawn rows left out, days as in Shanghai', async () => {
		const { rows, total } = await evidence(db, monitor, query);
		expect(rows.map((row) => row.uscc).sort()).toEqual([inside, neighbour]);
		expect(total).toBe(2);
		expect((await evidence(db, monitor, { ...query, to: '2026-06-10' })).total).toBe(3);
		expect((await evidence(db, outsider, query)).rows.map((row) => row.uscc)).toEqual([elsewhere]);
	});

	test('narrows to enterprises, to those that share something, and to items', async () => {
		expect((await evidence(db, monitor, { ...query, uscc: [inside] })).total).toBe(1);
		expect((await evidence(db, monitor, { ...query, link: { kind: 'person', key: 'secret-person-key' } })).total).toBe(2);
		expect((await evidence(db, monitor, { ...query, items: ['价格'] })).total).toBe(0);
	});

	test('shows no person of a change, whatever a source calls the item', async () => {
		const { rows } = await evidence(db, monitor, { ...query, kinds: ['change'] });
		expect(rows[0]).toMatchObject({ before: '张*', after: '李*、王*' });
	});

	test('is nothing for who may not see warnings', async () => {
		expect(await evidence(db, { ...monitor, role: 'inspector' }, query)).toEqual({ rows: [], total: 0 });
	});
});

describe('the page of an enterprise', () => {
	test('masks persons, keeps shared keys to itself, and shows links of the jurisdiction only', async () => {
		const found = await dossier(db, monitor, inside);
		if (!found.ok) throw new Error('not found');
		expect(found.register).toMatchObject({ legalRep: '张*', phone: '138****5678' });
		const ties = await tiesOfEnterprise(db, monitor, inside);
		expect(ties.flatMap((tie) => tie.enterprises.map(({ uscc }) => uscc))).toEqual([inside, neighbour]);
		expect(JSON.stringify([found, ties])).not.toMatch(/张伟|13812345678|secret-person-key|李强/);
	});

	test('does not exist outside the jurisdiction', async () => {
		expect(await dossier(db, outsider, inside)).toMatchObject({ ok: false, reason: 'not-found' });
		expect(await reveal(db, outsider, inside, '约谈前核对')).toMatchObject({ ok: false, reason: 'not-found' });
		expect(await searchEnterprises(db, outsider, inside)).toEqual([]);
		expect(await searchEnterprises(db, outsider, '餐饮')).toMatchObject([{ uscc: elsewhere }]);
	});

	test('reveals with a reason only, and the look is in the audit trail without the data', async () => {
		for (const reason of ['  ', '查', '长'.repeat(201)]) expect(await reveal(db, monitor, inside, reason)).toMatchObject({ ok: false, reason: 'reason-missing' });
		expect(await reveal(db, monitor, inside, '约谈前核对')).toEqual({ ok: true, shown: { legalRep: '张伟', phone: '13812345678' } });
		const entry = await db.selectFrom('audit_entry').selectAll().orderBy('seq', 'desc').executeTakeFirstOrThrow();
		expect(entry).toMatchObject({ action: 'enterprise.reveal', object_id: inside, actor_id: monitor.id });
		expect(JSON.stringify(entry.detail)).not.toContain('张伟');
	});

	test('is found by the whole code, the beginning of the name, and else a part of it; never by a wildcard', async () => {
		expect(await searchEnterprises(db, monitor, inside.toLowerCase())).toHaveLength(1);
		expect(await searchEnterprises(db, monitor, '武进')).toHaveLength(2);
		expect(await searchEnterprises(db, monitor, '隔壁')).toHaveLength(1);
		expect(await searchEnterprises(db, monitor, '%餐')).toEqual([]);
		expect(await searchEnterprises(db, monitor, '餐')).toEqual([]);
	});

	test('lists the warnings it has a part in', async () => {
		await run(db, '2026-06-08', [evaluation({ uscc: inside, scopeKind: 'enterprise', subjects: [{ uscc: inside, role: 'named', weight: 1 }] })]);
		expect(await warningsOf(db, monitor, inside)).toMatchObject([{ role: 'named', level: 'yellow' }]);
		expect(await warningsOf(db, outsider, inside)).toEqual([]);
	});
});

test('a cluster keeps its members and its height when the window moves on', async () => {
	const cluster = (observed: number, level: 'red' | 'yellow', subjects: Evaluation['subjects']) =>
		evaluation({ seriesKey: 'complaint-surge|address|k', scopeKind: 'address', subjectLabel: '某路 1 号', observed, level, subjects });
	const [asMember, asEarlier] = [(uscc: string) => ({ uscc, role: 'member', weight: 0.5 }) as const, (uscc: string) => ({ uscc, role: 'contributor', weight: 0 }) as const];
	await run(db, '2026-06-10', [cluster(12, 'yellow', [asMember(inside)])]);
	await run(db, '2026-06-11', [cluster(31, 'red', [asMember(inside), asMember(neighbour)])]);
	await run(db, '2026-06-14', [cluster(7, 'yellow', [asMember(neighbour), asEarlier(inside)])]);
	const { id } = await db.selectFrom('warning').select('id').where('scope_kind', '=', 'address').executeTakeFirstOrThrow();
	const detail = await warningDetail(db, monitor, id);
	if (!detail.ok) throw new Error(detail.reason);
	expect(detail.members.map(({ uscc, weight }) => ({ uscc, weight }))).toEqual([{ uscc: neighbour, weight: 0.5 }, { uscc: inside, weight: 0 }]);
	expect(detail.current).toMatchObject({ observed: 7, level: 'yellow' });
	expect(detail.peak).toEqual({ observed: 31, on: '2026-06-11', level: 'red' });
});

test('a cluster of a person is called by its first enterprise, and shows nobody', async () => {
	const member = (uscc: string, weight: number) => ({ uscc, role: 'member', weight }) as const;
	const shared = (scopeKind: 'person' | 'phone' | 'address', subjectLabel: string | null) =>
		evaluation({ seriesKey: `shared|${scopeKind}`, scopeKind, subjectLabel, subjects: [member(neighbour, 0.6), member(inside, 0.4), member(elsewhere, 0)] });
	await run(db, '2026-06-20', [shared('person', '张伟'), shared('phone', '13812345678'), shared('address', '人民路 1 号')]);
	const { rows } = await listWarnings(db, monitor, parseFilter(new URLSearchParams('door=all')));
	const names = Object.fromEntries(rows.map((row) => [row.scopeKind, subjectName(row)]));
	expect(names).toMatchObject({ person: '武进隔壁餐饮有限公司 等 2 户', phone: '武进隔壁餐饮有限公司 等 2 户', address: '人民路 1 号' });
	expect(JSON.stringify(rows)).not.toMatch(/张伟|13812345678/);
	const detail = await warningDetail(db, monitor, rows.find((row) => row.scopeKind === 'person')!.id);
	expect(detail.ok && [subjectName(detail), detail.label]).toEqual(['武进隔壁餐饮有限公司 等 2 户', '张*']);
});

test('a cluster of counties and industries is named by what it consists of, in the list and on its page', async () => {
	const cells = { regions: ['320412', '320505'], industries: ['H62', 'F'] };
	const base = evaluation({ seriesKey: 'complaint-surge|cell|320412+320505|H62+F', regionCode: '320400', industryKey: '*' });
	await run(db, '2026-06-25', [{ ...base, explanation: { ...base.explanation!, evidence: { ...base.explanation!.evidence, cells } } }]);
	const { rows } = await listWarnings(db, monitor, parseFilter(new URLSearchParams('door=all')));
	const row = rows.find((one) => one.scopeKind === 'cell' && one.cluster !== null)!;
	expect(subjectName(row)).toBe('武进区、虎丘区 · 餐饮业等 2 个行业');
	const detail = await warningDetail(db, monitor, row.id);
	expect(detail.ok && subjectName(detail)).toBe('武进区、虎丘区 · 餐饮业等 2 个行业');
	const [scope] = await warningScopes(db, monitor, [row.id]);
	expect(scope!.cells).toHaveLength(4);
});

test('shares of one whole add up', () => {
	expect(percents([0.475, 0.525])).toEqual(['48%', '52%']);
	expect(percents([1 / 3, 1 / 3, 1 / 3])).toEqual(['34%', '33%', '33%']);
	expect(percents([0.5, 0.204])).toEqual(['50%', '20%']);
	expect(percents([])).toEqual([]);
});

test.each([['张伟', '张*'], [' 欧阳修 ', '欧*'], ['', ''], [null, '']])('the name %s is shown as "%s"', (name, shown) => {
	expect(maskName(name)).toBe(shown);
});

test.each([['13812345678', '138****5678'], ['0519-86601234', '051****1234'], ['86601234', '********'], [null, '']])('the phone %s is shown as "%s"', (phone, shown) => {
	expect(maskPhone(phone)).toBe(shown);
});

test('a change of address is no personal data, one of shareholders is', () => {
	expect(maskChange('address', '人民路 1 号')).toBe('人民路 1 号');
	expect(maskChange('shareholders', '张伟、李强')).toBe('张*、李*');
	expect(maskChange(null, null)).toBeNull();
});

describe('the sentence', () => {
	const cell: SentenceInput = {
		item: 'complaint', scopeKind: 'cell', window: { from: '2026-06-01', to: '2026-06-07' }, coverage: 0.99, limit: null,
		observed: 38, expected: 9.4, upper: 17.8,
		parts: { regions: [{ name: '武进区', observed: 26, share: 0.68 }, { name: '天宁区', observed: 12, share: 0.32 }], industries: [], enterprises: [] }
	};

	test('says how many, how many were to be expected, how often it stays below, and where from', () => {
		expect(sentence(cell)).toBe('7 天内 38 件投诉举报；按本季应有约 9 件，一百个这样的星期里有九十九个不超过 17 件；其中武进区 26 件');
	});

	test.each([
		['2026-06-07', 0.99, '1 天内 38 件投诉举报；按本季应有约 9 件，一百个这样的日子里有九十九个不超过 17 件'],
		['2026-06-04', 0.95, '4 天内 38 件投诉举报；按本季应有约 9 件，一百个这样的 4 天里有九十五个不超过 17 件'],
		['2026-05-25', 0.999, '14 天内 38 件投诉举报；按本季应有约 9 件，一千个这样的 14 天里有九百九十九个不超过 17 件'],
		['2026-05-18', 0.995, '21 天内 38 件投诉举报；按本季应有约 9 件，这样的 21 天里有 99.5% 不超过 17 件']
	])('from %s at %s speaks of such spans', (from, coverage, said) => {
		expect(sentence({ ...cell, coverage, window: { from, to: '2026-06-07' }, parts: { ...cell.parts, regions: [] } })).toBe(said);
	});

	test('names what a cluster consists of, and no letter of statistics', () => {
		const cluster = {
			regions: ['武进区', '天宁区', '钟楼区', '新北区'], industries: [{ key: 'H62', name: '餐饮业' }, { key: 'F52', name: '零售业' }]
		};
		const said = sentence({ ...cell, cluster, expected: 0.4, q: 0.0004, method: 'calendar-nb · 240 w · φ 1.3' });
		expect(said).toBe(
			'武进区、天宁区等 4 个县区 · 餐饮业等 2 个行业：7 天内 38 件投诉举报；按本季应有不到 1 件，一百个这样的星期里有九十九个不超过 17 件；其中武进区 26 件'
		);
		expect(said).not.toMatch(/φ|0\.0004|calendar/);
	});

	test('of one enterprise compares with itself and its trade, of registrations counts households', () => {
		const enterprise = { ...cell, scopeKind: 'enterprise' as const, parts: { regions: [], industries: [], enterprises: [] } };
		expect(sentence(enterprise)).toBe('7 天内 38 件投诉举报；按该户以往和同行业应有约 9 件，一百个这样的星期里有九十九个不超过 17 件');
		expect(sentence({ ...cell, item: 'registration', parts: enterprise.parts })).toBe('7 天内 38 户新登记；按本季应有约 9 户，一百个这样的星期里有九十九个不超过 17 户');
	});

	test('of a shared address names the limit', () => {
		expect(sentence({ ...cell, item: 'registration', scopeKind: 'address', limit: 6, observed: 60, expected: 0.3 })).toBe(
			'同一地址在 7 天内出现 60 户新登记企业，本指标的界限是 6 户；平常约 0.3 户'
		);
	});

	test.each([[0, '0'], [0.03, '< 0.1'], [9.44, '9.4'], [12.6, '13'], [12345, '12 345'], [null, '—']])('figures: %s is written %s', (value, text) => {
		expect(figure(value)).toBe(text);
	});
});
