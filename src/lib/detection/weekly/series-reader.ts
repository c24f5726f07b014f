import { dayFromNumber, dayNumber, isDay, weekday } from '../../calendar/days.ts';
import type { RawRow } from '#lib/intake/read/csv.ts';

export const grains = ['week', 'day'] as const;
export type Grain = (typeof grains)[number];

/** One series of a table of counts, complete and without gaps. */
export type ReadSeries = {
	readonly name: string;
	/** First period: an index, or a day number. */
	readonly first: number;
	readonly dated: boolean;
	readonly counts: readonly number[];
	/** Null where the table has no such column. */
	readonly population: readonly number[] | null;
};

/** What was wrong, at which line of which series, and what to do. */
type SeriesRefusal = { readonly ok: false; readonly reason: string };

export type SeriesReader = {
	/** Takes the next row after the header; gives the series that it ends, if any. */
	readonly take: (row: RawRow) => { readonly ok: true; readonly ended: ReadSeries | null } | SeriesRefusal;
	/** Gives the last series. */
	readonly end: () => ReadSeries | null;
};

const columns = ['series', 'period', 'count'];
/** Beyond, sums of a few years would no longer be exact. */
const largestCount = 1e12;

/** Makes a reader of `series,period,count[,population]`; refuses another header. */
export function readerOf(header: readonly string[], grain: Grain): SeriesReader | SeriesRefusal {
	const names = header.map((name) => name.trim());
	const extra = names.length === 4 && names[3] === 'population';
	if (!columns.every((name, i) => names[i] === name) || !(names.length === 3 || extra)) {
		return { ok: false, reason: `line 1: the header is "${header.join(',')}"; it must be series,period,count or series,period,count,population` };
	}
	const step = grain === 'week' ? 7 : 1;
	const ended = new Set<string>();
	let current: { readonly name: string; readonly first: number; readonly dated: boolean; readonly counts: number[]; readonly population: number[] } | null = null;
	const close = (): ReadSeries | null => (current === null ? null : { ...current, population: extra ? current.population : null });

	return {
		take(row) {
			const refuse = (what: string): SeriesRefusal => ({ ok: false, reason: `line ${row.line}: ${what}` });
			if (row.fault !== null) return refuse(`cannot be read (${row.fault})`);
			if (row.values.length !== names.length) {
				return refuse(`has ${row.values.length} fields, the header has ${names.length}; put names that hold commas in quotes`);
			}
			const [name, period, count, population] = row.values as [string, string, string, string | undefined];
			const at = `series "${name}"`;
			if (name === '') return refuse('has no series; every row names its own');
			if (name.includes('\ufffd')) return refuse(`${at}: its name is not UTF-8; save the file as UTF-8`);
			const when = periodOf(period.trim(), grain);
			if (typeof when === 'string') return refuse(`${at}: ${when}`);
			const value = countOf(count.trim());
			if (value === null) return refuse(`${at}: count "${count}" at ${period} is not a whole number from 0 to ${largestCount}; mend it, or leave the series out`);
			const people = extra ? Number(population!.trim() || NaN) : 1;
			if (!(people > 0 && Number.isFinite(people))) return refuse(`${at}: population "${population}" at ${period} is not a number above 0`);

			let before: ReadSeries | null = null;
			if (current !== null && current.name !== name) {
				before = close();
				ended.add(current.name);
				current = null;
			}
			if (current === null) {
				if (ended.has(name)) return refuse(`${at} comes again after other series; sort the file so that its rows stand together`);
				current = { name, first: when.number, dated: when.dated, counts: [], population: [] };
			} else {
				const wrong = following(current, when, period, current.dated ? step : 1);
				if (wrong !== null) return refuse(`${at}: ${wrong}`);
			}
			current.counts.push(value);
			if (extra) current.population.push(people);
			return { ok: true, ended: before };
		},
		end: close
	};
}

type Period = { readonly number: number; readonly dated: boolean };

function periodOf(text: string, grain: Grain): Period | string {
	if (/^-?\d{1,9}$/.test(text)) return { number: Number(text), dated: false };
	if (!isDay(text)) return `period "${text}" is neither a whole number nor a date like 2024-01-29`;
	if (grain === 'week' && weekday(text) !== 1) return `period ${text} is no Monday; name each week by its Monday, or use --grain day`;
	return { number: dayNumber(text), dated: true };
}

/** What is wrong with a period after those that are there; null: nothing. */
function following(
	{ first, dated, counts }: { readonly first: number; readonly dated: boolean; readonly counts: readonly number[] }, when: Period, text: string, step: number
): string | null {
	if (when.dated !== dated) return `period ${text} is ${dated ? 'a number' : 'a date'}, those before are not; use one kind`;
	const expected = first + step * counts.length;
	if (when.number === expected) return null;
	const say = (number: number) => (dated ? dayFromNumber(number) : String(number));
	const last = say(expected - step);
	if (when.number === expected - step) return `period ${text} comes twice; add its counts up into one row`;
	if (when.number < expected) return `period ${text} comes after ${last}; sort each series by period`;
	return `period ${text} comes after ${last}, ${say(expected)} is missing; give missing periods a row of their own (count 0 where nothing happened)`;
}

function countOf(text: string): number | null {
	// 1e+05 is how spreadsheets and R write a hundred thousand.
	if (!/^\d+(\.0+)?(e\+?\d{1,2})?$/i.test(text)) return null;
	const value = Number(text);
	return value <= largestCount ? value : null;
}
