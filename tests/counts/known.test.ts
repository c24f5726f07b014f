import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { personCorrections, spansOf, type PersonRow, type Version } from '#lib/counts/known.ts';

/** The versions of one source row as the merge leaves them: each is known from when the one before was replaced. */
const chain = fc.array(fc.record({ comes: fc.integer({ min: 1, max: 9 }), received: fc.integer({ min: 0, max: 30 }) }), { minLength: 1, maxLength: 4 }).map((steps) => {
	let known = 0;
	const starts = steps.map(({ comes }) => (known += comes));
	return steps.map(({ received }, i): Version<number> => ({
		received, known: starts[i]!, replaced: starts[i + 1] ?? null, first: i > 0 && i === steps.length - 1 ? starts[0]! : null
	}));
});
const countsOn = (version: Version<number>, evening: number) =>
	spansOf(version).some(({ from, until }) => from <= evening && (until === null || evening < until));

describe('versions of a source row', () => {
	test('never count two at once, whatever the evening', () => {
		fc.assert(fc.property(chain, fc.integer({ min: 0, max: 60 }), (versions, evening) => {
			expect(versions.filter((version) => countsOn(version, evening)).length).toBeLessThanOrEqual(1);
		}));
	});

	test('count as we had them, once received; history that came later counts by its newest version', () => {
		fc.assert(fc.property(chain, fc.integer({ min: 0, max: 60 }), (versions, evening) => {
			const had = versions.findLast((version) => version.known <= evening);
			const right = had ?? versions.at(-1)!;
			for (const version of versions) expect(countsOn(version, evening)).toBe(version === right && version.received <= evening);
		}));
	});
});

describe('one person about one subject', () => {
	const repeatDays = 3;
	const row: fc.Arbitrary<PersonRow> = fc
		.record({ leaf: fc.constantFrom('a', 'b'), day: fc.integer({ min: 0, max: 12 }), late: fc.nat(8), until: fc.option(fc.integer({ min: 0, max: 24 })) })
		.map(({ leaf, day, late, until }) => ({ leaf, day, from: day + late, until: until !== null && until > day + late ? until : null }));

	test('counts once a day and not again within the days of a repeat, as known on any evening', () => {
		fc.assert(fc.property(fc.array(row, { maxLength: 6 }), fc.integer({ min: 0, max: 24 }), (rows, evening) => {
			const seen = rows.filter(({ from, until }) => from <= evening && (until === null || evening < until));
			const keys = [...new Set(seen.map(({ day, leaf }) => `${String(day).padStart(2, '0')}${leaf}`))].sort();
			const expected = new Map<string, number>();
			keys.forEach((key, i) => {
				if (i === 0 || Number(key.slice(0, 2)) - Number(keys[i - 1]!.slice(0, 2)) > repeatDays) expected.set(key, 1);
			});
			const known = new Map<string, number>();
			const add = (day: number, leaf: string, n: number) => {
				const key = `${String(day).padStart(2, '0')}${leaf}`;
				known.set(key, (known.get(key) ?? 0) + n);
			};
			// What the counts hold today: one for each day and cell that has a current row.
			for (const key of new Set(rows.filter(({ until }) => until === null).map(({ day, leaf }) => `${day}|${leaf}`))) {
				const [day, leaf] = key.split('|');
				add(Number(day), leaf!, 1);
			}
			for (const { day, leaf, received, n } of personCorrections(rows, repeatDays)) if (received > evening) add(day, leaf, -n);
			expect(new Map([...known].filter(([, n]) => n !== 0))).toEqual(expected);
		}), { numRuns: 1_000 });
	});
});
