import type { Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import { correctedKinds } from '#lib/counts/versions.server.ts';
import { addDays } from '#lib/calendar/days.ts';
import { relationBySize, type Relation } from '#lib/detection/daily/echo.ts';
import { listedOn, listedPlaces } from '#lib/links/judged.server.ts';
import { activeIndicators, type ActiveIndicator } from '#lib/indicators/active.server.ts';
import type { DefinitionOf } from '#lib/indicators/definition.ts';
import { loadFacts } from '#lib/indicators/entity-facts.server.ts';
import { sharedLinks } from '#lib/indicators/entity-rules.ts';
import { busyKeys, knownFacts, type Fact } from '#lib/indicators/entity.ts';
import { loadKind } from '#lib/indicators/kind-evening.server.ts';
import { unlearned } from '#lib/indicators/link-habits.server.ts';
import { loadCountsFast } from './counts.server.ts';
import type { PreviewWeek } from './evenings.ts';
import { cellPart, type CellPart, type SweptPart } from './part.ts';
import type { SweptSet } from './sweep.ts';
import { loadSources } from '#lib/indicators/sources.server.ts';

/** Judges a part: in a thread, or in tests where it is. */
export type RunPart = (part: CellPart, done: () => void, signal?: AbortSignal) => Promise<SweptPart>;

/** Judges the evenings of some weeks for an indicator of cells. */
export async function sweepCells(
	db: Kysely<DB>, indicator: ActiveIndicator & { readonly definition: DefinitionOf<'cell-surge'> }, weeks: readonly PreviewWeek[],
	runPart: RunPart, loaded: () => void, done: () => void, signal?: AbortSignal
): Promise<SweptPart> {
	const { definition } = indicator;
	const from = weeks[0]!.from;
	const to = weeks.at(-1)!.evenings.at(-1)!;
	const state = await loadSources(db);
	const corrected = await correctedKinds(db);
	const run = await loadKind(db, definition.eventKind, from, to, state, corrected.has(definition.eventKind), loadCountsFast);
	const explained = definition.eventKind === 'registration' ? await explainedBy(db, weeks, corrected, run.data.firstDay) : new Map<string, never>();
	loaded();
	signal?.throwIfAborted();
	return runPart(cellPart(run, { state, definition, explained, weeks }), done, signal);
}

/**
 * Registrations that addresses, persons, phones and agents account for, by evening: by the indicators of today. What is usual for a thing
 * never seen before is not learned here, but taken as where nothing can be learned.
 */
async function explainedBy(
	db: Kysely<DB>, weeks: readonly PreviewWeek[], corrected: ReadonlySet<string>, firstDay: string
): Promise<CellPart['explained']> {
	const from = weeks[0]!.from;
	const to = weeks.at(-1)!.evenings.at(-1)!;
	const places = await listedPlaces(db);
	const loaded = await Promise.all((await activeIndicators(db))(to).flatMap(({ definition }) =>
		definition.monitor === 'shared-link' ? [loadFacts(db, definition, { from, to, corrected }).then((facts) => ({ definition, facts }))] : []
	));
	const explained = new Map<string, Fact[]>();
	for (let day = from; day <= to; day = addDays(day, 1)) {
		const rules = { listed: listedOn(places, day), newcomer: () => unlearned };
		const hits = loaded.flatMap(({ definition, facts }) =>
			sharedLinks(definition, knownFacts(busyKeys(facts, day, definition.days, leastMembers), day), day, firstDay, rules)
		);
		explained.set(day, [...new Map(hits.flatMap((hit) => hit.facts).map((fact) => [`${fact.uscc}|${fact.day}`, fact])).values()]);
	}
	return explained;
}

/** No indicator of shared things warns of fewer. */
const leastMembers = 2;

/** How two sets stand to each other, by the finest cells they have in common; remembered, as it is asked again and again. */
export function relations(sets: ReadonlyMap<string, SweptSet>): (found: string, open: string) => Relation {
	const known = new Map<string, Relation>();
	return (found, open) => {
		const key = `${found}\n${open}`;
		let relation = known.get(key);
		if (relation === undefined) {
			const [a, b] = [sets.get(found)!.finest, sets.get(open)!.finest];
			const common = shared(a.regions, b.regions) * shared(a.industries, b.industries);
			known.set(key, (relation = relationBySize(common, a.regions.length * a.industries.length, b.regions.length * b.industries.length)));
		}
		return relation;
	};
}

function shared(a: readonly string[], b: readonly string[]): number {
	const other = new Set(b);
	return a.reduce((sum, code) => (other.has(code) ? sum + 1 : sum), 0);
}
