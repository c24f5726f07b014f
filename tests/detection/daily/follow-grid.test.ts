import { describe, expect, it } from 'vitest';
import { gridOf, shownBetween, simulatedEvents, type ShownOn } from './small-grid.ts';

const from = 340;
const to = 400;
const during = (day: number) => day >= 360 && day < 374;
const places = (shown: readonly ShownOn[]) => [...new Set(shown.map(({ regions, industries }) => `${regions} | ${industries}`))];

describe('a grid followed day by day', () => {
	it('shows next to nothing when nothing happens', () => {
		let episodes = 0;
		for (let seed = 1; seed <= 4; seed++) episodes += places(shownBetween(gridOf(simulatedEvents(seed, () => 1)), from, to)).length;
		// Four times 61 evenings at one in ten, far from independent.
		expect(episodes).toBeLessThan(12);
	});

	it.each([
		['one cell', (r: number, i: number) => r === 12 && i === 3, 9, '12 | 3'],
		['a region across its industries', (r: number) => r === 7, 4, '7 | *'],
		['an industry across the regions', (_r: number, i: number) => i === 2, 2.5, '* | 2'],
		['a neighbourhood in two industries', (r: number, i: number) => [6, 7, 11, 12].includes(r) && (i === 1 || i === 4), 7, null]
	] as const)('names %s once, under one name while it lasts, and stops soon after', (_, inside, factor, name) => {
		const grid = gridOf(simulatedEvents(11, (r, i, day) => (inside(r, i) && during(day) ? factor : 1)));
		const shown = shownBetween(grid, from, to).filter(({ day }) => day >= 360);
		// A neighbourhood may be shown with a region or an industry more or less.
		const holds = ({ regions, industries }: ShownOn) =>
			['6', '7', '11', '12'].filter((r) => regions.split(' ').includes(r)).length >= 3 && ['1', '4'].every((i) => industries.split(' ').includes(i));
		const own = shown.filter((one) => (name === null ? holds(one) : `${one.regions} | ${one.industries}` === name));
		expect(own.length).toBeGreaterThan(6);
		expect(own[0]!.day).toBeLessThan(370);
		expect(own.at(-1)!.day).toBeLessThan(384);
		expect(places(own).length).toBeLessThanOrEqual(name === null ? 2 : 1);
	});

	it('is blind to everything received later', () => {
		const events = simulatedEvents(5, (r, i, day) => (r === 12 && i === 3 && during(day) ? 9 : 1), 3);
		const asOf = 368;
		const all = shownBetween(gridOf(events), asOf - 8, asOf);
		expect(all.length).toBeGreaterThan(0);
		const known = gridOf(events.filter((event) => event.received <= asOf && event.day <= asOf));
		expect(shownBetween(known, asOf - 8, asOf)).toEqual(all);
	});

	it('takes a region that falls silent for what it is: no calm, and no rise when it comes back', () => {
		const grid = gridOf(simulatedEvents(3, (r, _i, day) => (r === 12 && day >= 330 && day < 365 ? 0 : 1), 0));
		expect(shownBetween(grid, 345, 395).filter(({ regions }) => regions.split(' ').includes('12'))).toEqual([]);
	});

	it('calls a rise that stays the new level after six weeks', () => {
		const grid = gridOf(simulatedEvents(4, (r, _i, day) => (r === 12 && day >= 345 ? 3 : 1), 0));
		const own = shownBetween(grid, 340, 415).filter(({ regions }) => regions === '12');
		expect(own[0]!.day).toBeLessThan(355);
		expect(own.at(-1)!.day).toBeLessThan(395);
	});

	it('judges nothing without a history', () => {
		const grid = gridOf(simulatedEvents(4, (_r, _i, day) => (day >= 300 ? 1 : 0)));
		expect(shownBetween(grid, 301, 340)).toEqual([]);
	});
});
