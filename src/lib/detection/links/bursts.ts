import { upperTail } from '../tails.ts';
import type { Clock } from './clock.ts';
import { furtherLaw, type Habits } from './habits.ts';
import type { LinkGraph } from './graph.ts';
import { independent, stratumOf } from './strata.ts';

/** The evening that is judged: arrivals of the last `window` days, as known on `asOf`. */
export type Evening = {
	readonly graph: LinkGraph;
	readonly clock: Clock;
	readonly habits: Habits;
	readonly asOf: number;
	readonly window: number;
};

/** A hub that several arrivals of the window share. */
export type Busy = {
	readonly hub: number;
	/** Strangers meet there. */
	readonly crowd: boolean;
	/** Arrivals in order of time, and whether a person kept the tie. */
	readonly members: readonly number[];
	readonly kept: readonly boolean[];
	/** −ln P(at least `further` arrivals follow within `days`). */
	readonly surprise: (further: number, from: number, to: number) => number;
	/** Expected arrivals in the whole window after the first one. */
	readonly expected: number;
};

/** Hubs with at least two arrivals in the window. */
export function busyHubs({ graph, clock, habits, asOf, window }: Evening): Busy[] {
	const { first, member, since, kept, day, known, hubs } = graph;
	const start = asOf - window + 1;
	const whole = clock.before(asOf + 1) - clock.before(start);
	const busy: Busy[] = [];
	for (let hub = 0; hub < hubs.length; hub++) {
		const [from, end] = [first[hub]!, first[hub + 1]!];
		let at = end;
		while (at > from && day[member[at - 1]!]! >= start) at--;
		const members: number[] = [];
		const keptOnes: boolean[] = [];
		for (let i = at; i < end; i++) {
			const arrival = member[i]!;
			if (day[arrival]! > asOf) break;
			if (known[arrival]! > asOf || since[i]! > asOf) continue;
			members.push(arrival);
			keptOnes.push(kept[i] === 1);
		}
		if (members.length < 2) continue;
		const past = at - from;
		const pastSpan = past === 0 ? 0 : clock.before(start) - clock.before(day[member[from]!]!);
		const habit = habits(stratumOf(graph, hub, independent(graph, clock, hub, members[0]!, window)));
		busy.push({
			hub, crowd: graph.sorts[hubs[hub]!.sort]!.crowd, members, kept: keptOnes,
			surprise: (further, one, other) => {
				const span = clock.before(day[other]! + 1) - clock.before(day[one]!);
				return -Math.log(Math.max(1e-300, upperTail(further, furtherLaw(habit, past, pastSpan, day[other]! - day[one]!, span, whole))));
			},
			expected: furtherLaw(habit, past, pastSpan, window, whole, whole).mean
		});
	}
	return busy;
}
