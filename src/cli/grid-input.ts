import { addDays, daysBetween, isDay } from '#lib/calendar/days.ts';
import { calendarDaysOf, newYearsOf, type CalendarDay } from '#lib/detection/daily/calendar-days.ts';
import type { LeafCounts } from '#lib/detection/daily/cells.ts';
import { longestDelay } from '#lib/detection/daily/delay.ts';
import type { Grid } from '#lib/detection/daily/follow-grid.ts';
import { InputError, readCsv } from './csv-input.ts';

/** A grid read from three files, with the names of its rows and columns. */
export type NamedGrid = { readonly grid: Grid; readonly regions: readonly string[]; readonly industries: readonly string[]; readonly firstDay: string };

type Region = { readonly name: string; readonly x: number; readonly y: number; readonly parent: string };
type Calendar = { readonly days: readonly (CalendarDay & { readonly off: boolean })[]; readonly firstDay: string };

/** Cells and days that are held in memory; the nation has 300,000 cells. */
const mostCells = 2_000_000;
const mostDays = 8_000;
/** Of one row, and of one cell and day. */
const mostCount = 2_000_000_000;

/**
 * Reads regions, calendar and counts for judging the days `from` … `to`: what happened or was received later is left out, and so is what lies
 * before the first event that was known on the first of them.
 */
export async function readGrid(
	files: { readonly input: string; readonly regions: string; readonly calendar: string }, from: string, to: string
): Promise<NamedGrid> {
	const regions = await readRegions(files.regions);
	const calendar = await readCalendar(files.calendar);
	if (to > calendar.days.at(-1)!.day) throw new InputError(`${files.calendar} ends on ${calendar.days.at(-1)!.day}, before --to ${to}; add the days`);
	const last = daysBetween(calendar.firstDay, to);
	const begin = Math.max(0, daysBetween(calendar.firstDay, from));
	const rows = await readCounts(files.input, regions, calendar, begin, last);
	const names = regions.map((region) => region.name);
	const days = calendar.days.slice(rows.firstUsed);
	const R = regions.length;
	const I = rows.industries.length;
	return {
		regions: names, industries: rows.industries, firstDay: days[0]!.day,
		grid: {
			space: {
				regions: R, industries: I,
				regionNodes: [...all(R).map((r) => Int32Array.of(r)), ...parentNodes(regions), Int32Array.from(all(R))],
				industryNodes: [...all(I).map((i) => Int32Array.of(i)), Int32Array.from(all(I))],
				balls: regions.map((a) => Int32Array.from(all(R).filter((r) => Math.abs(regions[r]!.x - a.x) <= 1 && Math.abs(regions[r]!.y - a.y) <= 1))),
				groupOfIndustry: Uint16Array.from(all(I)), groups: I
			},
			counts: rows.counts, cellOfLeaf: Int32Array.from(all(R * I)), delays: rows.delays,
			calendar: calendarDaysOf(days, newYearsOf(calendar.days)), off: Uint8Array.from(days, (day) => (day.off ? 1 : 0))
		}
	};
}

const all = (n: number) => Array.from({ length: n }, (_, k) => k);

/** Parents as nodes; one that holds everything or a single region says nothing new. */
function parentNodes(regions: readonly Region[]): Int32Array[] {
	const byParent = Map.groupBy(regions.keys(), (r) => regions[r]!.parent);
	byParent.delete('');
	return [...byParent.values()].filter((rows) => rows.length > 1 && rows.length < regions.length).map((rows) => Int32Array.from(rows));
}

async function readRegions(file: string): Promise<readonly Region[]> {
	const regions: Region[] = [];
	const seen = new Set<string>();
	for await (const { line, values } of readCsv(file, ['region', 'x', 'y', 'parent?'])) {
		const [name, x, y, parent] = values as [string, string, string, string];
		if (name === '' || /\s/.test(name) || name === '*') throw new InputError(`${file}, line ${line}: "${name}" cannot name a region; no blanks, not *`);
		if (seen.has(name)) throw new InputError(`${file}, line ${line}: the region ${name} is there twice`);
		seen.add(name);
		if (x === '' || y === '' || !Number.isFinite(Number(x)) || !Number.isFinite(Number(y))) {
			throw new InputError(`${file}, line ${line}: x and y of ${name} must be numbers, not "${x}" and "${y}"`);
		}
		regions.push({ name, x: Number(x), y: Number(y), parent });
	}
	if (regions.length === 0) throw new InputError(`${file} names no region`);
	return regions;
}

const flag = (text: string) => text !== '' && !['0', 'false', 'no', 'f', 'n', '否', '无'].includes(text.toLowerCase());

async function readCalendar(file: string): Promise<Calendar> {
	const days: (CalendarDay & { off: boolean })[] = [];
	for await (const { line, values } of readCsv(file, ['date', 'off', 'holiday', 'makeup'])) {
		const [day, off, holiday, makeup] = values as [string, string, string, string];
		if (!isDay(day)) throw new InputError(`${file}, line ${line}: "${day}" is no date; write it as 2025-01-31`);
		const expected = days.length > 0 ? addDays(days.at(-1)!.day, 1) : day;
		if (day !== expected) throw new InputError(`${file}, line ${line}: ${day} where ${expected} must follow; every day, in order`);
		days.push({ day, off: flag(off), holiday: flag(holiday) && flag(off), makeup: flag(makeup) });
		if (days.length > mostDays) throw new InputError(`${file} has more than ${mostDays} days; leave out the oldest`);
	}
	if (days.length === 0) throw new InputError(`${file} has no day`);
	return { days, firstDay: days[0]!.day };
}

