import { m } from '#lib/messages/messages.js';
import { percent, points } from './labels.ts';
import type { Pair, Validation } from './order.ts';
import { judgeableVisits } from './outcomes.ts';
import type { Trend } from './trend.ts';

export type Said = { readonly title: string; readonly text: string; readonly act: string | null };

/** The counts, rates and intervals of the two values of a pair, for its sentences. */
function figures(values: Validation['values'], pair: Pair) {
	const [low, high] = [values[pair.low]!, values[pair.high]!];
	return {
		low: low.name, lown: low.cell.n, lowk: low.cell.problems, lowrate: percent(low.rate!), lowlower: percent(low.interval!.lower), lowupper: percent(low.interval!.upper),
		high: high.name, highn: high.cell.n, highk: high.cell.problems, highrate: percent(high.rate!), highlower: percent(high.interval!.lower), highupper: percent(high.interval!.upper)
	};
}

/** A verdict in plain words; several where several pairs are turned round. */
export function verdictText({ verdict, values }: Validation): readonly Said[] {
	switch (verdict.kind) {
		case 'reversed':
			return verdict.pairs.map((pair) => {
				const about = figures(values, pair);
				const pooled = pair.pooled!;
				// How much more the lower one fails: the pair's difference turned round.
				const size = { diff: points(-pooled.value), difflower: points(-pooled.upper), diffupper: points(-pooled.lower) };
				return { title: m.effect_verdict_reversed_title(about), text: m.effect_verdict_reversed_text({ ...about, ...size }), act: m.effect_verdict_reversed_do(about) };
			});
		case 'holds':
		case 'flat': {
			const about = figures(values, verdict.ends);
			const pooled = verdict.ends.pooled!;
			const size = { diff: points(pooled.value), difflower: points(pooled.lower), diffupper: points(pooled.upper) };
			return verdict.kind === 'holds'
				? [{ title: m.effect_verdict_holds_title(about), text: m.effect_verdict_holds_text({ ...about, ...size }), act: null }]
				: [{ title: m.effect_verdict_flat_title(about), text: m.effect_verdict_flat_text({ ...about, ...size }), act: null }];
		}
		case 'too-few': {
			const missing = verdict.missing.map((value) => m.effect_verdict_few_item(value)).join('；');
			const text = values.length < 2
				? m.effect_verdict_few_scale()
				: missing === '' ? m.effect_verdict_few_months({ least: judgeableVisits }) : m.effect_verdict_few_text({ least: judgeableVisits, missing });
			return [{ title: m.effect_verdict_few_title(), text, act: null }];
		}
	}
}

/** The trend test in a sentence. */
export function trendText(trend: Trend | null): string {
	if (trend === null) return m.effect_trend_none();
	const said = { z: trend.z.toFixed(2), p: trend.p < 0.001 ? '< 0.001' : `= ${trend.p.toFixed(3)}`, method: trend.method === 'exact' ? m.effect_trend_exact() : m.effect_trend_normal() };
	return trend.z >= 0 ? m.effect_trend_up(said) : m.effect_trend_down(said);
}
