/** A step of a scale: the colour token that fills, and whether its ink is the one for dark grounds. */
export type Step = { readonly token: string; readonly strong: boolean };

/** One entry of a legend: from (included) to (excluded; null: no end), with the message word of the step. */
export type LegendEntry = { readonly step: Step; readonly from: number; readonly to: number | null; readonly word: ScaleWord };

const amountWords = ['none', 'lowest', 'low', 'middle', 'high', 'highest'] as const;
const changeWords = ['fell-much', 'fell', 'fell-little', 'steady', 'rose-little', 'rose', 'rose-much'] as const;
const gradeWords = ['grade-none', 'grade-watch', 'grade-raised', 'grade-high'] as const;
export type ScaleWord = (typeof amountWords)[number] | (typeof changeWords)[number] | (typeof gradeWords)[number];

export type Scale = { readonly entries: readonly LegendEntry[]; readonly stepOf: (value: number) => Step };

const nothing: Step = { token: '--scale-0', strong: false };
const amounts: readonly Step[] = [1, 2, 3, 4, 5].map((n) => ({ token: `--scale-${n}`, strong: n >= 4 }));

/**
 * Five steps of one hue for amounts ≥ 0 plus "none": colour-blind safe, because only lightness changes. The limits are quantiles of
 * what is shown, rounded to two digits, so that a single giant does not leave everybody else in the palest step.
 */
export function amountScale(values: readonly number[], weights: readonly number[] = values.map(() => 1)): Scale {
	const weighed = values.map((value, i) => ({ value, weight: weights[i] ?? 1 })).filter((one) => one.value > 0);
	weighed.sort((a, b) => a.value - b.value);
	const positive = weighed.map((one) => one.value);
	const limits: number[] = [];
	for (let i = 1; i < amounts.length; i++) {
		const limit = roundTo2(quantile(weighed, i / amounts.length));
		if (limit > (limits[limits.length - 1] ?? 0) && limit > (positive[0] ?? 0)) limits.push(limit);
	}
	const bounds = positive.length === 0 ? [] : [0, ...limits];
	// Few distinct values use the ends and the middle of the scale, not its palest part only.
	const chosen = spread(bounds.length);
	const entries: LegendEntry[] = bounds.map((from, i) => ({
		step: amounts[chosen[i]!]!, from, to: bounds[i + 1] ?? null, word: amountWords[chosen[i]! + 1]!
	}));
	return {
		entries: [{ step: nothing, from: 0, to: 0, word: 'none' }, ...entries],
		stepOf: (value) => (value <= 0 ? nothing : (last(entries, (entry) => value >= entry.from)?.step ?? nothing))
	};
}

const changeLimits = [-0.5, -0.2, -0.05, 0.05, 0.2, 0.5] as const;
const changes: readonly Step[] = [
	{ token: '--change-down-3', strong: true },
	{ token: '--change-down-2', strong: false },
	{ token: '--change-down-1', strong: false },
	{ token: '--change-none', strong: false },
	{ token: '--change-up-1', strong: false },
	{ token: '--change-up-2', strong: false },
	{ token: '--change-up-3', strong: true }
];

/** Seven steps around "steady" for a relative change (0.2 = a fifth more): blue below, brown above. The limits are fixed, so that months compare. */
export const changeScale: Scale = {
	entries: changes.map((step, i) => ({
		step, from: changeLimits[i - 1] ?? -1, to: changeLimits[i] ?? null, word: changeWords[i]!
	})),
	stepOf: (value) => changes[changeLimits.filter((limit) => value >= limit).length]!
};

/** The grades of high risk, 0 to 3: one hue, so that no grade reads as good or bad by its colour. */
export const gradeScale: Scale = (() => {
	const steps = [nothing, amounts[0]!, amounts[2]!, amounts[4]!];
	return {
		entries: gradeWords.map((word, i) => ({ step: steps[i]!, from: i, to: i, word })),
		stepOf: (value: number) => steps[Math.max(0, Math.min(3, Math.round(value)))]!
	};
})();

function last<T>(list: readonly T[], test: (item: T) => boolean): T | undefined {
	for (let i = list.length - 1; i >= 0; i--) if (test(list[i]!)) return list[i];
	return undefined;
}

function quantile(sorted: readonly { readonly value: number; readonly weight: number }[], share: number): number {
	const wanted = share * sorted.reduce((sum, one) => sum + one.weight, 0);
	let passed = 0;
	for (const one of sorted) {
		passed += one.weight;
		if (passed > wanted) return one.value;
	}
	return sorted[sorted.length - 1]?.value ?? 0;
}

function roundTo2(value: number): number {
	return value < 10 && Number.isInteger(value) ? value : Number(value.toPrecision(2));
}

/** Which of the five amounts stand for this many distinct steps. */
function spread(count: number): readonly number[] {
	return [[], [2], [1, 4], [0, 2, 4], [0, 1, 3, 4], [0, 1, 2, 3, 4]][count]!;
}