type Counted = {
	readonly industries: readonly string[];
	readonly counts: LeafCounts;
	readonly delays: Float64Array | null;
	/** Index of the first day that counts; days before it are left out. */
	readonly firstUsed: number;
};

async function readCounts(file: string, regions: readonly Region[], calendar: Calendar, begin: number, last: number): Promise<Counted> {
	const regionAt = new Map(regions.map((region, r) => [region.name, r]));
	const industryAt = new Map<string, number>();
	const days = new Map<string, number>(calendar.days.map(({ day }, t) => [day, t]));
	// Columns of numbers: rows as objects would take ten times the memory.
	const region: number[] = [];
	const industry: number[] = [];
	const occurred: number[] = [];
	const received: number[] = [];
	const n: number[] = [];
	let first = Infinity;
	for await (const { line, values } of readCsv(file, ['region', 'industry', 'occurred_on', 'received_on?', 'count'])) {
		const [regionName, industryName, on, got, text] = values as [string, string, string, string, string];
		const at = (problem: string) => new InputError(`${file}, line ${line}: ${problem}`);
		const r = regionAt.get(regionName);
		if (r === undefined) throw at(`the region "${regionName}" is not in the file of regions`);
		if (industryName === '' || /\s/.test(industryName) || industryName === '*') throw at(`"${industryName}" cannot name an industry; no blanks, not *`);
		const t = days.get(on);
		if (t === undefined) throw at(isDay(on) ? `${on} is not in the calendar; add its days` : `occurred_on "${on}" is no date; write it as 2025-01-31`);
		const count = Number(text);
		if (text === '' || !Number.isSafeInteger(count) || count < 0 || count > mostCount) throw at(`count "${text}" must be a whole number from 0 to ${mostCount}`);
		if (got !== '' && !isDay(got)) throw at(`received_on "${got}" is no date; write it as 2025-01-31, or leave it empty`);
		if (got !== '' && got < on) throw at(`received on ${got}, before it occurred on ${on}`);
		const receivedAt = got === '' ? t : daysBetween(calendar.firstDay, got);
		// What is known only after the last judged day is not there at all.
		if (t > last || receivedAt > last || count === 0) continue;
		if (!industryAt.has(industryName)) {
			industryAt.set(industryName, industryAt.size);
			if (industryAt.size * regions.length > mostCells) throw at(`more than ${mostCells} cells; split the file`);
		}
		if (receivedAt <= begin) first = Math.min(first, t);
		region.push(r);
		industry.push(industryAt.get(industryName)!);
		occurred.push(t);
		received.push(receivedAt);
		n.push(count);
	}
	if (industryAt.size === 0) throw new InputError(`${file} has no event that is known by ${calendar.days[last]!.day}`);
	if (first === Infinity) throw new InputError(`${file} has no event that is known by ${calendar.days[begin]!.day}, the first day to be judged`);
	const firstUsed = first;
	return { industries: [...industryAt.keys()], firstUsed, ...table({ region, industry, occurred, received, n }, regions.length, industryAt.size, firstUsed, last) };
}

type Rows = { readonly region: number[]; readonly industry: number[]; readonly occurred: number[]; readonly received: number[]; readonly n: number[] };

function table(rows: Rows, R: number, I: number, firstUsed: number, last: number): { readonly counts: LeafCounts; readonly delays: Float64Array | null } {
	const cells = R * I;
	const used = all(rows.n.length).filter((k) => rows.occurred[k]! >= firstUsed);
	const cellOf = (k: number) => rows.region[k]! * I + rows.industry[k]!;
	const order = Int32Array.from(used).sort((a, b) => cellOf(a) - cellOf(b) || rows.occurred[a]! - rows.occurred[b]!);
	const start = new Int32Array(cells + 1);
	const day = new Int32Array(order.length);
	const n = new Int32Array(order.length);
	let size = 0;
	let cell = 0;
	for (const k of order) {
		while (cell < cellOf(k)) start[++cell] = size;
		const t = rows.occurred[k]! - firstUsed;
		if (size > start[cell]! && day[size - 1] === t) {
			if (n[size - 1]! + rows.n[k]! > mostCount) throw new InputError(`more than ${mostCount} events of one cell and day`);
			n[size - 1] = n[size - 1]! + rows.n[k]!;
		}
		else {
			day[size] = t;
			n[size++] = rows.n[k]!;
		}
	}
	while (cell < cells) start[++cell] = size;

	const late = used.filter((k) => rows.received[k]! > rows.occurred[k]!).sort((a, b) => rows.occurred[a]! - rows.occurred[b]!);
	const width = longestDelay + 1;
	let delays: Float64Array | null = null;
	if (late.length > 0) {
		delays = new Float64Array((last - firstUsed + 1) * width);
		for (const k of used) {
			// What takes longer would be known to the table before it has come.
			const delay = rows.received[k]! - rows.occurred[k]!;
			if (delay > longestDelay) continue;
			const at = (rows.occurred[k]! - firstUsed) * width + delay;
			delays[at] = delays[at]! + rows.n[k]!;
		}
	}
	return {
		delays,
		counts: {
			start, day: day.subarray(0, size), n: n.subarray(0, size),
			late: {
				leaf: Int32Array.from(late, cellOf), day: Int32Array.from(late, (k) => rows.occurred[k]! - firstUsed),
				received: Int32Array.from(late, (k) => rows.received[k]! - firstUsed), n: Int32Array.from(late, (k) => rows.n[k]!),
				longest: late.reduce((longest, k) => Math.max(longest, rows.received[k]! - rows.occurred[k]!), 0)
			}
		}
	};
}
