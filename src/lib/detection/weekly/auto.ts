import { lawOf, type CountLaw } from '../tails.ts';
import { pooledVerdict } from './evidence.ts';
import { driftOf, seasonalExcess } from './level-drift.ts';
import { fitRobustly, type FitInput, type RobustFit } from './robust-fit.ts';
import { scored, type Scored } from './score-table.ts';
import { seasonalFeatures, type SeasonalFeatures, type Seasonality } from './seasonal-features.ts';

/**
 * What a baseline was made of: five years or more; two to five; less than two with the parent's season; less than two with a level
 * only, its spread drawn towards that of a usual series.
 */
type Basis = 'full' | 'fewer-years' | 'borrowed-season' | 'shrunk';

type AutoResult = {
	readonly expected: number;
	/** Largest count that would have been no alarm after what the two periods before showed. */
	readonly upper: number;
	/** Of the pooled evidence; mid-p, so that it ranks evenly. */
	readonly p: number;
	readonly alarm: boolean;
	/** The law of the count when nothing is the matter. */
	readonly law: CountLaw;
	readonly phi: number;
	readonly basis: Basis;
};

export type AutoQuestion = {
	/** Oldest first. */
	readonly counts: ArrayLike<number>;
	/** Relative exposure; 0: not observed. Null: all equal. */
	readonly exposure: ArrayLike<number> | null;
	readonly seasonality: Seasonality;
	readonly alpha: number;
	/**
	 * Counts of the region or industry above, for a series too young to know its season: same periods, preceded by `lead` more.
	 */
	readonly parent?: { readonly counts: ArrayLike<number>; readonly lead: number };
};

/** Years of history that are looked at. */
const longest = 10;
/** Periods until a baseline is said at all. */
const shortest = 8;
/** Latest part of history that is left out (a share of a year): a rise under way is no baseline. Of young series, two periods. */
const leftOut = { share: 6 / 52, young: 2 };
/** A baseline serves a month: a share of a year of 1/13. */
const served = 1 / 13;
/** Length of the stretches whose level is followed, as a share of a year. */
const stretch = 1 / 4;
/**
 * Harmonics for a season that two or so cannot describe, and the excess by fortnight that says so: where there is none it has mean one
 * and, over 26 fortnights, a standard deviation of √(2/26).
 */
const fineSeason = { harmonics: 6, excess: 1.8 } as const;
/** Squared relative error for a season that is not known: that of a season with amplitude 1/4. */
const unknownSeason = 0.03;

type Baseline = { readonly fit: RobustFit; readonly factor: number; readonly error: number; readonly basis: Basis };

/**
 * Makes a judge of the periods of one series: robust baseline over all history, followed where the level drifts, and evidence pooled
 * over consecutive periods. A period's verdict depends on it and on earlier ones only, and not on which were asked before.
 *
 * @returns judge of one period; null when there are fewer than eight periods to learn from, or it was not observed.
 */
export function autoOf(question: AutoQuestion): (now: number) => AutoResult | null {
	const { seasonality, alpha } = question;
	const { year } = seasonality;
	const counts = Float64Array.from(question.counts);
	const exposure = question.exposure === null ? null : Float64Array.from(question.exposure);
	const features = seasonalFeatures(counts.length, seasonality);
	let fineFeatures: SeasonalFeatures | null = null;
	const stride = Math.max(1, Math.round(year * served));
	const baselines = new Map<number, Baseline | null>();
	const scores = new Map<number, Scored | null>();

	function baselineFor(now: number): Baseline | null {
		const anchor = now < 2 * year ? now : now - (now % stride);
		let baseline = baselines.get(anchor);
		if (baseline === undefined) {
			// Older ones are not needed again by whoever goes forward.
			if (baselines.size > 3) baselines.clear();
			baseline = makeBaseline(anchor);
			baselines.set(anchor, baseline);
		}
		return baseline;
	}

	function makeBaseline(anchor: number): Baseline | null {
		const gap = anchor < 2 * year ? leftOut.young : Math.round(year * leftOut.share);
		const end = anchor - gap;
		const from = Math.max(0, end - Math.round(longest * year));
		let observed = 0;
		for (let t = from; t < end; t++) if (exposure === null || exposure[t]! > 0) observed++;
		if (observed < shortest) return null;
		const years = observed / year;
		const basis: Basis = years >= 5 - 0.25 ? 'full' : years >= 2 - 0.25 ? 'fewer-years' : question.parent ? 'borrowed-season' : 'shrunk';
		const input: FitInput = { counts, exposure, offset: null, features, year, trend: years >= 3 };
		if (basis === 'full' || basis === 'fewer-years') {
			let fit = fitRobustly(input, from, end);
			if (years >= 3 && seasonalExcess(counts, fit, from, end, year) > fineSeason.excess) {
				fineFeatures ??= seasonalFeatures(counts.length, { ...seasonality, harmonics: fineSeason.harmonics });
				fit = fitRobustly({ ...input, features: fineFeatures }, from, end);
			}
			return { fit, ...driftOf(counts, fit, from, end, Math.round(year * stretch)), basis };
		}
		const offset = question.parent ? parentSeason(question.parent, counts.length, end, seasonality) : null;
		const fit = fitRobustly({ ...input, offset, features: withoutSeason(seasonality, features, counts.length), trend: false }, from, end);
		return { fit, factor: 1, error: offset === null ? unknownSeason : 0, basis };
	}

	function scoreOf(t: number): Scored | null {
		if (t < 0 || (exposure !== null && !(exposure[t]! > 0))) return null;
		let score = scores.get(t);
		if (score === undefined) {
			if (scores.size > 8) scores.clear();
			const baseline = baselineFor(t);
			score = baseline === null ? null : scored(counts[t]!, lawAt(baseline, t));
			scores.set(t, score);
		}
		return score;
	}

	return (now) => {
		const before = scoreOf(now - 1);
		const earlier = before === null ? null : scoreOf(now - 2);
		const score = scoreOf(now);
		if (score === null) return null;
		const { fit, basis } = baselineFor(now)!;
		const { p, upper } = pooledVerdict(counts[now]!, score, before, earlier, alpha);
		return { expected: score.law.mean, upper, p, alarm: counts[now]! > upper, law: score.law, phi: fit.phi, basis };
	};
}

/** Law of a count to come: dispersion, and the error of its expectation. */
function lawAt({ fit, factor, error }: Baseline, t: number): CountLaw {
	const long = fit.expect(t);
	const mean = long.mean * factor;
	return lawOf(mean, fit.phi * mean + mean * mean * (long.error + error));
}

/** The season of the parent as log factors, from what the parent showed before `end`. */
function parentSeason(parent: NonNullable<AutoQuestion['parent']>, length: number, end: number, seasonality: Seasonality): Float64Array {
	const counts = Float64Array.from(parent.counts);
	const shifted = { ...seasonality, weekday: seasonality.weekday === null ? null : (((seasonality.weekday - parent.lead) % 7) + 7) % 7 };
	const features = seasonalFeatures(counts.length, shifted);
	const fit = fitRobustly({ counts, exposure: null, offset: null, features, year: seasonality.year, trend: false }, 0, end + parent.lead);
	return Float64Array.from({ length }, (_, t) => Math.log(fit.expect(t + parent.lead).mean));
}

/** Without years there is no season to learn; the week of days can be learnt from eight weeks on. */
function withoutSeason({ year, weekday }: Seasonality, features: SeasonalFeatures, length: number): SeasonalFeatures {
	return length >= 56 && weekday !== null ? seasonalFeatures(length, { year, harmonics: 0, weekday }) : { ...features, width: 0 };
}
