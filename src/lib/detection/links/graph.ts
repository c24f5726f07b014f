/** What enterprises can share and be tied by. */
export const tieKinds = ['room', 'place', 'person', 'phone', 'agent'] as const;
export type TieKind = (typeof tieKinds)[number];

/** With the pair of a busy agent and a busy place: what either brings by itself says little. */
export type HubKind = TieKind | 'agent-place';

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

const separator = '\u0001';

/** Builds the graph from arrivals in any order. */
export function linkGraph(arrivals: readonly Arrival[]): LinkGraph {
	const ordered = [...arrivals].sort((a, b) => a.day - b.day || a.enterprise - b.enterprise);
	const hubs: Hub[] = [];
	const sorts: Sort[] = [];
	const ids = new Map<string, number>();
	const sortIds = new Map<string, number>();
	const hubOf = (kind: HubKind, key: string, sortName: string, crowd: boolean, parts: Hub['parts'] = null): number => {
		const name = `${kind}${separator}${key}`;
		const known = ids.get(name);
		if (known !== undefined) return known;
		const sortKey = `${kind}${separator}${sortName}${separator}${crowd}`;
		let sort = sortIds.get(sortKey);
		if (sort === undefined) {
			sort = sorts.push({ kind, name: sortName, crowd }) - 1;
			sortIds.set(sortKey, sort);
		}
		const id = hubs.push({ kind, key, sort, parts }) - 1;
		ids.set(name, id);
		return id;
	};
	const ends: { hub: number; arrival: number; since: number; kept: number }[] = [];
	ordered.forEach(({ day, ties }, arrival) => {
		const own = new Set<number>();
		const add = (hub: number, since: number, kept: boolean) => {
			if (own.has(hub)) return;
			own.add(hub);
			ends.push({ hub, arrival, since, kept: kept ? 1 : 0 });
		};
		const base = (tie: Tie) => hubOf(tie.kind, tie.key, tie.sort ?? '', tie.crowd === true);
		for (const tie of ties) add(base(tie), Math.max(day, tie.since ?? day), tie.kept === true);
		const place = ties.find((tie) => tie.kind === 'place');
		const agent = ties.find((tie) => tie.kind === 'agent');
		if (!place || !agent) return;
		const parts = [base(agent), base(place)] as const;
		add(hubOf('agent-place', parts.join(separator), place.sort ?? '', false, parts), day, false);
	});
	const first = new Uint32Array(hubs.length + 1);
	for (const { hub } of ends) first[hub + 1]!++;
	for (let hub = 0; hub < hubs.length; hub++) first[hub + 1]! += first[hub]!;
	const next = first.slice();
	const member = new Uint32Array(ends.length);
	const since = new Int32Array(ends.length);
	const kept = new Uint8Array(ends.length);
	for (const end of ends) {
		const at = next[end.hub]!++;
		member[at] = end.arrival;
		since[at] = end.since;
		kept[at] = end.kept;
	}
	return {
		day: Int32Array.from(ordered, (arrival) => arrival.day),
		known: Int32Array.from(ordered, (arrival) => arrival.known ?? arrival.day),
		enterprise: Uint32Array.from(ordered, (arrival) => arrival.enterprise),
		first, member, since, kept, hubs, sorts
	};
}
