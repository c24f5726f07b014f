import fc from 'fast-check';
import type { ApprovedMap } from '#lib/boundaries/boundaries.server.ts';
import { addMonths } from '#lib/calendar/days.ts';
import type { Levels } from '#lib/reports/content.ts';
import type { EffectMaterial, Material, PartRow, RateRow, RegionRow, RiskRow } from '#lib/reports/material.ts';
import { monthsOf, periodBefore, periodOf, reportKinds, type Period } from '#lib/reports/period.ts';

const regionNames = ['南京市', '无锡市', '徐州市', '常州市', '苏州市', '南通市', '连云港市'] as const;
const industryNames = ['农、林、牧、渔业', '制造业', '批发和零售业', '住宿和餐饮业', '教育'] as const;
const indicatorNames = ['投诉举报异常增长', '30日内关键事项频繁变更', '=同一地址集中登记', '+疑似空壳转让'] as const;

const count = fc.oneof(fc.constant(0), fc.nat(12), fc.nat(90_000));
const maybe = <T>(of: fc.Arbitrary<T>) => fc.option(of, { nil: null });
const levels: fc.Arbitrary<Levels> = fc.tuple(fc.nat(9), fc.nat(9), fc.nat(9), fc.nat(9));
const sum = (all: Levels) => all.reduce((a, b) => a + b, 0);
const day = fc.integer({ min: 0, max: 300 }).map((n) => new Date(Date.UTC(2026, 0, 1) + n * 86_400_000).toISOString().slice(0, 10));

const part = (code: string, name: string): fc.Arbitrary<PartRow> =>
	fc.record({
		levels, known: fc.boolean(), warningsBefore: maybe(fc.nat(30)), complaints: maybe(count), complaintsYearAgo: maybe(count), rate: maybe(fc.double({ min: 0, max: 99, noNaN: true })),
		lead: maybe(fc.record({ name: fc.constantFrom(...indicatorNames), n: fc.integer({ min: 1, max: 30 }) }))
	}).map(({ known, levels: own, ...rest }) => ({ code, name, ...rest, levels: known ? own : ([0, 0, 0, 0] as const), warnings: known ? sum(own) : null }));

const regionCode = (i: number): string => `32${String(i + 1).padStart(2, '0')}00`;
const region = (i: number): fc.Arbitrary<RegionRow> =>
	fc.tuple(part(regionCode(i), regionNames[i]!), fc.boolean(), maybe(day)).map(([row, late, knownTo]) => ({
		...row, late, knownTo, hex: { q: i % 3, r: Math.floor(i / 3), name: regionNames[i]!.replace('市', '') }
	}));

const rate = (name: string): fc.Arbitrary<RateRow> => fc.tuple(fc.nat(900), fc.double({ min: 0, max: 1, noNaN: true })).map(([n, share]) => ({ name, n, problems: Math.round(n * share) }));
const rates = (names: readonly string[]) => fc.tuple(...names.map(rate)) as unknown as fc.Arbitrary<RateRow[]>;

const daysTo = (max: number) => fc.double({ min: 0, max, noNaN: true });
const half = fc.oneof(
	fc.constant({ n: 0, least: null, half: null, most: null }),
	fc.tuple(fc.integer({ min: 1, max: 20 }), daysTo(9), daysTo(20), daysTo(30)).map(([n, least, more, most]) => ({ n, least, half: least + more, most: least + more + most }))
);
const leads = fc.record({ toWarn: half, toAcknowledge: half, toDispose: half });

const riskRow = (code: string, name: string, months: readonly string[]): fc.Arbitrary<RiskRow> =>
	fc.record({
		grade: fc.constantFrom('high' as const, 'raised' as const, 'watch' as const), month: fc.constantFrom(...months), months: fc.integer({ min: 1, max: months.length }), many: fc.boolean(),
		share: maybe(fc.integer({ min: 0, max: 1000 }).map((n) => n / 10)), whole: fc.integer({ min: 1, max: 300 }).map((n) => n / 10), severe: fc.nat(9), minor: fc.nat(9)
	}).map((row) => ({ code, name, ...row, many: row.many && row.share !== null, whole: row.share === null ? null : row.whole }));

