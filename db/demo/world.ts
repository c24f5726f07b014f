import { reportShare, reportYears } from './annual-reports.ts';
import { makeAttributes, type Attributes } from './attributes.ts';
import { makeFrame, type DemoReference, type Frame } from './frame.ts';
import { makeIntensity, type Intensity } from './intensity.ts';
import { incidents } from './planted.ts';
import { bindPlot, type Incident, type Plot } from './plot.ts';
import { populate, type Population } from './population.ts';
import { processes } from './season.ts';
import type { Simulation } from './simulation.ts';
import { enterprisesOfS, eventsOfS, type DemoSize } from './sizes.ts';

/** Share of the register that reports in a year: established before it, alive, not negligent. */
const reporting = 0.53;

/** The whole invented jurisdiction before its events are played. */
export type World = Simulation & {
	readonly frame: Frame;
	readonly population: Population;
	readonly attributes: Attributes;
	readonly intensities: readonly Intensity[];
	readonly incidents: readonly Incident[];
	readonly plot: Plot;
};

/** Builds the jurisdiction: the same reference, size, seed and day give the same one. */
export function makeWorld(reference: DemoReference, options: { size: DemoSize; seed: number; today: string }): World {
	const frame = makeFrame(reference, options);
	const registration = processes.find((process) => process.kind === 'registration');
	if (registration === undefined) throw new Error('no registrations');
	// How many annual reports fall into the window depends on the date; the other kinds make up for it.
	const reports = reportYears(frame).reduce((sum, year) => sum + reportShare(year, frame.firstEventDay, frame.todayNumber), 0) * reporting * enterprisesOfS;
	const others = processes.reduce((sum, process) => sum + (process === registration ? 0 : process.total), 0);
	const scale = (eventsOfS - registration.total - reports) / others;
	const registrations = makeIntensity(frame, registration, 1, frame.cellShare);
	const list = incidents(frame);
	const population = populate(frame, registrations, list.flatMap((incident) => incident.cast));
	// Everything else happens to enterprises that are there: where a cell is empty nothing happens, in the years of counts neither.
	const members = Float64Array.from(frame.cellShare, (_, cell) => (population.cellStart[cell + 1] as number) - (population.cellStart[cell] as number));
	const intensities = processes.map((process) => (process === registration ? registrations : makeIntensity(frame, process, scale, members)));
	return {
		frame,
		population,
		attributes: makeAttributes(frame, population),
		intensities,
		incidents: list,
		plot: bindPlot(list, population),
		pastLinks: [],
		linkSince: { person: new Map(), address: new Map() }
	};
}
