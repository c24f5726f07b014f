import { clockOf } from '#lib/detection/links/clock.ts';
import { linkGraph } from '#lib/detection/links/graph.ts';
import { findGroups } from '#lib/detection/links/groups.ts';
import { knownHabits, learnHabits, type Known } from '#lib/detection/links/habits.ts';
import type { BenchContext } from '../context.ts';
import { activities, makeJurisdiction, shapes, type Activity, type Planted } from './links-jurisdiction.ts';

const seeds = [11, 12, 13, 14];
const enterprises = 60_000;
const groupsPerShape = 8;
const most = 0.1;
const window = 90;
const least = 5;
const everyDays = 7;

type Episode = { readonly activity: Activity; readonly members: Set<number>; now: ReadonlySet<number>; score: number; q: number; lastSeen: number; ties: string };

/** Planted groups that are found, and how many of the hundred strongest findings are planted ones. */
export async function run({ report, log }: BenchContext): Promise<void> {
	const sums = { found: 0, planted: 0, milliseconds: 0, evenings: 0 };
	const findings: { readonly q: number; readonly score: number; readonly right: boolean; readonly again: boolean }[] = [];
	const byShape = new Map(shapes.map((shape) => [shape, { found: 0, planted: 0 }]));
	const cuts = new Map<number, number>();
	for (const seed of seeds) {
		const world = makeJurisdiction(seed, enterprises, groupsPerShape);
		const episodes: Episode[] = [];
		const registered = new Map<number, Known>();
		for (const activity of activities) {
			const started = performance.now();
			const graph = linkGraph(world.arrivals[activity]);
			let evenings = 0;
			const open: Episode[] = [];
			for (let asOf = world.lastDay - 371; asOf <= world.lastDay; asOf += everyDays) {
				const clock = clockOf(graph.day, lowerBound(graph.day, asOf + 1));
				const habits = learnHabits(graph, clock, asOf - window, window, registered.get(asOf));
				if (activity === 'registration') registered.set(asOf, knownHabits(graph, habits, clock, asOf - window, window));
				evenings++;
				for (const group of findGroups({ graph, clock, habits, asOf, window }, least)) {
					if (group.q > most) continue;
					const members = new Set(group.members.map((arrival) => graph.enterprise[arrival]!));
					const before = open.find((episode) => asOf - episode.lastSeen <= 30 && overlap(episode.now, members) * 2 >= Math.min(members.size, episode.now.size));
					const ties = group.reasons.slice(0, 4).map((r) => `${graph.hubs[r.hub]!.kind}/${graph.sorts[graph.hubs[r.hub]!.sort]!.name}:${r.members.length} of ${r.arrivals} exp ${r.expected.toFixed(2)} s ${r.surprise.toFixed(1)}`).join('; ');
					if (before) {
						for (const member of members) before.members.add(member);
						before.now = members;
						before.lastSeen = asOf;
						if (group.score > before.score) before.ties = ties;
						before.score = Math.max(before.score, group.score);
						before.q = Math.min(before.q, group.q);
					} else open.push({ activity, members, now: members, score: group.score, q: group.q, lastSeen: asOf, ties });
				}
			}
			episodes.push(...open);
			const took = performance.now() - started;
			log(`seed ${seed} ${activity}: ${graph.day.length} arrivals, ${graph.hubs.length} hubs, ${open.length} episodes, ${(took / evenings).toFixed(0)} ms an evening`);
			sums.milliseconds += took;
			sums.evenings += evenings;
		}
		const ranked = episodes.sort((a, b) => b.score - a.score);
		const seen = new Set<Planted>();
		for (const episode of ranked) {
			const one = world.planted.find((group) => overlap(group.enterprises, episode.members) * 2 > episode.members.size);
			findings.push({ q: episode.q, score: episode.score, right: one !== undefined, again: one !== undefined && seen.has(one) });
			if (one) seen.add(one);
			if (process.env['SHOW'] && !one) log(`  wrong ${episode.activity} ${episode.score.toFixed(1)} q ${episode.q.toExponential(1)} n ${episode.members.size}: ${episode.ties}`);
		}
		for (const group of world.planted) {
			const size = group.enterprises.size;
			const found = ranked.some((episode) => overlap(group.enterprises, episode.members) * 2 >= size && overlap(group.enterprises, episode.members) * 2 > episode.members.size);
			const shape = byShape.get(group.shape)!;
			shape.planted++;
			for (const cut of [0.003, 0.01, 0.03, 0.1]) if (ranked.some((e) => e.q <= cut && overlap(group.enterprises, e.members) * 2 >= size && overlap(group.enterprises, e.members) * 2 > e.members.size)) cuts.set(cut, (cuts.get(cut) ?? 0) + 1);
			if (found) shape.found++;
			else if (process.env['SHOW']) log(`  missed ${group.shape} of ${size}, best overlap ${Math.max(0, ...ranked.map((e) => overlap(group.enterprises, e.members)))}`);
			sums.planted++;
			sums.found += found ? 1 : 0;
		}
	}
	for (const [cut, n] of cuts) { const s = findings.filter((f) => f.q <= cut); log(`q ${cut}: found ${(n / sums.planted).toFixed(3)} right of shown ${(s.filter((f) => f.right).length / s.length).toFixed(3)} (${s.length})`); }
	findings.sort((a, b) => b.score - a.score);
	const first = findings.slice(0, 100);
	report('planted groups found', sums.found / sums.planted, 'share');
	report('right among the first 100', first.filter(({ right }) => right).length / first.length, 'share');
	report('right among all shown', findings.filter(({ right }) => right).length / findings.length, 'share');
	report('shown again among all shown', findings.filter(({ again }) => again).length / findings.length, 'share');
	for (const [shape, { found, planted }] of byShape) report(`found: ${shape}`, found / planted, 'share');
	report('time per evening and activity', sums.milliseconds / sums.evenings, 'ms');
}

function overlap(one: ReadonlySet<number>, other: ReadonlySet<number>): number {
	let n = 0;
	for (const member of one) if (other.has(member)) n++;
	return n;
}

/** How many days are before `day`. */
function lowerBound(days: Int32Array, day: number): number {
	let [low, high] = [0, days.length];
	while (low < high) {
		const middle = (low + high) >>> 1;
		if (days[middle]! < day) low = middle + 1;
		else high = middle;
	}
	return low;
}
