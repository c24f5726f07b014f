import type { Frame } from './frame.ts';
import type { CastMember, Population } from './population.ts';

/** An event that the plot wants, besides the ordinary ones. */
export type PlannedEvent = {
	readonly kind: string;
	/** Index of the enterprise. */
	readonly enterprise: number;
	readonly day: number;
	readonly item?: string;
	readonly minute?: number;
	/** Days until it was delivered. */
	readonly delay?: number;
	/** Ids that a change sets (see `castId`). */
	readonly person?: number;
	readonly address?: number;
	readonly complainant?: string;
	readonly content?: Readonly<Record<string, unknown>>;
};

/** A cell's intensity multiplied over some days. */
export type Wave = {
	readonly kind: string;
	readonly counties: ReadonlySet<number>;
	readonly division: number;
	readonly from: number;
	readonly to: number;
	readonly factor: number;
	readonly item: string;
};

/** Nothing of the kind arrives from these counties since the day. */
export type Silence = { readonly kind: string; readonly counties: ReadonlySet<number>; readonly from: number };

/** What the monitors should make of an incident. */
export type Expectation = {
	/** Id of the indicator that must raise it. */
	readonly indicator: string;
	/** The warning's region begins with this prefix, or is the province that holds it. */
	readonly regionPrefix: string;
	/** The warning's industry begins with this, or holds it; absent: any. */
	readonly industry?: string;
};

/** One incident before it meets the register. */
export type Incident = {
	readonly id: string;
	readonly title: string;
	/** `now` ends yesterday, `past` is over, `decoy` must raise nothing, `late` must be held. */
	readonly role: 'now' | 'past' | 'decoy' | 'late';
	readonly from: number;
	readonly to: number;
	readonly cast: readonly CastMember[];
	/** Events for the cast, whose indices are given in order. */
	readonly events: (indices: readonly number[], population: Population) => readonly PlannedEvent[];
	readonly waves: readonly Wave[];
	readonly silences: readonly Silence[];
	readonly expect: readonly Expectation[];
};

/** All incidents bound to the register. */
export type Plot = {
	readonly events: ReadonlyMap<number, readonly PlannedEvent[]>;
	readonly waves: readonly Wave[];
	readonly silent: readonly Silence[];
	/** Indices of each incident's cast. */
	readonly castOf: ReadonlyMap<string, readonly number[]>;
};

/** Gives the cast its places at the end of the register and sorts the planned events by day. */
export function bindPlot(incidents: readonly Incident[], population: Population): Plot {
	const events = new Map<number, PlannedEvent[]>();
	const castOf = new Map<string, readonly number[]>();
	let next = population.regular;
	for (const incident of incidents) {
		const indices = incident.cast.map(() => next++);
		castOf.set(incident.id, indices);
		for (const event of incident.events(indices, population)) {
			const list = events.get(event.day);
			if (list === undefined) events.set(event.day, [event]);
			else list.push(event);
		}
	}
	return {
		events,
		waves: incidents.flatMap((incident) => incident.waves),
		silent: incidents.flatMap((incident) => incident.silences),
		castOf
	};
}

/** Indices of the counties under a prefix. */
export function countiesUnder(frame: Frame, prefix: string): ReadonlySet<number> {
	return new Set(frame.counties.flatMap((code, c) => (code.startsWith(prefix) ? [c] : [])));
}
