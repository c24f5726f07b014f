import * as v from 'valibot';
import { classKeys, limitWindows, type ClassKey, type LimitWindow } from './classes.ts';

const limitSchema = v.object({
	/** At most so many visits in the window; a draw that would make one more leaves the enterprise out. */
	max: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(99)),
	/** Calendar windows in Asia/Shanghai; two-years is this year and the last. */
	window: v.picklist(limitWindows),
	/** Visits of this authority only, or of all authorities. */
	counting: v.picklist(['authority', 'all']),
	/** Random checks only, or all planned checks. For-cause visits never count. */
	visits: v.picklist(['random', 'planned']),
	/** `clause`: the preset's source says so; `cap`: the yearly cap per authority and enterprise, a rule of the field. */
	basis: v.picklist(['clause', 'cap'])
});
export type Limit = v.InferOutput<typeof limitSchema>;

const share = v.pipe(v.number(), v.minValue(0), v.maxValue(100));
const ratioSchema = v.object({ min: share, usual: share, max: share });
/** Shares of an enterprise group that are drawn in a year; 0 ≤ min ≤ usual ≤ max. */
export type Ratio = v.InferOutput<typeof ratioSchema>;

const classRuleSchema = v.object({
	inPool: v.picklist(['yes', 'no', 'joint-only']),
	/** `discretion`: on-site visits may be spared unless evidence names the enterprise. */
	onSite: v.picklist(['as-usual', 'discretion']),
	ratio: ratioSchema,
	limits: v.array(limitSchema),
	/** The words of the source; empty where the rule is the office's own. */
	quote: v.string()
});
export type ClassRule = v.InferOutput<typeof classRuleSchema>;

export const presetRulesSchema = v.pipe(
	v.object({
		/** Where the rules come from: a notice that is quoted, a rule of the field, or the office itself. */
		basis: v.picklist(['notice', 'field', 'own']),
		/** `baseline`: ratios multiply the authority's own baseline ratio; `share`: they are the ratios. */
		ratioOf: v.picklist(['baseline', 'share']),
		baselineRatio: v.pipe(v.number(), v.minValue(0), v.maxValue(1)),
		/** Objects that a warning names are drawn so many times as often, within the class's maximum. */
		warningFactor: v.pipe(v.number(), v.minValue(1), v.maxValue(10)),
		/** Size of one task's sample. */
		sample: v.object({ floor: v.pipe(v.number(), v.integer(), v.minValue(0)), cap: v.pipe(v.number(), v.integer(), v.minValue(1)) }),
		classes: v.object({ A: classRuleSchema, B: classRuleSchema, C: classRuleSchema, D: classRuleSchema, none: classRuleSchema }),
		/** 重点类企业: existing strict supervision stays, so no class rule lowers it. */
		keyClass: v.object({ limits: v.array(limitSchema), quote: v.string() }),
		/** What of this is our own figure and not the source's. */
		note: v.string()
	}),
	v.check((r) => classKeys.every((k) => r.classes[k].ratio.min <= r.classes[k].ratio.usual), 'min > usual'),
	v.check((r) => classKeys.every((k) => r.classes[k].ratio.usual <= r.classes[k].ratio.max), 'usual > max'),
	v.check((r) => r.ratioOf === 'baseline' || classKeys.every((k) => r.classes[k].ratio.max <= 1), 'share > 1'),
	v.check((r) => r.sample.floor <= r.sample.cap, 'floor > cap')
);
export type PresetRules = v.InferOutput<typeof presetRulesSchema>;

/** A stratum groups objects that are treated alike: 重点类 or not, class, named by evidence or not. */
export type StratumKey = { readonly keyClass: boolean; readonly class: ClassKey; readonly named: boolean };

/** The ratio that applies to a stratum, as a share of its objects, every figure between 0 and 1. */
export function ratioFor(rules: PresetRules, stratum: StratumKey): Ratio {
	const { min, usual, max } = rules.classes[stratum.class].ratio;
	const scale = rules.ratioOf === 'baseline' ? rules.baselineRatio : 1;
	const raise = stratum.named ? rules.warningFactor : 1;
	// A key enterprise is never drawn less than the authority's baseline, whatever its class says.
	const least = stratum.keyClass ? rules.baselineRatio : 0;
	const top = stratum.keyClass ? 1 : Math.min(1, rules.ratioOf === 'baseline' ? max * scale * raise : max);
	const low = Math.min(top, Math.max(least, min * scale));
	return { min: low, usual: Math.min(top, Math.max(low, usual * scale * raise)), max: top };
}

/** The distinct limits of a preset, each counted once; positions are stable for given rules. */
export function limitsOf(rules: PresetRules): Limit[] {
	const found = new Map<string, Limit>();
	for (const limit of [...classKeys.flatMap((k) => rules.classes[k].limits), ...rules.keyClass.limits]) {
		const key = countKey(limit);
		if (!found.has(key)) found.set(key, limit);
	}
	return [...found.values()];
}

/** What has to be counted to judge a limit; limits that differ only in their maximum share one count. */
export function countKey(limit: Limit): string {
	return `${limit.window}/${limit.counting}/${limit.visits}`;
}

/** First day of the window that holds `today`. @param today `YYYY-MM-DD` */
export function windowStart(window: LimitWindow, today: string): string {
	const year = Number(today.slice(0, 4));
	if (window === 'two-years') return `${year - 1}-01-01`;
	if (window === 'half-year' && today.slice(5) >= '07-01') return `${year}-07-01`;
	return `${year}-01-01`;
}
