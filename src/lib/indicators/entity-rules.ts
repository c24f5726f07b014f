import { addDays, daysBetween } from '#lib/calendar/days.ts';
import { qValues } from '#lib/detection/false-discovery.ts';
import { countQuantile, upperTail, type CountLaw } from '#lib/detection/tails.ts';
import type { PlaceKind } from '#lib/enterprises/place.ts';
import type { LinkKind } from '#lib/links/verdicts.ts';
import type { DefinitionOf } from './definition.ts';
import { countedOnce, inWindow, mergedChanges, perEnterprise, type Fact, type FactsByKey, type Hit } from './entity.ts';

// Every rule is given what was known on the evening (`knownFacts`) and nothing else.

const span = (asOf: string, days: number) => ({ from: addDays(asOf, 1 - days), to: asOf });

const habitDays = 365;

/**
 * The law of a count by the habit of its own past: Gamma–Poisson predictive (Gelman et al., Bayesian Data Analysis, section 2.6).
 *
 * @param past events over the `observedDays` before the window.
 * @param prior mean per year and shape of the prior.
 */
export function habit(past: number, observedDays: number, days: number, prior: { readonly perYear: number; readonly shape: number }): CountLaw {
	const shape = prior.shape + past;
	const rate = prior.shape / (prior.perYear / 365) + observedDays;
	return { mean: (shape / rate) * days, size: shape };
}

/** What is known beside the facts: the habit of what was never seen before, and addresses with a limit of their own. */
export type LinkRules = {
	readonly newcomer: (kind: LinkKind, place: PlaceKind | null) => { readonly perYear: number; readonly shape: number };
	readonly listed: ReadonlyMap<string, { readonly limit: number }>;
};

/**
 * Many enterprises registered at one place within `days`: at least `limit`, and more than the place's habit. A listed registration
 * address may bring what it was approved for, and is warned of from the next one on, whatever its habit.
 */
export function sharedLinks(definition: DefinitionOf<'shared-link'>, facts: FactsByKey, asOf: string, dataFrom: string, rules: LinkRules): Hit[] {
	const hits: Hit[] = [];
	const window = span(asOf, definition.days);
	for (const [key, all] of facts) {
		const members = perEnterprise(inWindow(all, asOf, definition.days));
		const listed = rules.listed.get(key);
		const limit = listed === undefined ? definition.limit : Math.floor((listed.limit * definition.days) / 30) + 1;
		if (members.length < limit) continue;
		const { place = null, whole = false } = members[0]!;
		const seen = new Set(members.map((fact) => fact.uscc));
		const earlier = all.filter((fact) => fact.day < window.from && !seen.has(fact.uscc));
		const observedDays = Math.max(0, Math.min(habitDays, daysBetween(dataFrom, window.from)));
		const past = earlier.filter((fact) => daysBetween(fact.day, window.from) <= observedDays).length;
		const law = habit(past, observedDays, definition.days, rules.newcomer(definition.link, place));
		if (listed === undefined && upperTail(members.length, law) > definition.alpha) continue;
		hits.push({
			scopeKind: whole ? 'place' : definition.link, key, window, observed: members.length, limit,
			expected: Math.round(law.mean * 100) / 100,
			upper: listed === undefined ? Math.max(limit - 1, countQuantile(1 - definition.alpha, law)) : limit - 1,
			q: null, coverage: null, method: 'shared-link', facts: members, history: earlier, kinds: ['registration']
		});
	}
	return hits;
}

/** Enterprises of one address, person or phone that were registered and soon cancelled. */
export function registerThenCancel(definition: DefinitionOf<'register-then-cancel'>, facts: FactsByKey, asOf: string): Hit[] {
	return [...facts].flatMap(([key, all]) => {
		const members = perEnterprise(inWindow(all, asOf, definition.days));
		if (members.length < definition.limit) return [];
		return [{
			...fixed('register-then-cancel', key, members.length, definition.limit, members, all, span(asOf, definition.days)),
			scopeKind: members[0]!.whole ? 'place' : definition.link, kinds: ['registration', 'cancellation']
		}];
	});
}

