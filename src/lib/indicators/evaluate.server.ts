import type { Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import { inScope } from '#lib/access/scope.ts';
import type { Evaluation } from '#lib/warnings/evaluation.ts';
import type { LevelRules } from '#lib/warnings/levels.ts';
import type { LiveSeries } from '#lib/warnings/machine.server.ts';
import type { ActiveIndicator } from './active.server.ts';
import { evaluateCellSurge } from './cell-surge.server.ts';
import type { DefinitionOf } from './definition.ts';
import type { EntityResult, EntityRun } from './entities.server.ts';
import type { Fact } from './entity.ts';
import type { KindEvening } from './kind-evening.server.ts';

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
	/** An evening that is judged again by what came later. */
	readonly again?: Again;
};

/** What is said of an evening that is judged again: what is new where data came later, and how these open series stand. */
export type Again = {
	readonly concerns: (regionCode: string) => boolean;
	readonly series: ReadonlySet<string>;
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

/** Facts that several clusters account for, once. */
function onceEach(facts: readonly Fact[]): Fact[] {
	return [...new Map(facts.map((fact) => [`${fact.uscc}|${fact.day}`, fact])).values()];
}
