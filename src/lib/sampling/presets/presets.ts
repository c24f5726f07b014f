import * as v from 'valibot';
import { checkMethods, classKeys, limitWindows, warningLevels, type ClassKey, type LimitWindow, type RiskClass, type WarningLevel } from '../classes.ts';
import { professionalSchema, riskier } from './professional.ts';

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

const methods = v.pipe(v.array(v.picklist(checkMethods)), v.minLength(1));
const classRuleSchema = v.pipe(
	v.object({
		inPool: v.picklist(['yes', 'no', 'joint-only']),
		/** May campaigns (专项检查) visit this class? Where older rules do not say: as far as random checks may without being joint. */
		campaign: v.optional(v.picklist(['yes', 'no'])),
		/** `discretion`: on-site visits may be spared unless evidence names the enterprise. */
		onSite: v.picklist(['as-usual', 'discretion']),
		/** How planned checks may inspect this class. */
		methods: v.optional(methods, [...checkMethods]),
		ratio: ratioSchema,
		limits: v.array(limitSchema),
		/** The words of the source; empty where the rule is the office's own. */
		quote: v.string()
	}),
	v.transform((r) => ({ ...r, campaign: r.campaign ?? (r.inPool === 'yes' ? ('yes' as const) : ('no' as const)) }))
);
export type ClassRule = v.InferOutput<typeof classRuleSchema>;

const factor = v.pipe(v.number(), v.minValue(1), v.maxValue(10));
const weight = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(100));
const warningSchema = v.object({
	/** Objects that a warning of the level names are drawn so many times as often, within the class's maximum. */
	factors: v.object({ blue: factor, yellow: factor, orange: factor, red: factor }),
	/** In weighted draws, and among those who are drawn equally often, they are so many times as likely. */
	weights: v.object({ blue: weight, yellow: weight, orange: weight, red: weight }),
	quote: v.string()
});
const uniform = <T>(value: T): Record<WarningLevel, T> => ({ blue: value, yellow: value, orange: value, red: value });

const recognitionSchema = v.object({ on: v.boolean(), quote: v.string() });
export const observationModes = ['off', 'period', 'trigger'] as const;
const observationSchema = v.object({
	/** `period`: 观察期 with trigger-based supervision; `trigger`: trigger-based supervision alone. */
	mode: v.picklist(observationModes),
	/** Classes it is open to; C and D never. */
	classes: v.array(v.picklist(['A', 'B'])),
	/** Longest time that can be granted. */
	months: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(60)),
	quote: v.string()
});
export type Observation = v.InferOutput<typeof observationSchema>;

/** Rules as they are stored. What older versions do not say is filled with what they meant: no such rule. */
export const presetRulesSchema = v.pipe(
	v.object({
		/** Where the rules come from: a notice that is quoted, a rule of the field, or the office itself. */
		basis: v.picklist(['notice', 'field', 'own']),
		/** `baseline`: ratios multiply the authority's own baseline ratio; `share`: they are the ratios. */
		ratioOf: v.picklist(['baseline', 'share']),
		baselineRatio: v.pipe(v.number(), v.minValue(0), v.maxValue(1)),
		/** Of older versions: one factor for all levels. */
		warningFactor: v.optional(factor),
		/** Warnings as an input (D13): only those that name the enterprise; a hot region or industry sets scope and nothing else. */
		warning: v.optional(warningSchema),
		/** Size of one task's sample. */
		sample: v.object({ floor: v.pipe(v.number(), v.integer(), v.minValue(0)), cap: v.pipe(v.number(), v.integer(), v.minValue(1)) }),
		classes: v.object({ A: classRuleSchema, B: classRuleSchema, C: classRuleSchema, D: classRuleSchema, none: classRuleSchema }),
		/** 重点类企业 and 重点领域: existing strict supervision stays, so no class rule lowers it. */
		keyClass: v.object({ limits: v.array(limitSchema), quote: v.string() }),
		/** 结果互认 (C4): a result for the same item within its validity stands in for another visit. */
		recognition: v.optional(recognitionSchema, { on: false, quote: '' }),
		/** 观察期 and 触发式监管 (C5). */
		observation: v.optional(observationSchema, { mode: 'off', classes: [], months: 12, quote: '' }),
		/** Professional grades (A8), one rule a field. */
		professional: v.optional(v.array(professionalSchema), []),
		/** What of this is our own figure and not the source's. */
		note: v.string()
	}),
	v.transform(({ warningFactor, ...r }) => ({
		...r,
		warning: r.warning ?? { factors: uniform(warningFactor ?? 1), weights: uniform(1), quote: '' }
	})),
	v.check((r) => classKeys.every((k) => r.classes[k].ratio.min <= r.classes[k].ratio.usual), 'min > usual'),
	v.check((r) => classKeys.every((k) => r.classes[k].ratio.usual <= r.classes[k].ratio.max), 'usual > max'),
	v.check((r) => r.ratioOf === 'baseline' || classKeys.every((k) => r.classes[k].ratio.max <= 1), 'share > 1'),
	v.check((r) => r.sample.floor <= r.sample.cap, 'floor > cap'),
	v.check((r) => new Set(r.professional.map((p) => p.field)).size === r.professional.length, 'field twice')
);
export type PresetRules = v.InferOutput<typeof presetRulesSchema>;