/** Enterprises that change key items again and again; several items in one application are one change. */
export function repeatedChanges(definition: DefinitionOf<'repeated-changes'>, facts: FactsByKey, asOf: string): Hit[] {
	return [...facts].flatMap(([key, all]) => {
		const changes = inWindow(mergedChanges(all, definition.mergeDays), asOf, definition.days);
		const applications = new Set(changes.map((fact) => fact.day)).size;
		if (applications < definition.limit) return [];
		return [{
			...fixed('repeated-changes', key, applications, definition.limit, changes, all, span(asOf, definition.days)),
			kinds: ['change'], items: definition.items
		}];
	});
}

/** Representative, address and shareholders changed within the window: the company was sold as a shell. */
export function shellTransfers(definition: DefinitionOf<'shell-transfer'>, facts: FactsByKey, asOf: string): Hit[] {
	return [...facts].flatMap(([key, all]) => {
		const changes = inWindow(all, asOf, definition.days);
		const items = new Set(changes.map((fact) => fact.item));
		if (!definition.items.every((item) => items.has(item))) return [];
		return [{
			...fixed('shell-transfer', key, items.size, definition.items.length, changes, all, span(asOf, definition.days)), kinds: ['change']
		}];
	});
}

/** Prepaid-card complaints of an enterprise that also shows signs of closing. */
export function prepaidCards(definition: DefinitionOf<'prepaid-card'>, facts: FactsByKey, asOf: string): Hit[] {
	return [...facts].flatMap(([key, all]) => {
		const complaints = countedOnce(inWindow(all, asOf, definition.days).filter((fact) => fact.kind === 'complaint'));
		if (complaints.length < definition.limit) return [];
		const signs = inWindow(all, asOf, definition.signDays).filter((fact) => fact.kind !== 'complaint');
		if (signs.length === 0) return [];
		const kinds = [...new Set(['complaint', ...signs.map((fact) => fact.kind!)])];
		return [{
			...fixed('prepaid-card', key, complaints.length, definition.limit, complaints, all.filter((fact) => fact.kind === 'complaint'),
				span(asOf, Math.max(definition.days, definition.signDays))),
			kinds
		}];
	});
}

/** What an enterprise of a trade brings a year, and how many enterprises were looked at. */
export type TradeRates = { readonly perYear: (industry: string) => number; readonly enterprises: number };

/** Complaints differ much between enterprises of one trade: the shape of the prior around the trade's mean. Ours. */
const tradeShape = 0.5;

/** One enterprise's count against its own past and its trade; false discovery rate over all enterprises. */
export function enterpriseRises(definition: DefinitionOf<'enterprise-rise'>, facts: FactsByKey, asOf: string, rates: TradeRates): Hit[] {
	const window = span(asOf, definition.days);
	const judged = [...facts].flatMap(([key, all]) => {
		const known = countedOnce(all);
		const recent = inWindow(known, asOf, definition.days);
		if (recent.length < definition.floor) return [];
		const history = known.filter((fact) => fact.day < window.from);
		const past = history.filter((fact) => daysBetween(fact.day, window.from) <= habitDays).length;
		const law = habit(past, habitDays, definition.days, { perYear: Math.max(0.01, rates.perYear(recent[0]!.industry)), shape: tradeShape });
		return [{ key, recent, history, law, p: upperTail(recent.length, law) }];
	});
	const q = qValues(Float64Array.from(judged, (one) => one.p), Math.max(judged.length, rates.enterprises));
	return judged.flatMap(({ key, recent, history, law }, i): Hit[] => {
		if (q[i]! > definition.q || recent.length < definition.ratio * law.mean) return [];
		return [{
			scopeKind: 'enterprise', key, window, observed: recent.length, limit: null,
			expected: Math.round(law.mean * 100) / 100, upper: countQuantile(0.99, law), q: q[i]!, coverage: 0.99,
			method: 'enterprise-rise', facts: recent, history, kinds: [definition.eventKind]
		}];
	});
}

function fixed(method: string, key: string, observed: number, limit: number, facts: readonly Fact[], history: readonly Fact[], window: Hit['window']) {
	return {
		scopeKind: 'enterprise' as const, key, observed, limit, facts, history, window, method,
		expected: null, upper: limit - 1, q: null, coverage: null
	};
}
