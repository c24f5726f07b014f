import { classKeys, riskClasses, warningLevels, type CheckMethod, type ClassKey } from '../classes.ts';
import { countKey, isGuarded, limitSetsFor, limitsOf, ruledBy, type ClassRule, type Limit, type PresetRules, type StratumKey } from '../presets/presets.ts';
import { tierOf } from '../presets/professional.ts';

/**
 * Why an enterprise is left out of a planned check, in the order in which it is asked, hardest first: what nobody may break (two open
 * lists, the yearly cap), what the class rules out whoever it is, how often it may be visited, what spares it for a time, and last
 * the discretion, which evidence that names it lifts. The first that holds is the reason.
 */
export const outReasons = [
	'open-task', 'yearly-cap', 'campaign-out', 'class-out', 'joint-only', 'method', 'frequency', 'observation', 'valid-result', 'no-evidence'
] as const;
export type OutReason = (typeof outReasons)[number];
/** Why it is in. */
export const inReasons = ['key-class', 'key-field', 'evidence', 'grade-rule', 'class-rule', 'unclassified'] as const;
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

/** What the planner decided for the task, and what its item is. */
export type Terms = {
	/** A joint check of several departments. */
	readonly joint: boolean;
	/** How the item is inspected. */
	readonly method: CheckMethod;
	/** A check that a law orders. */
	readonly statutory: boolean;
	/** The item is of a 重点领域. */
	readonly keyField: boolean;
	/** The professional field of the item, whose grades `Facts.grade` speaks of; null: none. */
	readonly field: string | null;
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

/** What one rule of `outReasons` said: it leaves the enterprise out, lets it pass, or has nothing to say about it. */
export type RuleStep = { readonly reason: OutReason; readonly said: 'out' | 'passed' | 'silent'; readonly limit: Limit | null };

type Asked = {
	readonly rules: PresetRules;
	readonly facts: Facts;
	readonly terms: Terms;
	readonly stratum: StratumKey;
	readonly guarded: boolean;
	readonly rule: ClassRule;
	/** The limit by which it is out; null while one of its sets of limits leaves room. */
	readonly full: Limit | null;
};
type Answer = boolean | null | Limit;

/** `null`: silent, `false`: passed, `true` or the limit: out. What is guarded is under no rule of its class. */
const asks: Readonly<Record<OutReason, (of: Asked) => Answer>> = {
	'open-task': ({ facts }) => facts.openTask,
	'yearly-cap': ({ full }) => (full?.basis === 'cap' ? full : false),
	'campaign-out': ({ guarded, terms, rule }) => (guarded || !terms.campaign ? null : rule.campaign === 'no'),
	'class-out': ({ guarded, terms, rule }) => (guarded || terms.campaign ? null : rule.inPool === 'no'),
	'joint-only': ({ guarded, terms, rule }) => (guarded || terms.campaign || rule.inPool !== 'joint-only' ? null : !terms.joint),
	method: ({ guarded, terms, rule }) => (guarded ? null : !rule.methods.includes(terms.method)),
	frequency: ({ full }) => (full?.basis === 'clause' ? full : false),
	// It suspends no check that a law orders (C5), and of a class that fell since it protects nobody.
	observation: ({ guarded, terms, facts, rules, stratum }) => {
		const { mode, classes } = rules.observation;
		if (mode === 'off' || guarded || terms.statutory) return null;
		return facts.observed && [stratum.class, ruledBy(stratum)].every((key) => (classes as readonly ClassKey[]).includes(key));
	},
	'valid-result': ({ guarded, terms, facts, rules }) => (!rules.recognition.on || guarded || terms.statutory ? null : facts.recognised),
	'no-evidence': ({ guarded, terms, facts, rule }) =>
		guarded || rule.onSite !== 'discretion' || terms.method !== 'on-site' || !terms.spareOnSite ? null : !facts.named
};

/** The limit by which an object is out of a check, caps before clauses; null while it may be visited once more. */
function fullLimit(rules: PresetRules, facts: Facts, terms: Terms, stratum: StratumKey): Limit | null {
	const counted = limitsOf(rules).map(countKey);
	// Random-only limits are about random checks; those of planned checks bind campaigns as well.
	const isFull = (l: Limit) => !(terms.campaign && l.visits === 'random') && (facts.counts[counted.indexOf(countKey(l))] ?? 0) >= l.max;
	const found = limitSetsFor(rules, stratum).map((set) => set.find((l) => l.basis === 'cap' && isFull(l)) ?? set.find(isFull) ?? null);
	return found.some((limit) => limit === null) ? null : (found[0] ?? null);
}

function askedOf(rules: PresetRules, facts: Facts, terms: Terms): Asked {
	const factors = warningLevels.map((level) => rules.warning.factors[level]);
	const stratum: StratumKey = {
		keyClass: facts.keyClass,
		keyField: terms.keyField,
		class: facts.class,
		tier: tierOf(rules.professional, terms.field, facts.grade, facts.class),
		named: facts.named,
		// Levels that are drawn equally often stay together: small strata make poor draws.
		level: facts.named && factors.some((f) => f !== factors[0]) ? Math.max(1, facts.level) : 0
	};
	return { rules, facts, terms, stratum, guarded: isGuarded(stratum), rule: rules.classes[ruledBy(stratum)], full: fullLimit(rules, facts, terms, stratum) };
}

function inReason({ facts, terms, stratum, rule }: Asked): (typeof inReasons)[number] {
	if (facts.keyClass) return 'key-class';
	if (terms.keyField) return 'key-field';
	if (facts.named && rule.onSite === 'discretion' && terms.method === 'on-site' && terms.spareOnSite) return 'evidence';
	if (stratum.tier !== null) return 'grade-rule';
	return facts.class === 'none' ? 'unclassified' : 'class-rule';
}

/**
 * Decides about one enterprise and one planned check. For-cause visits are never asked about here: they pass with evidence and are counted.
 * @example judge(rules, { class: 'A', named: false, … }, { method: 'on-site', spareOnSite: true, … }).reason // 'no-evidence'
 */
export function judge(rules: PresetRules, facts: Facts, terms: Terms): Verdict {
	const asked = askedOf(rules, facts, terms);
	const { stratum } = asked;
	// From warning evidence alone: no score of ours weighs anybody (A7).
	const weight = facts.named ? rules.warning.weights[warningLevels[Math.max(1, facts.level) - 1] ?? 'red'] : 1;
	for (const reason of outReasons) {
		const answer = asks[reason](asked);
		if (answer) return { eligible: false, reason, limit: answer === true ? null : answer, stratum, weight };
	}
	return { eligible: true, reason: inReason(asked), limit: null, stratum, weight };
}

/** Every rule in its order and what it says, also after the first that leaves the enterprise out: for explaining. */
export function rulesAsked(rules: PresetRules, facts: Facts, terms: Terms): RuleStep[] {
	const asked = askedOf(rules, facts, terms);
	return outReasons.map((reason) => {
		const answer = asks[reason](asked);
		if (answer === null) return { reason, said: 'silent', limit: null };
		return { reason, said: answer === false ? 'passed' : 'out', limit: typeof answer === 'object' ? answer : null };
	});
}

/**
 * Text form of a stratum for the inside of the system. `G-C+`: general, class C, named by evidence; `KF-B/D+4`: a key enterprise and a
 * key field, class B with the professional tier D, named by a red warning.
 */
export function stratumText({ keyClass, keyField = false, class: riskClass, tier = null, named, level = 0 }: StratumKey): string {
	const guard = `${keyClass ? 'K' : ''}${keyField ? 'F' : ''}` || 'G';
	return `${guard}-${riskClass}${tier === null ? '' : `/${tier}`}${named ? '+' : ''}${named && level > 0 ? level : ''}`;
}

/** The reverse of `stratumText`; null for anything else. */
export function parseStratum(text: string): Required<StratumKey> | null {
	const parts = /^(G|K|F|KF)-(A|B|C|D|none)(?:\/([ABCD]))?(?:(\+)([1-4])?)?$/.exec(text);
	const key = classKeys.find((k) => k === parts?.[2]);
	if (!parts || !key) return null;
	return {
		keyClass: parts[1]!.startsWith('K'),
		keyField: parts[1]!.endsWith('F'),
		class: key,
		tier: riskClasses.find((k) => k === parts[3]) ?? null,
		named: parts[4] === '+',
		level: Number(parts[5] ?? 0)
	};
}
