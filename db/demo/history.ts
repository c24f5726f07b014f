import type { Frame } from './frame.ts';
import type { Intensity } from './intensity.ts';
import { negativeBinomial, pickCumulative } from './random.ts';

/** A day's count of a cell from the seven years before the events. */
export type HistoryCount = {
	readonly county: number;
	readonly division: number;
	/** Day number. */
	readonly day: number;
	readonly kind: string;
	readonly n: number;
};

/** Counts of the days before the events, from the same intensities: only the rows with n > 0. */
export function* historyCounts(frame: Frame, intensities: readonly Intensity[]): Generator<HistoryCount> {
	const random = frame.stream('history');
	const width = frame.divisions.length;
	const counts = new Int32Array(width);
	for (const intensity of intensities) {
		const { kind, phi, history } = intensity.process;
		if (!history) continue;
		for (const facts of frame.days) {
			if (facts.number >= frame.firstEventDay) break;
			const cumulative = intensity.cumulative(facts);
			for (let county = 0; county < frame.counties.length; county++) {
				const n = negativeBinomial(random, intensity.mean(county, facts), phi);
				if (n === 0) continue;
				for (let k = 0; k < n; k++) {
					const division = pickCumulative(random, cumulative, county * width, width);
					counts[division] = (counts[division] as number) + 1;
				}
				for (let division = 0; division < width; division++) {
					const found = counts[division] as number;
					if (found === 0) continue;
					counts[division] = 0;
					yield { county, division, day: facts.number, kind, n: found };
				}
			}
		}
	}
}
