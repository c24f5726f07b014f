import type { Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Evaluation } from '#lib/warnings/evaluation.ts';
import type { LevelRules } from '#lib/warnings/levels.ts';
import type { LiveSeries } from '#lib/warnings/machine.server.ts';
import type { ActiveIndicator } from './active.server.ts';
import { evaluationOf, knownFacts, type Fact, type FactsByKey, type Hit } from './entity.ts';
import { labelsOf, loadFacts, loadMarket, tradeRates } from './entity-facts.server.ts';
import {
	enterpriseRises, prepaidCards, registerThenCancel, repeatedChanges, sharedLinks, shellTransfers
} from './entity-rules.ts';
import type { KindEvening } from './kind-evening.server.ts';

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
	readonly evaluate: (
		db: Kysely<DB>,
		evening: KindEvening,
		live: readonly LiveSeries[],
		rules: LevelRules
	) => Promise<EntityResult>;
};

/**
 * Loads what an entity indicator needs for the evenings `from` … `to`.
 *
 * @param corrected kinds of which rows were ever corrected.
 */
export async function loadEntity(
	db: Kysely<DB>, indicator: ActiveIndicator, from: string, to: string, corrected: ReadonlySet<string>
): Promise<EntityRun> {
	const { definition } = indicator;
	const loaded = await loadFacts(db, definition, { from, to, corrected });
	const market = definition.monitor === 'enterprise-rise' ? await loadMarket(db, from, to) : null;
	const hitsOn = (facts: FactsByKey, { asOf, run: { data } }: KindEvening): Hit[] => {
		switch (definition.monitor) {
			case 'shared-link':
				return sharedLinks(definition, facts, asOf, data.firstDay);
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
	return {
		evaluate: async (db, evening, live, rules) => {
			const facts = knownFacts(loaded, evening.asOf);
			const hits = hitsOn(facts, evening);
			const open = new Map(live.map((series) => [series.seriesKey, series]));
			const labels = await labelsOf(db, hits[0]?.scopeKind ?? 'enterprise', hits.map((hit) => hit.key));
			const evaluations = hits.map((hit) => {
				const before = open.get(`${indicator.id}|${hit.scopeKind}|${hit.key}`)?.firstBreachOn ?? null;
				return evaluationOf(indicator, hit, evening.asOf, before, rules, labels.get(hit.key) ?? null);
			});
			const said = new Set(evaluations.map((evaluation) => evaluation.seriesKey));
			const calm = live.filter((series) => !said.has(series.seriesKey)).map((series) => calmOf(indicator, series, evening));
			return {
				evaluations: [...evaluations, ...calm],
				series: facts.size, judged: facts.size,
				held: calm.filter((evaluation) => evaluation.verdict === 'held').length,
				explains: definition.monitor === 'shared-link' ? hits.flatMap((hit) => hit.facts) : []
			};
		}
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
