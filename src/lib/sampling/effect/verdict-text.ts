import { m } from '#lib/messages/messages.js';
import { usualConfidence } from './intervals.ts';
import { percent, points } from './labels.ts';
import type { Pair, Validation } from './order.ts';
import { judgeableVisits } from './outcomes.ts';
import type { Trend } from './trend.ts';

/** A verdict in words: one sentence with its figures, or one for each pair that is turned round, and what to do about it. */
export type Said = { readonly sentences: readonly { readonly title: string; readonly text: string }[]; readonly act: string | null };

/** Counts, rates and intervals of a pair for its sentences. @param sign −1: how much more the lower one fails. */
function figures({ values, confidence }: Validation, pair: Pair, sign: 1 | -1) {
	const [low, high] = [values[pair.low]!, values[pair.high]!];
	const { value, lower, upper } = pair.pooled!;
	return {
		low: low.name, lown: low.cell.n, lowk: low.cell.problems, lowrate: percent(low.rate!), lowlower: percent(low.interval!.lower), lowupper: percent(low.interval!.upper),
		high: high.name, highn: high.cell.n, highk: high.cell.problems, highrate: percent(high.rate!), highlower: percent(high.interval!.lower), highupper: percent(high.interval!.upper),
		diff: points(sign * value), difflower: points(sign === 1 ? lower : -upper), diffupper: points(sign === 1 ? upper : -lower), confidence: percent(confidence)
	};
}

/** A verdict in plain words. */
export function verdictText(result: Validation): Said {
	const { verdict, values } = result;
	switch (verdict.kind) {
		case 'reversed': {
			const sentences = verdict.pairs.map((pair) => {
				const about = figures(result, pair, -1);
				return { title: m.effect_verdict_reversed_title(about), text: m.effect_verdict_reversed_text(about) };
			});
			const lower = [...new Set(verdict.pairs.map((pair) => pair.low))].sort((a, b) => a - b).map((i) => m.effect_quoted({ name: values[i]!.name }));
			return { sentences, act: m.effect_verdict_reversed_do({ low: lower.join('、') }) };
		}
		case 'holds':
		case 'flat': {
			const about = figures(result, verdict.ends, 1);
			const sentence = verdict.kind === 'holds'
				? { title: m.effect_verdict_holds_title(about), text: m.effect_verdict_holds_text(about) }
				: { title: m.effect_verdict_flat_title(about), text: m.effect_verdict_flat_text(about) };
			return { sentences: [sentence], act: null };
		}
		case 'too-few': {
			const missing = verdict.missing.map((value) => m.effect_verdict_few_item(value)).join('；');
			const text = values.length < 2
				? m.effect_verdict_few_scale()
				: missing === '' ? m.effect_verdict_few_months({ least: judgeableVisits }) : m.effect_verdict_few_text({ least: judgeableVisits, missing });
			return { sentences: [{ title: m.effect_verdict_few_title(), text }], act: null };
		}
	}
}

/** The trend test in a sentence. */
export function trendText(trend: Trend | null): string {
	if (trend === null) return m.effect_trend_none();
	const said = {
		z: trend.z.toFixed(2).replace('-', '−'), p: trend.p < 0.001 ? '< 0.001' : `= ${trend.p.toFixed(3)}`,
		method: trend.method === 'exact' ? m.effect_trend_exact() : m.effect_trend_normal()
	};
	// What chance may do is no direction.
	if (trend.p >= 1 - usualConfidence) return m.effect_trend_flat(said);
	return trend.z >= 0 ? m.effect_trend_up(said) : m.effect_trend_down(said);
}
