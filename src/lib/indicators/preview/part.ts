import { addDays } from '#lib/calendar/days.ts';
import { layoutOf } from '#lib/detection/daily/cells.ts';
import type { DefinitionOf } from '#lib/indicators/definition.ts';
import type { KindRun } from '#lib/indicators/kind-evening.server.ts';
import type { PreviewWeek } from './evenings.ts';
import type { SweptEvening } from './sightings.ts';
import { cellSweep, type SweptSet } from './sweep.ts';
import type { SourceState } from '#lib/indicators/sources.server.ts';

/** The weeks of a preview of cells and all that is known of them: plain data, to be handed to a thread. */
export type CellPart = {
	readonly run: Omit<KindRun, 'data'> & { readonly data: Omit<KindRun['data'], 'layout'> };
	readonly leaves: KindRun['data']['layout']['leaves'];
	readonly neighbours: readonly (readonly [string, string])[];
	readonly state: SourceState;
	readonly definition: DefinitionOf<'cell-surge'>;
	/** Registrations that clusters account for, by evening. */
	readonly explained: ReadonlyMap<string, readonly { readonly region: string; readonly industry: string; readonly day: string }[]>;
	readonly weeks: readonly PreviewWeek[];
};

export type SweptPart = { readonly evenings: readonly SweptEvening[]; readonly sets: ReadonlyMap<string, SweptSet> };

/** Takes apart what cannot be handed over. */
export function cellPart(
	run: KindRun, from: Pick<CellPart, 'state' | 'definition' | 'explained' | 'weeks'>
): CellPart {
	const { layout, ...data } = run.data;
	const { balls } = layout.space;
	const neighbours = balls.flatMap((ball, r) => Array.from(ball).filter((other) => other > r).map((other) => [layout.regionCodes[r]!, layout.regionCodes[other]!] as const));
	return { ...from, run: { ...run, data, learned: new Map() }, leaves: layout.leaves, neighbours };
}

/**
 * Judges the weeks one after the other. Evenings between those that are always judged are looked at while there is something to see;
 * clusters of several counties are looked for at the end of every second week.
 *
 * @param done told after each week.
 */
export function sweepPart(part: CellPart, done: () => void): SweptPart {
	const run: KindRun = { ...part.run, data: { ...part.run.data, layout: layoutOf(part.leaves, part.neighbours) } };
	const sweep = cellSweep(run, part.state, part.definition, (evening) =>
		(part.explained.get(evening.asOf) ?? []).flatMap(({ region, industry, day }) => evening.place(region, industry, day) ?? [])
	);
	const evenings: SweptEvening[] = [];
	for (const [w, week] of part.weeks.entries()) {
		for (let d = 0; d < 7; d++) {
			const day = addDays(week.from, d);
			const seen = evenings.at(-1)?.sightings.length ?? 0;
			if (seen > 0 || week.evenings.includes(day)) evenings.push(sweep.evening(day, d === 6 && w % 2 === 1));
		}
		done();
	}
	return { evenings, sets: sweep.sets };
}
