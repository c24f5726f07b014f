import { describe, expect, it } from 'vitest';
import { clockOf } from '#lib/detection/links/clock.ts';
import { linkGraph, type Arrival, type Tie } from '#lib/detection/links/graph.ts';
import { findGroups } from '#lib/detection/links/groups.ts';
import { learnHabits } from '#lib/detection/links/habits.ts';
import { randomOf } from '../random.ts';

const window = 90;
const days = 900;

/** Strangers with a person, a phone and a house each, and one agency that a third of them use. */
function strangers(seed: number): Arrival[] {
	const { next } = randomOf(seed);
	return Array.from({ length: 9_000 }, (_, enterprise): Arrival => ({
		enterprise, day: Math.floor(next() * days),
		ties: [
			{ kind: 'person', key: `p${Math.floor(next() * 40_000)}`, sort: 'id' }, { kind: 'phone', key: `t${enterprise}` },
			{ kind: 'place', key: `h${Math.floor(next() * 20_000)}`, sort: 'house' },
			...(next() < 0.3 ? [{ kind: 'agent', key: 'agency', crowd: true } as const] : [])
		]
	}));
}

const planted = (from: number, ties: readonly (readonly Tie[])[]): Arrival[] =>
	ties.map((own, i) => ({ enterprise: 50_000 + i, day: days - 40 + i, ties: [...own, { kind: 'phone', key: `${from}-${i}` }] }));

function groupsOf(arrivals: readonly Arrival[], asOf = days) {
	const graph = linkGraph(arrivals);
	const clock = clockOf(graph.day, graph.day.length);
	const habits = learnHabits(graph, clock, asOf - window, window);
	return findGroups({ graph, clock, habits, asOf, window }, 5)
		.filter((group) => group.q <= 0.05)
		.map((group) => ({ ...group, who: group.members.map((arrival) => graph.enterprise[arrival]!).sort((a, b) => a - b), hubs: group.reasons.map(({ hub }) => graph.hubs[hub]!.key) }));
}

const house = (key: string): Tie => ({ kind: 'place', key, sort: 'house' });
const person = (key: string): Tie => ({ kind: 'person', key, sort: 'id' });
const agency: Tie = { kind: 'agent', key: 'agency', crowd: true };

describe('groups of linked enterprises', () => {
	it('finds none among strangers who use one agency', () => {
		for (const seed of [1, 2, 3]) expect(groupsOf(strangers(seed))).toEqual([]);
	});

	it('finds eight at one house, and names the house first', () => {
		const [found, ...others] = groupsOf([...strangers(1), ...planted(1, Array.from({ length: 8 }, (_, i) => [house('nest'), person(`q${i}`)]))]);
		expect(others).toEqual([]);
		expect(found!.who).toEqual([0, 1, 2, 3, 4, 5, 6, 7].map((i) => 50_000 + i));
		expect(found!.hubs[0]).toBe('nest');
	});

	it('ties addresses that rotate, and persons that hand on, into one group', () => {
		// House and person change by turns: no hub holds more than two.
		const chain = Array.from({ length: 10 }, (_, i) => [house(`c${Math.floor(i / 2)}`), person(`d${Math.floor((i + 1) / 2)}`)]);
		const found = groupsOf([...strangers(2), ...planted(2, chain)]);
		expect(found.map(({ who }) => who.length)).toEqual([10]);
	});

	it('does not follow an agency that everybody uses', () => {
		const two = (from: number, nest: string) => Array.from({ length: 7 }, (_, i) => [house(nest), person(`${nest}${from + i}`), agency]);
		const found = groupsOf([...strangers(3), ...planted(3, [...two(0, 'one'), ...two(20, 'two')])]);
		expect(found.map(({ who }) => who.length)).toEqual([7, 7]);
	});

	it('joins what a person judged to be the same', () => {
		const same = { ...agency, kept: true };
		const two = (nest: string) => Array.from({ length: 6 }, (_, i) => [house(nest), person(`${nest}${i}`), i === 0 ? same : agency]);
		const found = groupsOf([...strangers(3), ...planted(4, [...two('one'), ...two('two')])]);
		expect(found.map(({ who }) => who.length)).toEqual([12]);
	});

	it('looks at nothing that was not known that evening', () => {
		const late = planted(5, Array.from({ length: 8 }, () => [house('nest')])).map((arrival) => ({ ...arrival, known: days + 1 }));
		expect(groupsOf([...strangers(1), ...late])).toEqual([]);
		expect(groupsOf([...strangers(1), ...late], days + 1)).toHaveLength(1);
	});

	it('lets a new tie count from the day it began', () => {
		const later = Array.from({ length: 8 }, () => [{ ...person('buyer'), since: days + 5 }]);
		expect(groupsOf([...strangers(1), ...planted(6, later)])).toEqual([]);
		expect(groupsOf([...strangers(1), ...planted(6, later)], days + 5)).toHaveLength(1);
	});

	it('gives finite scores for empty, tiny and crowded input', () => {
		expect(groupsOf([])).toEqual([]);
		const one = Array.from({ length: 300 }, (_, enterprise): Arrival => ({ enterprise, day: days, ties: [house('all')] }));
		for (const group of groupsOf(one)) expect(Number.isFinite(group.score)).toBe(true);
	});
});
