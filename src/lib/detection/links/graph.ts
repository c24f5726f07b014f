/** What enterprises can share and be tied by. */
const tieKinds = ['room', 'place', 'person', 'phone', 'agent'] as const;
type TieKind = (typeof tieKinds)[number];

/** With the pair of a busy agent and a busy place: what either brings by itself says little. */
type HubKind = TieKind | 'agent-place';

/** One thing an enterprise was tied to. */
export type Tie = {
	readonly kind: TieKind;
	/** Unique within the kind. */
	readonly key: string;
	/** What sort of it: hubs of one sort learn from each other (an office tower, a village house; a name, an identity number). */
	readonly sort?: string;
	/** Strangers meet there (a tower, a market, a registration agent): many at once is how such things begin. */
	readonly crowd?: boolean;
	/** First day of the tie when it is later than the arrival, e.g. a new representative. */
	readonly since?: number;
	/** A person judged that this tie is real. What was judged unreal is not to be passed at all. */
	readonly kept?: boolean;
};

/** An enterprise doing what is looked at (registering, cancelling young, being sold), with what it was tied to. */
export type Arrival = {
	/** Number of the enterprise; arrives once. */
	readonly enterprise: number;
	/** Whole days on any scale. */
	readonly day: number;
	/** First evening on which it was known; default `day`. */
	readonly known?: number;
	readonly ties: readonly Tie[];
};

/** Arrivals in order of time, and the hubs that tie them: a star per hub, so that n enterprises of one cost n, never n². */
export type LinkGraph = {
	/** By arrival. */
	readonly day: Int32Array;
	readonly known: Int32Array;
	readonly enterprise: Uint32Array;
	/** Members of hub h, in order of time: `member[first[h]] … member[first[h + 1] - 1]`; beside them since when, and whether kept. */
	readonly first: Uint32Array;
	readonly member: Uint32Array;
	readonly since: Int32Array;
	readonly kept: Uint8Array;
	/** By hub: its kind, its sort, and of a pair the two hubs it is made of. */
	readonly hubs: readonly Hub[];
	readonly sorts: readonly Sort[];
};

export type Hub = {
	readonly kind: HubKind;
	readonly key: string;
	/** Index into `sorts`. */
	readonly sort: number;
	readonly parts: readonly [number, number] | null;
};

export type Sort = { readonly kind: HubKind; readonly name: string; readonly crowd: boolean };

/** Pairs are looked up by one number: more hubs than this no register has. */
const mostHubs = 2 ** 26;

/** Builds the graph from arrivals in any order. */
export function linkGraph(arrivals: readonly Arrival[]): LinkGraph {
	const ordered = [...arrivals].sort((a, b) => a.day - b.day || a.enterprise - b.enterprise);
	const hubs: Hub[] = [];
	const sorts: Sort[] = [];
	const ids = new Map<TieKind, Map<string, number>>(tieKinds.map((kind) => [kind, new Map()]));
	const pairs = new Map<number, number>();
	const newHub = (kind: HubKind, key: string, name: string, crowd: boolean, parts: Hub['parts']): number => {
		let sort = sorts.findIndex((known) => known.kind === kind && known.name === name && known.crowd === crowd);
		if (sort < 0) sort = sorts.push({ kind, name, crowd }) - 1;
		return hubs.push({ kind, key, sort, parts }) - 1;
	};
	const hubOf = ({ kind, key, sort = '', crowd = false }: Tie): number => {
		const known = ids.get(kind)!.get(key);
		if (known !== undefined) return known;
		const hub = newHub(kind, key, sort, crowd, null);
		ids.get(kind)!.set(key, hub);
		return hub;
	};
	const pairOf = (agent: number, place: number): number => {
		const name = agent * mostHubs + place;
		let hub = pairs.get(name);
		if (hub === undefined) pairs.set(name, (hub = newHub('agent-place', '', sorts[hubs[place]!.sort]!.name, false, [agent, place])));
		return hub;
	};
	// The ends of all ties, arrival by arrival.
	const [endHub, endArrival, endSince, endKept]: [number[], number[], number[], number[]] = [[], [], [], []];
	ordered.forEach(({ day, ties }, arrival) => {
		const own = endHub.length;
		let [place, agent] = [-1, -1];
		const add = (hub: number, since: number, isKept: boolean) => {
			for (let at = own; at < endHub.length; at++) if (endHub[at] === hub) return;
			endHub.push(hub);
			endArrival.push(arrival);
			endSince.push(since);
			endKept.push(isKept ? 1 : 0);
		};
		for (const tie of ties) {
			const hub = hubOf(tie);
			add(hub, Math.max(day, tie.since ?? day), tie.kept === true);
			if (tie.kind === 'place' && place < 0) place = hub;
			if (tie.kind === 'agent' && agent < 0) agent = hub;
		}
		if (place >= 0 && agent >= 0) add(pairOf(agent, place), day, false);
	});
	const first = new Uint32Array(hubs.length + 1);
	for (const hub of endHub) first[hub + 1]!++;
	for (let hub = 0; hub < hubs.length; hub++) first[hub + 1]! += first[hub]!;
	const next = first.slice();
	const member = new Uint32Array(endHub.length);
	const since = new Int32Array(endHub.length);
	const kept = new Uint8Array(endHub.length);
	for (let end = 0; end < endHub.length; end++) {
		const at = next[endHub[end]!]!++;
		member[at] = endArrival[end]!;
		since[at] = endSince[end]!;
		kept[at] = endKept[end]!;
	}
	return {
		day: Int32Array.from(ordered, (arrival) => arrival.day),
		known: Int32Array.from(ordered, (arrival) => arrival.known ?? arrival.day),
		enterprise: Uint32Array.from(ordered, (arrival) => arrival.enterprise),
		first, member, since, kept, hubs, sorts
	};
}
