import type { Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import { inScope } from '#lib/access/scope.ts';
import { addDays } from '#lib/calendar/days.ts';
import { correctedKinds } from '#lib/counts/versions.server.ts';
import { refreshPlaces } from '#lib/enterprises/places.server.ts';
import type { Evaluation } from '#lib/warnings/evaluation.ts';
import type { LevelRules } from '#lib/warnings/levels.ts';
import type { LiveSeries } from '#lib/warnings/machine.server.ts';
import { levelRules } from '#lib/warnings/settings.server.ts';
import { activeIndicators, type ActiveIndicator } from './active.server.ts';
import { evaluateCellSurge } from './cell-surge.server.ts';
import type { DefinitionOf } from './definition.ts';
import { loadEntity, type EntityResult, type EntityRun } from './entities.server.ts';
import type { Fact } from './entity.ts';
import { eveningOf, loadKind, type KindEvening, type KindRun } from './kind-evening.server.ts';
import { loadSources, type SourceState } from './sources.server.ts';

/** The kind of event whose source an indicator depends on. */
export function kindOf({ definition }: Pick<ActiveIndicator, 'definition'>): string {
	switch (definition.monitor) {
		case 'cell-surge':
		case 'enterprise-rise':
			return definition.eventKind;
		case 'shared-link':
			return 'registration';
		case 'linked-group':
			return streamKind[definition.stream];
		case 'register-then-cancel':
			return 'cancellation';
		case 'prepaid-card':
			return 'complaint';
		default:
			return 'change';
	}
}

const streamKind = { registration: 'registration', 'young-cancellation': 'cancellation', transfer: 'change', 'change-storm': 'change' } as const;

export type Said = Omit<EntityResult, 'evaluations'> & { readonly evaluations: readonly Evaluation[] };

export type Evening = {
	readonly kind: KindEvening;
	readonly live: readonly LiveSeries[];
	readonly rules: LevelRules;
	/** Registrations that clusters account for; several may account for one. */
	readonly explained: readonly Fact[];
	/** Whether to look up who contributes: not needed to count. */
	readonly explain: boolean;
};

/** What one indicator says on one evening. `entity` must be there for all monitors but those of cells. */
export async function evaluate(db: Kysely<DB>, indicator: ActiveIndicator, evening: Evening, entity: EntityRun | undefined): Promise<Said> {
	const said = await evaluateAll(db, indicator, evening, entity);
	const { territory } = indicator;
	if (territory === null) return said;
	return {
		...said,
		evaluations: said.evaluations.filter(({ regionCode, industryKey }) => inScope(territory, regionCode, industryKey)),
		explains: said.explains.filter(({ region, industry }) => inScope(territory, region, industry))
	};
}

async function evaluateAll(db: Kysely<DB>, indicator: ActiveIndicator, evening: Evening, entity: EntityRun | undefined): Promise<Said> {
	if (indicator.definition.monitor !== 'cell-surge') return entity!.evaluate(db, evening.kind, evening.live, evening.rules, evening.explained);
	const surge = { ...indicator, definition: indicator.definition as DefinitionOf<'cell-surge'> };
	const here = surge.definition.eventKind === 'registration' ? onceEach(evening.explained) : [];
	const places = here.flatMap((fact) => evening.kind.place(fact.region, fact.industry, fact.day) ?? []);
	const result = await evaluateCellSurge(db, surge, evening, places);
	return { ...result, series: evening.kind.question.layout.series, explains: [] };
}

/** One indicator alone, loaded for a stretch of evenings: for previews. */
export type LoadedIndicator = {
	readonly indicator: ActiveIndicator;
	readonly kind: KindRun;
	readonly entity: EntityRun | undefined;
	/** The indicators whose clusters explain its registrations, on a day. */
	readonly clusters: (day: string) => readonly EntityRun[];
	readonly sources: SourceState;
	readonly rules: LevelRules;
};

export async function loadIndicator(db: Kysely<DB>, indicator: ActiveIndicator, from: string, to: string): Promise<LoadedIndicator> {
	await refreshPlaces(db);
	const sources = await loadSources(db);
	const corrected = await correctedKinds(db);
	const { definition } = indicator;
	const kind = kindOf(indicator);
	return {
		indicator, sources,
		kind: await loadKind(db, kind, from, to, sources, corrected.has(kind)),
		entity: definition.monitor === 'cell-surge' ? undefined : await loadEntity(db, indicator, from, to, corrected),
		clusters: definition.monitor === 'cell-surge' && kind === 'registration' ? await loadClusters(db, from, to, corrected) : () => [],
		rules: await levelRules(db)
	};
}

async function loadClusters(
	db: Kysely<DB>, from: string, to: string, corrected: ReadonlySet<string>
): Promise<LoadedIndicator['clusters']> {
	const active = await activeIndicators(db);
	const linksOn = (day: string) => active(day).filter(({ definition }) => definition.monitor === 'shared-link');
	const runs = new Map<ActiveIndicator, EntityRun>();
	for (let day = from; day <= to; day = addDays(day, 1)) {
		for (const link of linksOn(day)) if (!runs.has(link)) runs.set(link, await loadEntity(db, link, from, to, corrected));
	}
	return (day) => linksOn(day).map((link) => runs.get(link)!);
}

/** What it would have said on an evening, without a trace. */
export async function evaluateOn(db: Kysely<DB>, loaded: LoadedIndicator, day: string, live: readonly LiveSeries[]): Promise<Said> {
	const kind = eveningOf(loaded.kind, day, loaded.sources);
	const facts = [];
	for (const cluster of loaded.clusters(day)) facts.push(...(await cluster.evaluate(db, kind, [], loaded.rules)).explains);
	return evaluate(db, loaded.indicator, { kind, live, rules: loaded.rules, explained: facts, explain: false }, loaded.entity);
}

/** Facts that several clusters account for, once. */
function onceEach(facts: readonly Fact[]): Fact[] {
	return [...new Map(facts.map((fact) => [`${fact.uscc}|${fact.day}`, fact])).values()];
}
