import type { Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import { addDays } from '#lib/calendar/days.ts';
import { correctedKinds } from '#lib/counts/versions.server.ts';
import { layoutOf } from '#lib/detection/daily/cells.ts';
import { commonRegion } from '#lib/regions/common-region.ts';
import type { ScopeKind } from '#lib/warnings/evaluation.ts';
import type { LiveSeries } from '#lib/warnings/machine.server.ts';
import type { ActiveIndicator } from '#lib/indicators/active.server.ts';
import type { KindCounts } from '#lib/indicators/counts.server.ts';
import { loadEntity } from '#lib/indicators/entities.server.ts';
import { commonIndustry, perEnterprise, type Hit } from '#lib/indicators/entity.ts';
import { kindOf } from '#lib/indicators/evaluate.server.ts';
import { loadCountsFast } from './counts.server.ts';
import type { PreviewWeek } from './evenings.ts';
import type { Sighting, SweptEvening } from './sightings.ts';
import { leverOf, loosened } from './steps.ts';

/** What an entity's sighting is about. */
export type SeenEntity = {
	readonly scopeKind: ScopeKind;
	readonly key: string;
	readonly regionCode: string;
	readonly industryKey: string;
	readonly members: readonly string[];
};

/** Days before an evening of which a trade's rate is made, and a few more. */
const tradeDays = 400;

/** Judges the evenings of some weeks for an indicator of enterprises, addresses, persons or groups. */
export async function sweepEntities(
	db: Kysely<DB>, indicator: ActiveIndicator, weeks: readonly PreviewWeek[], done: () => void, signal?: AbortSignal
): Promise<{ readonly evenings: readonly SweptEvening[]; readonly seen: ReadonlyMap<string, SeenEntity> }> {
	const definition = loosened(indicator.definition);
	const from = weeks[0]!.from;
	const to = weeks.at(-1)!.evenings.at(-1)!;
	const corrected = await correctedKinds(db);
	const [entity, data] = await Promise.all([
		loadEntity(db, { ...indicator, definition }, from, to, corrected), countsFor(db, indicator, from, to, corrected)
	]);
	const byQ = leverOf(definition) === 'q';
	const limit = 'limit' in definition ? definition.limit : null;
	const seen = new Map<string, SeenEntity>();
	const evenings: SweptEvening[] = [];
	let live: LiveSeries[] = [];
	for (const week of weeks) {
		// A group lasts for months: the last evening of a week shows all that the others would.
		for (const day of definition.monitor === 'linked-group' ? week.evenings.slice(-1) : week.evenings) {
			if (signal?.aborted) throw signal.reason;
			const hits = await entity.hits(db, { asOf: day, run: { data } }, live);
			live = hits.map((hit) => seriesOf(indicator.id, hit, day));
			const sightings = hits.map((hit): Sighting => {
				const key = `${hit.scopeKind}|${hit.key}`;
				seen.set(key, aboutOf(hit));
				// A listed address has a limit of its own, whatever the indicator's.
				const strength = byQ ? -Math.log(Math.max(hit.q ?? 1, 1e-300)) : hit.limit === limit ? hit.observed : Infinity;
				return { key, strength, q: hit.q, observed: hit.observed, expected: hit.expected };
			});
			evenings.push({ day, held: false, sightings: sightings.sort((a, b) => b.strength - a.strength), goesOn: {} });
			// The other lane of the worker, and its signs of life, want their turn.
			await new Promise((resolve) => setImmediate(resolve));
		}
		done();
	}
	return { evenings, seen };
}

function aboutOf({ scopeKind, key, facts }: Hit): SeenEntity {
	return {
		scopeKind, key, regionCode: commonRegion(facts.map((fact) => fact.region)), industryKey: commonIndustry(facts.map((fact) => fact.industry)),
		members: perEnterprise(facts).map((fact) => fact.uscc)
	};
}

/** A hit as an open episode, for the next evening to know its group by. */
function seriesOf(indicatorId: string, { scopeKind, key }: Hit, day: string): LiveSeries {
	return {
		seriesKey: `${indicatorId}|${scopeKind}|${key}`, indicatorId, scopeKind, regionCode: '000000', industryKey: '*', uscc: null,
		firstBreachOn: day, lastBreachOn: day, evaluatedOn: day
	};
}

/** The counts that rules look at: of a trade, or only since when there are any. */
async function countsFor(
	db: Kysely<DB>, indicator: ActiveIndicator, from: string, to: string, corrected: ReadonlySet<string>
): Promise<KindCounts> {
	const kind = kindOf(indicator);
	if (indicator.definition.monitor === 'enterprise-rise') {
		return loadCountsFast(db, kind, addDays(from, -tradeDays), to, from, corrected.has(kind));
	}
	const row = await db.selectFrom('count_day').select((eb) => eb.fn.min('day').as('day')).where('kind', '=', kind).executeTakeFirst();
	const none = new Int32Array(0);
	return {
		kind, firstDay: row?.day ?? from, days: 0, layout: layoutOf([]), delays: null,
		counts: { start: Int32Array.of(0), day: none, n: none, late: { leaf: none, day: none, received: none, n: none, longest: 0 } }
	};
}
