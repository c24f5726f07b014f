import type { Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Evaluation } from '#lib/warnings/evaluation.ts';
import type { LevelRules } from '#lib/warnings/levels.ts';
import type { LiveSeries } from '#lib/warnings/machine.server.ts';
import type { ActiveIndicator } from './active.server.ts';
import type { KindCounts } from './counts.server.ts';
import type { Definition } from './definition.ts';
import { busyKeys, evaluationOf, knownFacts, type Fact, type FactsByKey, type Hit } from './entity.ts';
import { labelsOf, loadFacts, loadMarket, tradeRates } from './entity-facts.server.ts';
import {
	enterpriseRises, prepaidCards, registerThenCancel, repeatedChanges, sharedLinks, shellTransfers
} from './entity-rules.ts';
import type { KindEvening } from './kind-evening.server.ts';
import { loadLinkKnowledge, type Once } from './link-habits.server.ts';
import { groupHits, loadGroups, withoutGrouped, type GroupRun } from './linked-groups.server.ts';

export type EntityResult = {
	readonly evaluations: Evaluation[];
	readonly series: number;
	readonly judged: number;
	readonly held: number;
	/** Registrations that its clusters account for: the cells they lie in need no second warning. */
	readonly explains: readonly Fact[];
};

/** An entity indicator with the events of some evenings in memory. */
export type EntityRun = {
	/** What is found on an evening, whatever is open. `live`: groups that go on, known by their series. */
	readonly hits: (db: Kysely<DB>, evening: EveningFacts, live: readonly LiveSeries[]) => Promise<readonly Hit[]>;
	readonly evaluate: (
		db: Kysely<DB>,
		evening: KindEvening,
		live: readonly LiveSeries[],
		rules: LevelRules,
		/** Registrations that single addresses, persons, phones and agents account for this evening. */
		explained?: readonly Fact[]
	) => Promise<EntityResult>;
};

/** What rules know of an evening beside the facts. */
export type EveningFacts = { readonly asOf: string; readonly run: { readonly data: KindCounts } };

/**
 * Loads what an entity indicator needs for the evenings `from` … `to`.
 *
 * @param corrected kinds of which rows were ever corrected.
 * @param uscc only what these enterprises are part of; default: everybody.
 */
export async function loadEntity(
	db: Kysely<DB>, indicator: ActiveIndicator, from: string, to: string, corrected: ReadonlySet<string>, once: Once = {}, uscc?: readonly string[]
): Promise<EntityRun> {
	const { definition } = indicator;
	if (definition.monitor === 'linked-group') return groupRun(indicator, await loadGroups(db, definition, from, to, once));
	const loaded = await loadFacts(db, definition, { from, to, corrected, ...(uscc ? { uscc } : {}) });
	const links = definition.monitor === 'shared-link' && loaded.size > 0 ? await loadLinkKnowledge(db, from, to, once) : null;
	const market = definition.monitor === 'enterprise-rise' ? await loadMarket(db, from, to) : null;
	const hitsOn = (facts: FactsByKey, { asOf, run: { data } }: EveningFacts): Hit[] => {
		switch (definition.monitor) {
			case 'shared-link':
				return facts.size === 0 ? [] : sharedLinks(definition, facts, asOf, data.firstDay, { newcomer: links!.newcomerOn(asOf), listed: links!.listedOn(asOf) });
			case 'register-then-cancel':
				return registerThenCancel(definition, facts, asOf);
			case 'repeated-changes':
				return repeatedChanges(definition, facts, asOf);
			case 'shell-transfer':
				return shellTransfers(definition, facts, asOf);
			case 'prepaid-card':
				return prepaidCards(definition, facts, asOf);
			case 'enterprise-rise':
				return enterpriseRises(definition, facts, asOf, tradeRates(market!, data, asOf));
			case 'cell-surge':
				return [];
		}
	};
	const least = leastOf(definition);
	const factsOn = (asOf: string, knownOn = asOf) => knownFacts(least === null ? loaded : busyKeys(loaded, asOf, least.days, least.facts), asOf, knownOn);
	return {
		hits: async (_db, evening) => hitsOn(factsOn(evening.asOf), evening),
		evaluate: async (db, evening, live, rules) => {
			const facts = factsOn(evening.asOf, evening.knownOn);
			const found = hitsOn(facts, evening);
			// Judged again, an evening has only that to say which rests on what it did not know.
			const fresh = evening.knownOn === evening.asOf ? found : found.filter((hit) => hit.facts.some(({ received }) => received > evening.asOf));
			const hits = await withoutGrouped(db, indicator, fresh, live);
			const explains = definition.monitor === 'shared-link' ? (fresh === found ? hits : found) : [];
			return said(db, indicator, hits, facts.size, evening, live, rules, explains);
		}
	};
}

