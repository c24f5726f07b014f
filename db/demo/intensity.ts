import type { DayFacts, Frame } from './frame.ts';
import { complaintWeight, supervisionWeight, weightOf } from './industry-mix.ts';
import { labelSeed, mixNormal } from './random.ts';
import { dayFactor, mixOf, mixWeight, mixes, type Process } from './season.ts';

/** Expected events of one process: per county and day, and how they spread over divisions. */
export type Intensity = {
	readonly process: Process;
	/** Expected events of a county on a day. */
	readonly mean: (county: number, facts: DayFacts) => number;
	/** Cumulative division weights of all counties on such a day; a county's part starts at `county · divisions`. */
	readonly cumulative: (facts: DayFacts) => Float64Array;
	/** Expected events of one cell on a day. */
	readonly cellMean: (county: number, division: number, facts: DayFacts) => number;
};

/** Days between two independent values of the slow drift. */
const driftDays = 28;

/**
 * The intensity of a process. `scale` multiplies its total so that all processes together give the number of events asked for.
 * `cells` says how many enterprises each cell holds, in any unit. The same function serves single events and the counts before them, so nothing jumps where one ends and the other begins.
 */
export function makeIntensity(frame: Frame, process: Process, scale: number, cells: Float64Array): Intensity {
	const { divisions, counties, cityOf, firstEventDay, todayNumber } = frame;
	const weights = divisions.map((division) =>
		process.weights === 'complaint'
			? weightOf(complaintWeight, division)
			: process.weights === 'supervision'
				? weightOf(supervisionWeight, division)
				: 1
	);
	// The county's share of the process: its enterprises weighted by what they do.
	const countyWeight = new Float64Array(counties.length);
	let total = 0;
	for (let c = 0; c < counties.length; c++) {
		for (let v = 0; v < divisions.length; v++) {
			const weight = (cells[c * divisions.length + v] as number) * (weights[v] as number);
			countyWeight[c] = (countyWeight[c] as number) + weight;
			total += weight;
		}
	}
	const tables = new Map(
		mixes.map((mix) => {
			const table = new Float64Array(counties.length * divisions.length);
			for (let c = 0; c < counties.length; c++) {
				let sum = 0;
				for (let v = 0; v < divisions.length; v++) {
					const tilt = process.rhythm === 'consumer' ? mixWeight(mix, divisions[v] as string) : 1;
					sum += (cells[c * divisions.length + v] as number) * (weights[v] as number) * tilt;
					table[c * divisions.length + v] = sum;
				}
			}
			return [mix, table] as const;
		})
	);
	const middle = (firstEventDay + todayNumber) / 2;
	const trend = (number: number) => Math.exp((process.growth * (number - middle)) / 365.25);
	let factorSum = 0;
	for (const facts of frame.days) {
		if (facts.number >= firstEventDay && facts.number < todayNumber) factorSum += dayFactor(process.rhythm, facts) * trend(facts.number);
	}
	const base = (process.total * frame.factor * scale) / factorSum / total;
	const driftSeed = labelSeed(frame.seed, `drift ${process.kind}`);
	const drift = (city: number, number: number) => {
		const knot = Math.floor(number / driftDays);
		const share = number / driftDays - knot;
		return Math.exp(0.04 * ((1 - share) * mixNormal(driftSeed + city, knot) + share * mixNormal(driftSeed + city, knot + 1)));
	};
	// What all counties of a city share on a day is computed once a day.
	let cachedDay = -1;
	const ofCity = new Float64Array(frame.cities.length);
	const mean = (county: number, facts: DayFacts) => {
		if (facts.number !== cachedDay) {
			cachedDay = facts.number;
			const common = base * dayFactor(process.rhythm, facts) * trend(facts.number);
			for (let city = 0; city < ofCity.length; city++) ofCity[city] = common * drift(city, facts.number);
		}
		return (countyWeight[county] as number) * (ofCity[cityOf[county] as number] as number);
	};
	const cumulative = (facts: DayFacts) => tables.get(process.rhythm === 'consumer' ? mixOf(facts) : 'normal') as Float64Array;
	return {
		process,
		mean,
		cumulative,
		cellMean: (county, division, facts) => {
			const table = cumulative(facts);
			const start = county * divisions.length;
			const weight = (table[start + division] as number) - (division > 0 ? (table[start + division - 1] as number) : 0);
			return (mean(county, facts) * weight) / (table[start + divisions.length - 1] as number);
		}
	};
}
