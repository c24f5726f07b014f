import fc from 'fast-check';
import { expect, it } from 'vitest';
import { farringtonDefaults } from '#lib/detection/weekly/options.ts';
import { chooseMethod, methods } from '#lib/detection/weekly/method-options.ts';
import { judgeOf } from '#lib/detection/weekly/judges.ts';
import { readerOf, type Grain, type ReadSeries } from '#lib/detection/weekly/series-reader.ts';
import { makeCsvParser } from '#lib/intake/read/csv.ts';

/** All series of a table, or the words it is refused with. */
function read(text: string, grain: Grain = 'week'): ReadSeries[] | string {
	const parser = makeCsvParser(',');
	const [header, ...rows] = [...parser.push(text), ...parser.end()];
	const reader = readerOf(header!.values, grain);
	if ('ok' in reader) return reader.reason;
	const all: (ReadSeries | null)[] = [];
	for (const row of rows) {
		const taken = reader.take(row);
		if (!taken.ok) return taken.reason;
		all.push(taken.ended);
	}
	return [...all, reader.end()].filter((series) => series !== null);
}
const table = (...rows: string[]) => ['series,period,count', ...rows].join('\n');

it('gives back what was written, whatever the names', () => {
	const name = fc.string({ minLength: 1, maxLength: 12, unit: 'grapheme' }).filter((text) => !/[\r\n\0\ufffd]/.test(text));
	const series = fc.uniqueArray(fc.record({ name, first: fc.integer({ min: -50, max: 50 }), counts: fc.array(fc.nat(1e9), { minLength: 1, maxLength: 8 }) }), {
		selector: (one) => one.name, minLength: 1, maxLength: 5
	});
	fc.assert(
		fc.property(series, (all) => {
			const rows = all.flatMap(({ name, first, counts }) => counts.map((count, i) => `"${name.replaceAll('"', '""')}",${first + i},${count}`));
			expect(read(table(...rows))).toEqual(all.map(({ name, first, counts }) => ({ name, first, dated: false, counts, population: null })));
		}),
		{ seed: 5 }
	);
});

it.each([
	['a gap', ['a,2024-01-01,1', 'a,2024-01-15,1'], 'line 3: series "a": period 2024-01-15 comes after 2024-01-01, 2024-01-08 is missing'],
	['a period twice', ['a,7,1', 'a,7,1'], 'line 3: series "a": period 7 comes twice'],
	['disorder', ['a,7,1', 'a,8,1', 'a,6,1'], 'line 4: series "a": period 6 comes after 8; sort'],
	['a series torn apart', ['a,1,1', 'b,1,1', 'a,2,1'], 'line 4: series "a" comes again after other series; sort'],
	['a week that is no Monday', ['a,2024-01-02,1'], 'line 2: series "a": period 2024-01-02 is no Monday'],
	['numbers among dates', ['a,2024-01-01,1', 'a,2,1'], 'line 3: series "a": period 2 is a number, those before are not'],
	['a day that is none', ['a,2024-02-30,1'], 'line 2: series "a": period "2024-02-30" is neither'],
	['a negative count', ['a,1,-1'], 'line 2: series "a": count "-1" at 1 is not a whole number'],
	['a fraction', ['a,1,0.5'], 'count "0.5"'],
	['no number', ['a,1,NaN'], 'count "NaN"'],
	['nothing', ['a,1,'], 'count ""'],
	['more than can be added up', ['a,1,1e13'], 'count "1e13"'],
	['a field too many', ['a,1,1,1'], 'line 2: has 4 fields'],
	['no name', [',1,1'], 'line 2: has no series']
])('%s is refused, and said where and what to do', (_, rows, words) => expect(read(table(...rows))).toContain(words));

it.each(['series;period;count', 'series,period', 'period,series,count', 'series,period,count,people'])('the header %s is refused', (header) =>
	expect(read(`${header}\na,1,1`)).toContain('line 1: the header is')
);

it('a hundred thousand may be written as R writes it', () => expect(read(table('a,1,1e+05'))).toMatchObject([{ counts: [100000] }]));

it.each([
	['{"bb":1}', 'unknown'],
	['{"alpha":0}', 'alpha'],
	['{"limit54":[5]}', 'limit54'],
	['{"thresholdMethod":"exact"}', 'one of delta, nbPlugin, muan'],
	['{"noPeriods":47}', 'no room'],
	['[]', 'JSON object']
])('options %s are refused', (json, words) => expect(chooseMethod('farrington-flexible', JSON.parse(json), 52)).toMatchObject({ ok: false, reason: expect.stringContaining(words) }));

it('all options of the reference are known by name, those without effect too', () => {
	const given = { ...farringtonDefaults, glmWarnings: false, verbose: false };
	expect(chooseMethod('farrington-flexible', given, 52).ok).toBe(true);
});

it('no method gives NaN or fails on any whole numbers', () => {
	const count = fc.oneof(fc.constant(0), fc.nat(3), fc.nat(1e4), fc.nat(1e9));
	const counts = fc.oneof(
		fc.array(count, { minLength: 1, maxLength: 20 }),
		fc.array(count, { minLength: 270, maxLength: 300 }),
		fc.tuple(count, fc.integer({ min: 1, max: 300 })).map(([value, length]) => new Array<number>(length).fill(value)),
		fc.tuple(fc.nat(1e9), fc.nat(299)).map(([value, at]) => Array.from({ length: 300 }, (_, i) => (i === at ? value : 0)))
	);
	fc.assert(
		fc.property(fc.constantFrom(...methods), counts, fc.boolean(), (method, values, dated) => {
			const choice = chooseMethod(method, {}, 52);
			if (!choice.ok) throw new Error(choice.reason);
			const judge = judgeOf(choice.chosen, { name: 'a', first: dated ? 4 : 1, dated, counts: values, population: null }, 'week');
			for (let now = Math.max(0, values.length - 3); now < values.length; now++) {
				const said = judge(now);
				if (said === null || said === 'outside') continue;
				const numbers = [said.expected ?? 0, said.upper ?? 0, said.p];
				expect(numbers.every((value) => Number.isFinite(value) && value >= 0) && said.p <= 1, JSON.stringify(said)).toBe(true);
			}
		}),
		{ numRuns: 150, seed: 3 }
	);
});
