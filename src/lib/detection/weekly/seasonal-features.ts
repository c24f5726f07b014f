/** What the expectation of a period hangs on besides level and trend: one row of `width` numbers a period. */
export type SeasonalFeatures = { readonly width: number; readonly rows: Float64Array };

export type Seasonality = {
	/** Periods in a year: 52 for numbered weeks, 365.25/7 for dated ones, 365 or 365.25 for days. */
	readonly year: number;
	/** Sine and cosine pairs. */
	readonly harmonics: number;
	/** Position of period 0 in a week of days; null for weekly series. */
	readonly weekday: number | null;
};

/** Rows for `length` periods: cosine and sine of each harmonic, then six contrasts of the weekday against the mean where asked for. */
export function seasonalFeatures(length: number, { year, harmonics, weekday }: Seasonality): SeasonalFeatures {
	const width = 2 * harmonics + (weekday === null ? 0 : 6);
	const rows = new Float64Array(length * width);
	for (let t = 0; t < length; t++) {
		const at = t * width;
		for (let j = 1; j <= harmonics; j++) {
			const angle = (2 * Math.PI * j * t) / year;
			rows[at + 2 * j - 2] = Math.cos(angle);
			rows[at + 2 * j - 1] = Math.sin(angle);
		}
		if (weekday === null) continue;
		const day = (t + weekday) % 7;
		// Effects sum to zero over a week, so the level keeps its meaning.
		for (let d = 0; d < 6; d++) rows[at + 2 * harmonics + d] = day === d ? 1 : day === 6 ? -1 : 0;
	}
	return { width, rows };
}