const atLevels = (figures: Record<WarningLevel, number>) => warningLevels.map((level) => figures[level]);
const rises = (figures: readonly number[]): boolean => figures.every((n, i) => i === 0 || n >= figures[i - 1]!);

/**
 * Rules that may be drafted: besides what can be read, every planned check has a cap (C6), and nothing rises where the risk falls.
 * Versions of before these rules stay as they are.
 */
export const presetDraftSchema = v.pipe(
	presetRulesSchema,
	v.check((r) => [...classKeys.map((k) => r.classes[k]), r.keyClass].every(({ limits }) => limits.some((l) => l.visits === 'planned')), 'no cap'),
	v.check((r) => (['min', 'usual', 'max'] as const).every((part) => rises((['A', 'B', 'C', 'D'] as const).map((k) => r.classes[k].ratio[part]))), 'ratio falls'),
	v.check((r) => rises(atLevels(r.warning.factors)) && rises(atLevels(r.warning.weights)), 'warning falls'),
	v.check((r) => r.observation.mode === 'off' || r.observation.classes.length > 0, 'observation for nobody')
);

/**
 * A stratum groups objects that are treated alike: 重点类 or not, of a 重点领域 or not, class, professional tier, named by evidence or not.
 */
export type StratumKey = {
	readonly keyClass: boolean;
	/** The item is of a 重点领域; missing means no. */
	readonly keyField?: boolean;
	readonly class: ClassKey;
	/** The professional tier that decides instead of the class (A8); null or missing: the class itself. */
	readonly tier?: RiskClass | null;
	readonly named: boolean;
	/** Number of the warning's level (1 to 4) where levels are drawn differently often; 0 or missing: they are not. */
	readonly level?: number;
};

/** 重点类企业 and 重点领域: what no class rule and no tier lowers. */
export const isGuarded = (stratum: Pick<StratumKey, 'keyClass' | 'keyField'>): boolean => stratum.keyClass || stratum.keyField === true;

/** The class whose rules apply: the professional tier where there is one; guarded, the riskier of both. */
export function ruledBy(stratum: StratumKey): ClassKey {
	const tier = stratum.tier ?? null;
	if (tier === null) return stratum.class;
	return isGuarded(stratum) ? riskier(stratum.class, tier) : tier;
}

/** How many times as often a named object is drawn; a level that nobody knows counts as the lowest. */
export function warningFactor(rules: PresetRules, stratum: Pick<StratumKey, 'named' | 'level'>): number {
	return stratum.named ? rules.warning.factors[warningLevels[Math.max(1, stratum.level ?? 1) - 1] ?? 'red'] : 1;
}

/** The ratio that applies to a stratum, as a share of its objects, every figure between 0 and 1. */
export function ratioFor(rules: PresetRules, stratum: StratumKey): Ratio {
	const scale = rules.ratioOf === 'baseline' ? rules.baselineRatio : 1;
	const raise = warningFactor(rules, stratum);
	const guarded = isGuarded(stratum);
	const of = (key: ClassKey): Ratio => {
		const { min, usual, max } = rules.classes[key].ratio;
		// What is guarded is never drawn less than the authority's baseline, whatever its class says.
		const least = guarded ? rules.baselineRatio : 0;
		const top = guarded ? 1 : Math.min(1, rules.ratioOf === 'baseline' ? max * scale * raise : max);
		const low = Math.min(top, Math.max(least, min * scale));
		return { min: low, usual: Math.min(top, Math.max(low, usual * scale * raise)), max: top };
	};
	const tier = stratum.tier ?? null;
	if (!guarded || tier === null) return of(ruledBy(stratum));
	// Each figure by itself: rules of before may have given a lower risk the higher ratio.
	const [a, b] = [of(stratum.class), of(tier)];
	return { min: Math.max(a.min, b.min), usual: Math.max(a.usual, b.usual), max: Math.max(a.max, b.max) };
}

/**
 * Sets of limits an object stands under: it is out when each set has a limit that is reached. Of one class there is one set; what is
 * guarded has that of 重点类 and those of its class and tier as well, so that none of them is less than the others would allow.
 */
export function limitSetsFor(rules: PresetRules, stratum: StratumKey): readonly (readonly Limit[])[] {
	if (!isGuarded(stratum)) return [rules.classes[ruledBy(stratum)].limits];
	const keys = new Set([stratum.class, stratum.tier ?? stratum.class]);
	// A set without a limit of planned checks would leave the guarded without a cap (C6).
	return [rules.keyClass.limits, ...[...keys].map((k) => rules.classes[k].limits).filter((limits) => limits.some((l) => l.visits === 'planned'))];
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
