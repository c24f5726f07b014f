import { sql, type Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Actor, Scope } from '#lib/access/actor.ts';
import { check } from '#lib/access/permissions.ts';
import { notFound, type NotAllowed, type NotFound, type OwnWork } from '#lib/access/refuse.ts';
import { regionPrefix, scopeOf } from '#lib/access/scope.ts';
import { regionWithin } from '#lib/access/scope.server.ts';
import { addMonths, monthOf } from '#lib/calendar/days.ts';
import { loadRegions } from '#lib/regions/regions.server.ts';
import { cityOf, type RegionTree } from '#lib/regions/tree.ts';
import { makeDatabaseCache } from '#lib/risk-map/cache.ts';
import { readCompleteness } from '#lib/risk-map/completeness.server.ts';
import { knownSince } from '#lib/risk-map/known-since.server.ts';
import type { KnownSince } from '#lib/risk-map/known-since.ts';
import { regionInReach } from '#lib/risk-map/region-in-reach.ts';
import { unitDigits, unitsOf } from '#lib/risk-map/units.ts';
import type { CohortQuery } from './cohort-query.ts';
import { cohortReach, firstWholeMonth, heldFrom, type Registered } from './cohort-reach.ts';
import { keptCohorts } from './cohort-steps.server.ts';
import { recordKinds, type Reach, type StepCount } from './cohorts.ts';
import { withinPlace } from '#lib/risk-map/within-place.server.ts';
import { readPlace, type Place } from './place.server.ts';
import { cohortsMark } from './summarise.server.ts';

export type CohortPart = { readonly key: string; readonly name: string; readonly counts: readonly StepCount[]; readonly exact: boolean; readonly opens: boolean };

export type CohortView = {
	readonly place: Place;
	/** Null: cancellations are not delivered, or no whole month is known yet. */
	readonly reach: Reach | null;
	readonly counts: readonly StepCount[];
	/** The region that holds this one, where the reader may see it. */
	readonly parent: { readonly code: string; readonly name: string | null; readonly counts: readonly StepCount[] } | null;
	readonly parts: readonly CohortPart[];
	/** The first cohort of which records are known from its beginning, and the kinds that nobody ever delivered. */
	readonly recordsFrom: string | null;
	readonly missingRecords: readonly string[];
	/** The first month with classes. */
	readonly classesFrom: string | null;
	readonly countedAt: Date | null;
};

type Row = StepCount & { readonly unit: string };
const cache = makeDatabaseCache<readonly Row[]>(100);
const heldCache = makeDatabaseCache<readonly Registered[]>(40);

