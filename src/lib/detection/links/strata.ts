import type { Clock } from './clock.ts';
import type { LinkGraph } from './graph.ts';

/** Bounds of what a pair would bring in a window if its two parts had nothing to do with each other. */
const bounds = [0.01, 0.03, 0.1, 0.3, 1, 3] as const;
/** Strata of one sort: a hub that is no pair is in the first. */
export const strataPerSort = bounds.length + 1;

/** What a pair would bring in `window` days if its parts were independent, by their traffic before `arrival`; 0 for what is no pair. */
export function independent(graph: LinkGraph, clock: Clock, hub: number, arrival: number, window: number): number {
	const { parts } = graph.hubs[hub]!;
	if (parts === null) return 0;
	const day = graph.day[arrival]!;
	const all = Math.max(1, clock.before(day));
	const span = clock.before(day + window) - clock.before(day) || all - clock.before(day - window);
	// One more each: a part that was never seen before is not impossible.
	return ((before(graph, parts[0], arrival) + 1) * (before(graph, parts[1], arrival) + 1) * span) / (all * all);
}

/** Members of a hub that arrived before `arrival`. */
function before({ first, member }: LinkGraph, hub: number, arrival: number): number {
	let [low, high] = [first[hub]!, first[hub + 1]!];
	while (low < high) {
		const middle = (low + high) >>> 1;
		if (member[middle]! < arrival) low = middle + 1;
		else high = middle;
	}
	return low - first[hub]!;
}

/** Which habit a hub follows. */
export function stratumOf(graph: LinkGraph, hub: number, expected: number): number {
	const { sort, parts } = graph.hubs[hub]!;
	let bin = 0;
	if (parts !== null) while (bin < bounds.length && expected >= bounds[bin]!) bin++;
	return sort * strataPerSort + bin;
}
