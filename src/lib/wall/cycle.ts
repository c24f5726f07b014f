/** Where a round of views stands. */
export type Cycle = { readonly at: number; readonly held: boolean };

export const cycleStart: Cycle = { at: 0, held: false };

/** What keys do: back, on, hold or go on; null for all others. */
export const cycleKeys: Readonly<Record<string, 'back' | 'on' | 'hold'>> = { ArrowLeft: 'back', ArrowRight: 'on', ' ': 'hold' };
export type CycleStep = (typeof cycleKeys)[string] | 'tick';

/** The round after a step; `tick` is the time that is over, and waits while held. */
export function cycled(cycle: Cycle, step: CycleStep, count: number): Cycle {
	if (step === 'hold') return { ...cycle, held: !cycle.held };
	if (count === 0 || (step === 'tick' && cycle.held)) return cycle;
	const by = step === 'back' ? -1 : 1;
	return { ...cycle, at: (cycle.at + by + count) % count };
}