/** How many facts within how many days a key must have at least for its rule to find anything; null: where it depends on the place. */
function leastOf(definition: Definition): { readonly facts: number; readonly days: number } | null {
	switch (definition.monitor) {
		case 'enterprise-rise':
			return { facts: definition.floor, days: definition.days };
		case 'repeated-changes':
		case 'prepaid-card':
			return { facts: definition.limit, days: definition.days };
		case 'shell-transfer':
			return { facts: definition.items.length, days: definition.days };
		default:
			return null;
	}
}

function groupRun(indicator: ActiveIndicator, run: GroupRun): EntityRun {
	return {
		hits: async (db, evening, live) => (await groupHits(db, indicator, run, evening.asOf, live, [])).hits,
		evaluate: async (db, evening, live, rules, explained = []) => {
			const { hits, looked } = await groupHits(db, indicator, run, evening.asOf, live, explained);
			return said(db, indicator, hits, looked, evening, live, rules, run.definition.stream === 'registration' ? hits : []);
		}
	};
}

/** The evaluations of an evening's hits, and of the open episodes that none of them goes on with. */
async function said(
	db: Kysely<DB>, indicator: ActiveIndicator, hits: readonly Hit[], series: number, evening: KindEvening, live: readonly LiveSeries[],
	rules: LevelRules, explaining: readonly Hit[]
): Promise<EntityResult> {
	const open = new Map(live.map((one) => [one.seriesKey, one]));
	const labels = await labelsOf(db, hits);
	const evaluations = hits.map((hit) => {
		const before = open.get(`${indicator.id}|${hit.scopeKind}|${hit.key}`)?.firstBreachOn ?? null;
		return evaluationOf(indicator, hit, evening.asOf, before, rules, labels.get(`${hit.scopeKind}|${hit.key}`) ?? null);
	});
	const judged = new Set(evaluations.map((evaluation) => evaluation.seriesKey));
	const calm = live.filter((one) => !judged.has(one.seriesKey)).map((one) => calmOf(indicator, one, evening));
	return {
		evaluations: [...evaluations, ...calm], series, judged: series,
		held: calm.filter((evaluation) => evaluation.verdict === 'held').length,
		explains: explaining.flatMap((hit) => hit.facts)
	};
}

/**
 * An open episode that the evening did not find again. While its source is late it may still be going on: held, not cleared. Changed
 * coverage does not matter here: what is counted are named enterprises, not a level.
 */
function calmOf(indicator: ActiveIndicator, series: LiveSeries, evening: KindEvening): Evaluation {
	const why = evening.heldWhy(series.regionCode);
	const held = why !== null && why.reason !== 'changed-coverage' ? why : null;
	return {
		seriesKey: series.seriesKey,
		indicatorId: indicator.id, indicatorVersion: indicator.version, item: indicator.item,
		scopeKind: series.scopeKind, regionCode: series.regionCode, industryKey: series.industryKey, uscc: series.uscc,
		subjectLabel: null,
		verdict: held ? 'held' : 'cleared',
		...(held ? { held } : {}),
		level: null, observed: null, expected: null, upper: null, q: null,
		firstBreachOn: null, lastBreachOn: null, occurredOn: null, explanation: null, subjects: []
	};
}
