import { clockOf } from '#lib/detection/links/clock.ts';
import { linkGraph } from '#lib/detection/links/graph.ts';
import { findGroups } from '#lib/detection/links/groups.ts';
import { knownHabits, learnHabits, type Known } from '#lib/detection/links/habits.ts';
import type { BenchContext } from '../context.ts';
import { activities, makeJurisdiction, shapes, type Activity, type Planted } from './links-jurisdiction.ts';

const seeds = [11, 12, 13, 14];
const enterprises = 60_000;
const groupsPerShape = 8;
/** As the shipped indicators. */
const { window, least, q } = { window: 90, least: 5, q: 0.1 };
/** Weekly evenings of the last year. */
const evenings = { every: 7, days: 371 } as const;
/** A finding goes on when half of the smaller side is the same, after at most so many days. */
const pauseDays = 30;

/** Findings of several evenings that are the same: all who were ever in it, and its best score. */
type Episode = { readonly activity: Activity; readonly members: Set<number>; now: ReadonlySet<number>; score: number; lastSeen: number };

/**
 * Planted groups that are found, and how many of the hundred strongest findings of all seeds are planted ones. A group is found when a
 * finding holds at least half of it and is mostly of it; a finding is right when most of it is of one planted group.
 */
export async function run({ report, log }: BenchContext): Promise<void> {
	const time = { milliseconds: 0, evenings: 0 };
	const findings: { readonly score: number; readonly right: boolean; readonly again: boolean }[] = [];
	const byShape = new Map(shapes.map((shape) => [shape, { found: 0, planted: 0 }]));
	for (const seed of seeds) {
		const world = makeJurisdiction(seed, enterprises, groupsPerShape);
		const registered = new Map<number, Known>();
		const episodes = activities.flatMap((activity) => {
			const started = performance.now();
			const found = watch(world.arrivals[activity], activity, world.lastDay, registered);
			time.milliseconds += performance.now() - started;
			time.evenings += Math.ceil((evenings.days + 1) / evenings.every);
			return found;
		});
		log(`seed ${seed}: ${world.arrivals.registration.length} registrations, ${world.planted.length} planted, ${episodes.length} found`);
		const seen = new Set<Planted>();
		for (const episode of episodes.sort((a, b) => b.score - a.score)) {
			const one = world.planted.find((group) => mostlyOf(episode, group));
			findings.push({ score: episode.score, right: one !== undefined, again: one !== undefined && seen.has(one) });
			if (one) seen.add(one);
		}
		for (const group of world.planted) {
			const shape = byShape.get(group.shape)!;
			shape.planted++;
			if (episodes.some((episode) => mostlyOf(episode, group) && overlap(group.enterprises, episode.members) * 2 >= group.enterprises.size)) shape.found++;
		}
	}
	const first = findings.sort((a, b) => b.score - a.score).slice(0, 100);
	const all = [...byShape.values()];
	const sum = (of: (one: { found: number; planted: number }) => number) => all.reduce((total, one) => total + of(one), 0);
	const share = (list: readonly (typeof findings)[number][], of: 'right' | 'again') => list.filter((one) => one[of]).length / list.length;
	report('planted groups found', sum(({ found }) => found) / sum(({ planted }) => planted), 'share');
	report('right among the first 100', share(first, 'right'), 'share');
	report('right among all shown', share(findings, 'right'), 'share');
	report('the same group again among all shown', share(findings, 'again'), 'share');
	for (const [shape, { found, planted }] of byShape) report(`found: ${shape}`, found / planted, 'share');
	report('time per evening and activity', time.milliseconds / time.evenings, 'ms');
}

function watch(arrivals: Parameters<typeof linkGraph>[0], activity: Activity, lastDay: number, registered: Map<number, Known>): Episode[] {
	const graph = linkGraph(arrivals);
	const open: Episode[] = [];
	for (let asOf = lastDay - evenings.days; asOf <= lastDay; asOf += evenings.every) {
		const clock = clockOf(graph.day, graph.day.filter((day) => day <= asOf).length);
		const habits = learnHabits(graph, clock, asOf - window, window, registered.get(asOf));
		if (activity === 'registration') registered.set(asOf, knownHabits(graph, habits, clock, asOf - window, window));
		for (const group of findGroups({ graph, clock, habits, asOf, window }, least)) {
			if (group.q > q) continue;
			const members = new Set(group.members.map((arrival) => graph.enterprise[arrival]!));
			const before = open.find(({ now, lastSeen }) => asOf - lastSeen <= pauseDays && overlap(now, members) * 2 >= Math.min(members.size, now.size));
			if (before === undefined) {
				open.push({ activity, members, now: members, score: group.score, lastSeen: asOf });
				continue;
			}
			for (const member of members) before.members.add(member);
			before.now = members;
			before.lastSeen = asOf;
			before.score = Math.max(before.score, group.score);
		}
	}
	return open;
}

const mostlyOf = (episode: Episode, group: Planted) => overlap(group.enterprises, episode.members) * 2 > episode.members.size;

function overlap(one: ReadonlySet<number>, other: ReadonlySet<number>): number {
	let n = 0;
	for (const member of one) if (other.has(member)) n++;
	return n;
}