/** What became of the enterprises of a region by the month they were established in. @param today of the office. */
export async function cohortView(db: Kysely<DB>, actor: Actor, query: CohortQuery, today: string): Promise<{ readonly ok: true; readonly view: CohortView } | NotAllowed | NotFound | OwnWork> {
	const refusal = check(actor, 'map.see');
	if (refusal) return refusal;
	const scope = scopeOf(actor);
	const [place, regions, known, marks] = await Promise.all([
		readPlace(db, actor, query.region, query.industry), loadRegions(db), readCompleteness(db, 'cancellation'),
		db.selectFrom('count_mark').select(['version', 'changed_at']).where('name', '=', cohortsMark).executeTakeFirst()
	]);
	if (place === null) return notFound;
	const city = cityOf(query.region);
	const [registrations, ...records] = await Promise.all(['registration', ...recordKinds].map((kind) => knownSince(db, kind, known.version)));
	const sinceHere = (since: KnownSince) => since.cities.get(city) ?? since.all;
	const kept = addMonths(monthOf(today), -keptCohorts);
	const held = heldFrom(await heldCache(db, `${known.version} ${marks?.version} ${city}`, () => readRegistered(db, city, kept)));
	const reach = cohortReach({ registrations: sinceHere(registrations!), cancellations: sinceHere(known.since) }, held, known.upTo.get(city) ?? known.mark, kept);
	const delivered = records.map(sinceHere).filter((day) => day !== null);
	const units = unitsOf(regions, query.region);
	const above = parentInReach(regions, scope, query.region);
	const read = (region: string, digits: 0 | 2 | 4 | 6) =>
		cache(db, JSON.stringify([marks?.version ?? 0, scope, region, query.industry, digits]), () => readSteps(db, scope, region, query.industry, digits));
	const [own, parent, classesFrom] = await Promise.all([
		read(query.region, place.level === 'county' ? 0 : unitDigits(units)), above === null ? null : read(above, 0), firstClasses(db)
	]);
	const opens = new Set(units.map((unit) => unit.code));
	return {
		ok: true,
		view: {
			place,
			reach,
			counts: addUp(own),
			parent: parent === null || above === null ? null : { code: above, name: above === '000000' ? null : regions.name(above), counts: addUp(parent) },
			parts: place.level === 'county' ? [] : [...Map.groupBy(own, (row) => row.unit)].map(([key, counts]) => ({
				key, name: regions.name(key), counts, exact: !opens.has(key) && regions.get(key)?.level !== 'county', opens: opens.has(key)
			})),
			recordsFrom: delivered.length === 0 ? null : firstWholeMonth(delivered.sort().pop()!),
			missingRecords: recordKinds.filter((_, i) => sinceHere(records[i]!) === null),
			classesFrom,
			countedAt: marks?.changed_at ?? null
		}
	};
}

/** The next region above that is no mere step between levels and that the reader may see. */
function parentInReach(regions: RegionTree, scope: Scope, code: string): string | null {
	const above = regions.path(code).slice(0, -1).filter((one) => one.kind !== 'placeholder').pop();
	return above !== undefined && regionInReach(regions, scope, above.code) !== null ? above.code : null;
}

/** Of a whole city or province, whoever asks: it says how complete the register is, as watermarks do, and no figure of it is shown. */
async function readRegistered(db: Kysely<DB>, city: string, kept: string): Promise<readonly Registered[]> {
	const here = (alias: string) => regionWithin(regionPrefix(city), `${alias}.region_code`);
	const { rows } = await sql<Registered>`
		select m.month::date as month,
			coalesce((select sum(c.n) from count_county_month c where c.kind = 'registration' and c.month = m.month::date and ${here('c')}), 0)::int as counted,
			coalesce((select sum(s.n) from cohort_step s where s.cohort = m.month::date and s.step in ('founded', 'undated') and ${here('s')}), 0)::int as founded
		from generate_series(${kept}::date, (select max(cohort) from cohort_step), interval '1 month') m (month)`.execute(db);
	return rows;
}

async function firstClasses(db: Kysely<DB>): Promise<string | null> {
	const { rows } = await sql<{ month: string | null }>`select min(month) as month from enterprise_class`.execute(db);
	return rows[0]?.month ?? null;
}

async function readSteps(db: Kysely<DB>, scope: Scope, region: string, industry: string | null, digits: 0 | 2 | 4 | 6): Promise<readonly Row[]> {
	const unit = digits === 0 ? sql`''` : digits === 6 ? sql`c.region_code` : sql`rpad(substr(c.region_code, 1, ${sql.lit(digits)}), 6, '0')`;
	const { rows } = await sql<Row>`
		select ${unit} as unit, c.cohort, c.step, c.month, sum(c.n)::int as n from cohort_step c
		where ${withinPlace(scope, { region, industry }, 'c')} group by 1, 2, 3, 4 order by 1, 2, 3, 4`.execute(db);
	return rows;
}

function addUp(rows: readonly Row[]): readonly StepCount[] {
	const sums = new Map<string, StepCount>();
	for (const { cohort, step, month, n } of rows) {
		const key = `${cohort} ${step} ${month}`;
		sums.set(key, { cohort, step, month, n: n + (sums.get(key)?.n ?? 0) });
	}
	return [...sums.values()];
}
