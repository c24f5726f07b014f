import type { Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import { contains, scopeOf } from '#lib/access/scope.ts';
import { monthOf } from '#lib/calendar/days.ts';
import { figureId } from '#lib/risk-map/snapshot.ts';
import { keepFigures } from '#lib/risk-map/snapshots.server.ts';
import { classFlow, type ClassFlow } from './class-flow.server.ts';
import { classHref, type ClassQuery } from './class-query.ts';
import { cohortFigures, type CohortFigures } from './cohort-figures.ts';
import { cohortHref, type CohortQuery } from './cohort-query.ts';
import { cohortView } from './cohorts.server.ts';
import { keptPlace, type ClassContent, type CohortContent, type StructureContent } from './kept.ts';
import type { Place } from './place.server.ts';

const scopeKept = ({ regionCode, industries }: Actor) => ({ regionCode, industries });

/** Figures of the page of classes as they are kept. */
export function classContent(actor: Actor, query: ClassQuery, { place, moves, regions, industries, shares }: ClassFlow): ClassContent {
	return { of: 'classes', query, scope: scopeKept(actor), figures: { place: keptPlace(place), moves, regions, industries, shares } };
}

export function cohortContent(actor: Actor, query: CohortQuery, place: Place, figures: CohortFigures, today: string): CohortContent {
	return { of: 'cohorts', query, scope: scopeKept(actor), today, place: keptPlace(place), figures };
}

/** Keeps them once however often they are looked at. @returns their id. */
export function keepStructure(db: Kysely<DB>, content: StructureContent): Promise<string> {
	const id = figureId(content.of === 'cohorts' ? { ...content, today: '' } : content);
	const [address, month] = content.of === 'classes' ? [classHref(content.query), content.query.month] : [cohortHref(content.query), monthOf(content.today)];
	return keepFigures(db, { id, scope: content.scope, address, month }, content);
}

/** The same months of the same place as they are counted now, within the jurisdiction of then; null where that cannot be asked any more. */
export async function structureNow(db: Kysely<DB>, actor: Actor, content: StructureContent): Promise<StructureContent | null> {
	const within = { ...actor, regionCode: content.scope.regionCode, industries: content.scope.industries };
	if (!contains(scopeOf(actor), scopeOf(within))) return null;
	if (content.of === 'classes') {
		const outcome = await classFlow(db, within, content.query);
		if (!outcome.ok) return null;
		const now = classContent(within, content.query, outcome.flow);
		// Moves of older months are left behind after a year: that is no correction.
		if (!outcome.flow.months.includes(content.query.month) && content.figures.moves.length > 0) return null;
		return { ...now, figures: { ...now.figures, shares: content.figures.shares.map((then) => now.figures.shares.find(({ month }) => month === then.month) ?? then) } };
	}
	const outcome = await cohortView(db, within, content.query, content.today);
	if (!outcome.ok || outcome.view.reach === null) return null;
	return cohortContent(within, content.query, outcome.view.place, cohortFigures(outcome.view, content.query, content.figures.reach), content.today);
}