const highRisk = (months: readonly string[]): fc.Arbitrary<Material['highRisk']> =>
	fc.tuple(
		fc.tuple(...months.map((month) => fc.record({ month: fc.constant(month), classMonth: fc.constantFrom(null, month, addMonths(month, -1)), monitored: fc.boolean() }))) as unknown as fc.Arbitrary<Material['highRisk']['months']>,
		fc.tuple(...regionNames.map((name, i) => riskRow(`32${String(i + 1).padStart(2, '0')}00`, name, months))) as unknown as fc.Arbitrary<RiskRow[]>,
		fc.tuple(...industryNames.map((name, i) => riskRow('ACFHP'[i]!, name, months))) as unknown as fc.Arbitrary<RiskRow[]>, fc.nat(7), fc.nat(5)
	).map(([known, regions, industries, some, others]) => {
		const anything = known.some(({ classMonth, monitored }) => classMonth !== null || monitored);
		return { months: known, regions: anything ? regions.slice(0, some) : [], industries: anything ? industries.slice(0, others) : [] };
	});
const desk = (name: string) => fc.record({
	departmentId: fc.constant(name), departmentName: fc.constant(name), raised: fc.nat(50), toWarn: half, toAcknowledge: half, toDispose: half, acknowledgedInTime: fc.nat(50), acknowledgeDue: fc.nat(50),
	disposedInTime: fc.nat(50), disposeDue: fc.nat(50), overdue: fc.nat(9)
});

const effect: fc.Arbitrary<EffectMaterial> = fc.record({
	classes: maybe(fc.record({ month: fc.constant('2026-09-01'), counts: fc.tuple(fc.nat(9000), fc.nat(9000), fc.nat(900), fc.nat(90)).map((all) => all.map((n, i) => ({ name: 'ABCD'[i]!, n }))) })),
	byClass: rates(['A类', 'B类', 'C类', 'D类', '无分类']), byLevel: rates(['红色', '无预警']), byIndicator: rates([...indicatorNames]),
	reference: rate('随机对照组'),
	precision: fc.array(fc.record({ name: fc.constantFrom(...indicatorNames), confirmed: fc.nat(50), refuted: fc.nat(50), data: fc.nat(5), open: fc.nat(5) }), { maxLength: 4 }),
	backValidation: fc.record({
		verdict: fc.constantFrom('holds' as const, 'reversed' as const, 'flat' as const), pairs: fc.constant([{ low: 'A类', high: 'D类' }]), classes: rates(['A类', 'B类', 'C类', 'D类'])
	}),
	burden: fc.record({
		planned: fc.nat(900), lead: fc.nat(900), enterprises: fc.nat(900), draws: fc.nat(9), recognised: fc.nat(90), avoided: fc.double({ min: 0, max: 99, noNaN: true }), sparedEnterprises: fc.nat(900),
		sparedVisits: fc.double({ min: 0, max: 99, noNaN: true }), joined: fc.nat(9), saved: fc.nat(9)
	})
});

const monthsBack = (from: string) => Array.from({ length: 13 }, (_, i) => addMonths(from, i - 12));

