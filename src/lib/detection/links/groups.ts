import { qValues } from '../false-discovery.ts';
import { busyHubs, type Busy, type Evening } from './bursts.ts';

/** Enterprises that belong together by what they share. */
export type Group = {
	/** Arrivals (indices of the graph), in order of time. */
	readonly members: readonly number[];
	/** −ln of the probability that chance ties such a group to a given arrival. */
	readonly score: number;
	/** False-discovery-adjusted over all arrivals of the window: each could have been the first of a group. */
	readonly q: number;
	/** What ties them, strongest first. */
	readonly reasons: readonly Reason[];
};

/** One shared thing within a group. */
export type Reason = {
	readonly hub: number;
	readonly members: readonly number[];
	/** Arrivals at this hub in the window, in the group or not, and how many were to be expected after the first. */
	readonly arrivals: number;
	readonly expected: number;
	/** −ln of the probability that so many of the group come so close together by chance. */
	readonly surprise: number;
};

/** Links of which chance offers an arrival more than so many do not join. */
const chanceLinks = 0.25;

/** Two groups are not joined by a link of which chance offers so many between them. */
const chanceJoins = 0.05;

/** A run that chance brings in fewer than so many evenings ties all its arrivals, however little each link says. */
const chanceRuns = 0.05;

/** `strength` and `length` of the run it lies in. */
type Link = { readonly busy: number; readonly one: number; readonly other: number; readonly strength: number; readonly length: number };

/**
 * Finds the groups of at least `least` arrivals of an evening, best first.
 *
 * Links run between neighbours in time at one hub, and a burst lends its surprise to all its links. Joined strongest first (Kruskal
 * 1956) unless chance offers such links anyway: a hub that everybody uses has links that say nothing, and glues nobody together. What
 * chance would need is added up over the shared things of the tree, each paid for with the choice it was taken from.
 */
export function findGroups(evening: Evening, least: number): Group[] {
	const { graph } = evening;
	const busy = busyHubs(evening);
	const active = activeArrivals(evening);
	const choices = Math.log(Math.max(1, waysPerArrival(evening)));
	const links = busy.flatMap((_, i) => linksOf(busy, i)).sort((a, b) => b.strength - a.strength || a.one - b.one || a.other - b.other || a.busy - b.busy);
	const size = new Int32Array(graph.day.length).fill(1);
	const parent = Int32Array.from(graph.day.keys());
	const root = (i: number): number => {
		let at = i;
		while (parent[at] !== at) at = parent[at] = parent[parent[at]!]!;
		return at;
	};
	const tree: Link[] = [];
	for (const link of links) {
		const whole = choices - link.strength;
		const certain = !busy[link.busy]!.crowd && whole + Math.log(active) < Math.log(chanceRuns);
		const chance = certain ? whole : whole / link.length;
		if (chance > Math.log(chanceLinks)) continue;
		const [one, other] = [root(link.one), root(link.other)];
		if (one === other) continue;
		if (chance + Math.log((size[one]! * size[other]!) / active) > Math.log(chanceJoins)) continue;
		size[one]! += size[other]!;
		parent[other] = one;
		tree.push(link);
	}
	const groups = [...Map.groupBy(tree, (link) => root(link.one)).values()].flatMap((own) => {
		const members = [...new Set(own.flatMap(({ one, other }) => [one, other]))].sort((a, b) => a - b);
		if (members.length < least) return [];
		// Each further thing could have been tied on anywhere: e·d per link instead of d (total progeny of a branching process, Borel 1942).
		let score = 1;
		for (const [hub, ties] of Map.groupBy(own, (link) => link.busy)) {
			const tied = ties.flatMap(({ one, other }) => [one, other]).sort((a, b) => a - b);
			const said = busy[hub]!.surprise(ties.length, tied[0]!, tied.at(-1)!) - Math.log(busy[hub]!.members.length - ties.length) - choices - 1;
			// What a person kept is no coincidence, however common it is.
			score += ties.some(({ strength }) => strength === fixed) ? Math.max(0, said) : said;
		}
		return [{ members, score }];
	});
	const q = qValues(Float64Array.from(groups, ({ score }) => Math.min(1, Math.exp(-score))), Math.max(active, groups.length));
	const byMember = reasonIndex(busy);
	return groups
		.map(({ members, score }, i) => ({ members, score, q: q[i]!, reasons: reasonsOf(busy, byMember, members) }))
		.sort((a, b) => b.score - a.score);
}

function activeArrivals({ graph: { day, known }, asOf, window }: Evening): number {
	let n = 0;
	for (let i = day.length - 1; i >= 0 && day[i]! > asOf - window; i--) if (day[i]! <= asOf && known[i]! <= asOf) n++;
	return n;
}

/** How many things an arrival shares on average: one of so many ways to be tied by chance. */
function waysPerArrival({ graph }: Evening): number {
	let ends = 0;
	graph.hubs.forEach(({ parts }, hub) => (ends += parts !== null ? 0 : graph.first[hub + 1]! - graph.first[hub]!));
	return ends / Math.max(1, graph.day.length);
}

const fixed = 1e6;
/** Beyond so many arrivals runs are tried in doubling lengths. */
const everyRun = 48;

/** Neighbours in time at one hub, with the surprise of the burst that each link lies in: the strongest run first, the rest on both sides anew. */
function linksOf(all: readonly Busy[], index: number): Link[] {
	const { members, kept, surprise } = all[index]!;
	const links: Link[] = [];
	const cut = (from: number, to: number) => {
		if (to <= from) return;
		let [best, first, last] = [-Infinity, from, from + 1];
		const n = to - from + 1;
		for (let length = 1; length < n; length = n <= everyRun ? length + 1 : length * 2) {
			for (let i = from; i + length <= to; i++) {
				const said = surprise(length, members[i]!, members[i + length]!) - Math.log(n - length);
				if (said > best) [best, first, last] = [said, i, i + length];
			}
		}
		for (let i = first; i < last; i++) links.push({ busy: index, one: members[i]!, other: members[i + 1]!, strength: best, length: last - first });
		cut(from, first);
		cut(last, to);
	};
	cut(0, members.length - 1);
	const keptOnes = members.filter((_, i) => kept[i]);
	for (let i = 0; i + 1 < keptOnes.length; i++) links.push({ busy: index, one: keptOnes[i]!, other: keptOnes[i + 1]!, strength: fixed, length: 1 });
	return links;
}

function reasonIndex(busy: readonly Busy[]): ReadonlyMap<number, readonly number[]> {
	const index = new Map<number, number[]>();
	busy.forEach(({ members }, i) => {
		for (const member of members) {
			const known = index.get(member);
			if (known) known.push(i);
			else index.set(member, [i]);
		}
	});
	return index;
}

function reasonsOf(busy: readonly Busy[], byMember: ReadonlyMap<number, readonly number[]>, members: readonly number[]): Reason[] {
	const shared = new Map<number, number[]>();
	for (const member of members) {
		for (const hub of byMember.get(member) ?? []) {
			const known = shared.get(hub);
			if (known) known.push(member);
			else shared.set(hub, [member]);
		}
	}
	return [...shared]
		.filter(([, tied]) => tied.length > 1)
		.map(([i, tied]): Reason => ({
			hub: busy[i]!.hub, members: tied, arrivals: busy[i]!.members.length, expected: busy[i]!.expected,
			surprise: busy[i]!.surprise(tied.length - 1, tied[0]!, tied.at(-1)!)
		}))
		.sort((a, b) => b.surprise - a.surprise);
}
