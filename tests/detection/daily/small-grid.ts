import { addDays } from '#lib/calendar/days.ts';
import { calendarDaysOf } from '#lib/detection/daily/calendar-days.ts';
import { longestDelay } from '#lib/detection/daily/delay.ts';
import { emptyMemory, followGrid, type Grid } from '#lib/detection/daily/follow-grid.ts';
import { randomOf } from '../random.ts';

export const side = 5;
export const industries = 6;
export const days = 420;
const regions = side * side;

export type Event = { readonly region: number; readonly industry: number; readonly day: number; readonly received: number };

/** Events of a 5 × 5 map of regions with six industries; `factor` plants rises, `delay` days pass until an event is received. */
export function simulatedEvents(seed: number, factor: (region: number, industry: number, day: number) => number, delay = 0.7): Event[] {
	const random = randomOf(seed);
	const events: Event[] = [];
	for (let region = 0; region < regions; region++) {
		for (let industry = 0; industry < industries; industry++) {
			for (let day = 0; day < days; day++) {
				const mean = (0.15 + 0.05 * industry) * (day % 7 < 5 ? 1.2 : 0.5);
				const count = random.poisson(mean * factor(region, industry, day));
				for (let k = 0; k < count; k++) events.push({ region, industry, day, received: day + Math.floor(-delay * Math.log(1 - random.next())) });
			}
		}
	}
	return events;
}

export function gridOf(events: readonly Event[]): Grid {
	const cells = regions * industries;
	const cellOf = (event: Event) => event.region * industries + event.industry;
	const sorted = [...events].sort((a, b) => cellOf(a) - cellOf(b) || a.day - b.day);
	const start = new Int32Array(cells + 1);
	const day: number[] = [];
	const n: number[] = [];
	let at = 0;
	for (let cell = 0; cell < cells; cell++) {
		start[cell] = day.length;
		for (; at < sorted.length && cellOf(sorted[at]!) === cell; at++) {
			if (day.length > start[cell]! && day.at(-1) === sorted[at]!.day) n[n.length - 1]!++;
			else {
				day.push(sorted[at]!.day);
				n.push(1);
			}
		}
	}
	start[cells] = day.length;
	const late = events.filter((event) => event.received > event.day).sort((a, b) => a.day - b.day);
	const delays = new Float64Array(days * (longestDelay + 1));
	for (const event of events) delays[event.day * (longestDelay + 1) + Math.min(longestDelay, event.received - event.day)]!++;
	const all = (count: number) => Int32Array.from({ length: count }, (_, k) => k);
	const [x, y] = [(r: number) => r % side, (r: number) => Math.floor(r / side)];
	return {
		space: {
			regions, industries,
			regionNodes: [...Array.from(all(regions), (r) => Int32Array.of(r)), all(regions)],
			industryNodes: [...Array.from(all(industries), (i) => Int32Array.of(i)), all(industries)],
			balls: Array.from(all(regions), (a) => all(regions).filter((b) => Math.abs(x(a) - x(b)) <= 1 && Math.abs(y(a) - y(b)) <= 1)),
			groupOfIndustry: Uint16Array.from(all(industries)), groups: industries
		},
		counts: {
			start, day: Int32Array.from(day), n: Int32Array.from(n),
			late: {
				leaf: Int32Array.from(late, cellOf), day: Int32Array.from(late, (event) => event.day),
				received: Int32Array.from(late, (event) => event.received), n: Int32Array.from(late, () => 1),
				longest: Math.max(0, ...late.map((event) => event.received - event.day))
			}
		},
		cellOfLeaf: all(cells),
		calendar: calendarDaysOf(Array.from({ length: days + 7 }, (_, t) => ({ day: addDays('2024-01-01', t), holiday: false, makeup: false })), []),
		off: Uint8Array.from({ length: days + 7 }, (_, t) => (t % 7 >= 5 ? 1 : 0)),
		delays
	};
}

export type ShownOn = { readonly day: number; readonly regions: string; readonly industries: string };

/** What is shown from one day to another, with lists as text (`*` for all). */
export function shownBetween(grid: Grid, from: number, to: number): ShownOn[] {
	const text = (list: Int32Array, all: number) => (list.length === all ? '*' : list.join(' '));
	const shown: ShownOn[] = [];
	let memory = emptyMemory;
	for (let day = from; day <= to; day++) {
		const evening = followGrid(grid, day, memory);
		memory = evening.memory;
		for (const { set } of evening.shown) shown.push({ day, regions: text(set.regions, regions), industries: text(set.industries, industries) });
	}
	return shown;
}