/** Figures of any kind of report, of an office that may know nothing, little or much. */
export const materials: fc.Arbitrary<Material> = fc
	.tuple(fc.constantFrom(...reportKinds), fc.integer({ min: 0, max: 9 }))
	.map(([kind, month]): Period => periodOf(kind, addMonths('2026-01-01', month)))
	.chain((period) => {
		const last = `${period.to.slice(0, 7)}-01`;
		return fc.record({
			unit: fc.constant({ id: 'js', name: '江苏省市场监督管理局', place: '江苏省', regionCode: '320000', level: 'province', industries: null }),
			period: fc.constant(period), before: fc.constant(periodBefore(period)), today: fc.constant('2026-12-02'),
			snapshot: fc.record({ version: fc.nat(9), ids: fc.constant(['4M2K7Q9D3F1H']), upTo: maybe(fc.constantFrom(period.to, addMonths(period.to, -1))) }),
			monitored: fc.record({ since: maybe(day), now: fc.constantFrom('all' as const, 'part' as const), before: fc.constantFrom('all' as const, 'none' as const) }),
			warnings: fc.oneof(
				fc.constant({ n: null, levels: [0, 0, 0, 0] as const, before: null, yearAgo: null }),
				fc.tuple(levels, maybe(count), maybe(count)).map(([own, before, yearAgo]) => ({ n: sum(own), levels: own, before, yearAgo }))
			),
			kinds: fc.tuple(...(['complaint', 'registration'] as const).map((kind) =>
				fc.record({ kind: fc.constant<string>(kind), name: fc.constant(kind === 'complaint' ? '投诉举报' : '登记'), n: maybe(count), yearAgo: maybe(count), before: maybe(count) }))),
			series: fc.tuple(...monthsBack(last).map((month) => fc.record({ month: fc.constant(month), warnings: maybe(count), warningsYearAgo: maybe(count), complaints: maybe(count), complaintsYearAgo: maybe(count) }))) as unknown as fc.Arbitrary<Material['series']>,
			approved: maybe(fc.constant(approvedOf(regionNames.map((_, i) => regionCode(i))))),
			regions: fc.oneof(fc.constant([]), fc.tuple(...regionNames.map((_, i) => region(i)))) as fc.Arbitrary<readonly RegionRow[]>,
			industries: fc.tuple(...industryNames.map((name, i) => part('ACFHP'[i]!, name))) as unknown as fc.Arbitrary<readonly PartRow[]>,
			rises: fc.array(fc.record({ month: fc.constant(last), regionName: fc.constantFrom(...regionNames), industryName: fc.constantFrom(...industryNames), n: fc.nat(500), base: fc.nat(500), coverage: fc.boolean() }), { maxLength: 6 }),
			highRisk: highRisk(monthsOf(period)),
			indicators: fc.tuple(...indicatorNames.map((name) => levels.map((own) => ({ name, levels: own, n: sum(own) })))) as unknown as fc.Arbitrary<Material['indicators']>,
			progress: fc.record({ waiting: fc.nat(9), working: fc.nat(9), disposed: fc.nat(9), closed: fc.nat(9), keptInTime: fc.nat(9), fellDue: fc.nat(9), open: fc.nat(99), overdue: fc.nat(9) }),
			desks: fc.oneof(fc.constant([]), fc.tuple(desk('甲局'), desk('乙局'))) as fc.Arbitrary<Material['desks']>,
			leads,
			visits: fc.record({ n: fc.nat(900), problems: fc.nat(300), undecided: fc.nat(9), unknown: fc.nat(9), arms: rates(['定向抽查', '专项检查']) }),
			heard: fc.constantFrom(true, true, true, false),
			late: fc.array(fc.record({ name: fc.constantFrom(...regionNames), knownTo: maybe(day) }), { maxLength: 3 }),
			coverage: fc.array(fc.record({ sourceName: fc.constant('12315平台'), changeOn: day, factor: fc.double({ min: 0.1, max: 9, noNaN: true }), confirmed: fc.boolean() }), { maxLength: 2 }),
			ahead: fc.record({
				dueNext: fc.nat(40),
				severe: fc.array(fc.record({ number: fc.constant('2026-000012'), level: fc.constantFrom('red' as const, 'orange' as const), indicator: fc.constantFrom(...indicatorNames), place: fc.constant('苏州市 · 教育'), raisedOn: day }), { maxLength: 3 })
			}),
			effect: period.kind === 'yearly' || period.kind === 'effect' ? effect : fc.constant(null)
		});
	});

/** An office's own boundaries of some of the regions' codes: squares in a row, the last of them too small for its name. */
export const approvedOf = (codes: readonly string[], mapNumber = '苏S(2024)12号'): ApprovedMap => ({
	id: `drawn-${codes.length}`, mapNumber, width: 1000, height: 400,
	regions: Object.fromEntries(codes.map((code, i) => {
		const [x, side] = i === codes.length - 1 ? [i * 120 - 20, 20] : [i * 120, 120];
		return [code, { d: `M${x} 0l${side} 0 0 ${side}-${side} 0z`, x: x + side / 2, y: side / 2, room: side / 2 }];
	}))
});

/** One and the same, with much in it. */
export const someMaterial = (kind: Period['kind'], seed = 7): Material =>
	fc.sample(materials.filter((one) => one.period.kind === kind && one.regions.length > 0 && one.warnings.n !== null && one.warnings.n > 0 && one.rises.length > 0), { numRuns: 1, seed })[0]!;
