import { classKeys, type ClassKey } from './classes.ts';
import { countKey, limitsOf, type Limit, type PresetRules, type StratumKey } from './presets.ts';

/** Why an enterprise is left out of a planned draw. */
export const outReasons = ['open-task', 'yearly-cap', 'class-out', 'joint-only', 'frequency', 'no-evidence'] as const;
/** Why it is in. */
export const inReasons = ['key-class', 'evidence', 'class-rule', 'unclassified'] as const;
export const poolReasons = [...outReasons, ...inReasons] as const;
export type PoolReason = (typeof poolReasons)[number];

/** What is known of an enterprise when the pool is made; equal facts get equal verdicts. */
export type Facts = {
	readonly class: ClassKey;
	/** 重点类企业. */
	readonly keyClass: boolean;
	/** On another list that was drawn and not yet visited. */
	readonly openTask: boolean;
	/** A warning of the task names its USCC: a finding about it, not about its region or industry. */
	readonly named: boolean;
	/** Newest grade of the item's professional field, of the last twelve months; null: the field has none, or this enterprise has none. */
	readonly grade: string | null;
	/** Inside an observation period on the day of the pool (C5). */
	readonly observed: boolean;
	/** A result for the same item is still valid (C4). */
	readonly recognised: boolean;
	/** The highest level of the task's warnings that name it: 0 none, 1 blue, 2 yellow, 3 orange, 4 red. */
	readonly level: number;
	/** Visits so far, one figure for each of `limitsOf(rules)`. */
	readonly counts: readonly number[];
};

/** What the planner decided for the task. */
export type Terms = {
	/** A joint check of several departments. */
	readonly joint: boolean;
	/** How the item is inspected. */
	readonly method: 'on-site' | 'paper' | 'network';
	/** A check that a law orders. */
	readonly statutory: boolean;
	/** The item is of a 重点领域. */
	readonly keyField: boolean;
	/** The task is a campaign (专项检查), no random check. */
	readonly campaign: boolean;
	/** The discretion not to visit low-risk enterprises on one's own initiative is used. */
	readonly spareOnSite: boolean;
};

export type Verdict = {
	readonly eligible: boolean;
	readonly reason: PoolReason;
	/** The limit that was reached, when one was. */
	readonly limit: Limit | null;
	readonly stratum: StratumKey;
	/** How many times as likely as weight 1 it is drawn within its stratum; a whole number from 1 to 100. Counts only in weighted draws. */
	readonly weight: number;
};

/**
 * Decides about one enterprise: caps first (hard for every planned check), then 重点类 (no class rule lowers it), then the class.
 * @example judge(rules, { class: 'A', keyClass: false, openTask: false, named: false, counts: [0] }, terms).reason // 'no-evidence'
 */
export function judge(rules: PresetRules, facts: Facts, terms: Terms): Verdict {
	const stratum = { keyClass: facts.keyClass, class: facts.class, named: facts.named };
	const out = (reason: PoolReason, limit: Limit | null = null): Verdict => ({ eligible: false, reason, limit, stratum, weight: 1 });
	const into = (reason: PoolReason): Verdict => ({ eligible: true, reason, limit: null, stratum, weight: 1 });
	const rule = rules.classes[facts.class];
	const counted = limitsOf(rules).map(countKey);
	const reached = (limits: readonly Limit[], basis: Limit['basis']): Limit | undefined =>
		limits.find((l) => l.basis === basis && (facts.counts[counted.indexOf(countKey(l))] ?? 0) >= l.max);

	if (facts.openTask) return out('open-task');
	const limits = facts.keyClass ? rules.keyClass.limits : rule.limits;
	const cap = reached(limits, 'cap');
	if (cap) return out('yearly-cap', cap);
	if (facts.keyClass) {
		const limit = reached(limits, 'clause');
		return limit ? out('frequency', limit) : into('key-class');
	}
	if (rule.inPool === 'no') return out('class-out');
	if (rule.inPool === 'joint-only' && !terms.joint) return out('joint-only');
	const limit = reached(limits, 'clause');
	if (limit) return out('frequency', limit);
	if (rule.onSite === 'discretion' && terms.method === 'on-site' && terms.spareOnSite) {
		return facts.named ? into('evidence') : out('no-evidence');
	}
	return into(facts.class === 'none' ? 'unclassified' : 'class-rule');
}

/** Text form of a stratum for the inside of the system, e.g. `G-C+`: general, class C, named by evidence. */
export function stratumText(stratum: StratumKey): string {
	return `${stratum.keyClass ? 'K' : 'G'}-${stratum.class}${stratum.named ? '+' : ''}`;
}

/** The reverse of `stratumText`; null for anything else. */
export function parseStratum(text: string): StratumKey | null {
	const parts = /^([KG])-(A|B|C|D|none)(\+?)$/.exec(text);
	const key = classKeys.find((k) => k === parts?.[2]);
	return parts && key ? { keyClass: parts[1] === 'K', class: key, named: parts[3] === '+' } : null;
}
