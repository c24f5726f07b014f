import { sql, type Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import { inScope } from '#lib/access/scope.ts';
import { daysBetween } from '#lib/calendar/days.ts';
import { commonIndustry } from '#lib/industries/industry-key.ts';
import { commonRegion } from '#lib/regions/common-region.ts';
import { settleDays } from '#lib/warnings/machine.ts';
import { router } from '#lib/warnings/routing.server.ts';
import { territoryOf, type ActiveIndicator } from '#lib/indicators/active.server.ts';
import { parseDefinition, type DefinitionOf } from '#lib/indicators/definition.ts';
import { relations, sweepCells, type RunPart } from './cells.server.ts';
import { sweepEntities } from './entity.server.ts';
import { weeksUpTo, type PreviewMonths, type PreviewWeek } from './evenings.ts';
import { matchesOf, verdictOf, type EpisodePlace } from './match.ts';
import { previewVerdicts, type PreviewResult, type PreviewRow, type Raised } from './result.ts';
import { episodesAt, type Episode, type FollowRules, type SweptEvening } from './sightings.ts';
import { leverOf, settingOf, settingsOf, strengthOf } from './steps.ts';
import { realWarnings } from './verdicts.server.ts';

export type PreviewAsked = { readonly indicatorId: string; readonly version: number; readonly months: PreviewMonths };

export type PreviewOptions = {
	readonly progress: (fraction: number) => void;
	readonly signal?: AbortSignal;
	readonly runPart: RunPart;
};

/** Everything that was seen, and how to follow it. */
type Swept = { readonly evenings: readonly SweptEvening[]; readonly placeOf: (key: string) => EpisodePlace; readonly rules: FollowRules };

/** How much of the time reading takes, for the bar that people look at. */
const loadingShare = 0.4;
const mostRows = 200;

/**
 * What one version would have raised over the last year or two, each evening as it was known then, for its own setting and for stricter
 * and looser ones. Writes nothing.
 *
 * @returns null when there is no such version.
 */
export async function previewIndicator(db: Kysely<DB>, asked: PreviewAsked, options: PreviewOptions): Promise<PreviewResult | null> {
	const indicator = await versionOf(db, asked);
	if (indicator === null) return null;
	const { definition, territory } = indicator;
	const to = await lastEvening(db);
	const weeks = weeksUpTo(to, asked.months);
	const from = weeks[0]!.from;
	const swept = await sweep(db, indicator, weeks, options);
	const real = await realWarnings(db, indicator.item, from, to);
	const route = await router(db);
	const desks: string[] = [];
	const deskAt = (id: string) => (desks.includes(id) ? desks.indexOf(id) : desks.push(id) - 1);
	const deskOf = ({ regions, industries }: EpisodePlace) =>
		deskAt(route({ item: indicator.item, regionCode: commonRegion(regions), industryKey: commonIndustry(industries) }));
	const confirmed = real
		.filter((one) => one.indicatorId === indicator.id && one.verdict === 'confirmed' && one.from >= from && one.from <= to)
		.map(({ id, departmentId }) => ({ desk: deskAt(departmentId), id }));
	const confirmedAt = new Map(confirmed.map(({ id }, k) => [id, k]));

	const here = (key: string) => {
		const { regions, industries } = swept.placeOf(key);
		return territory === null || inScope(territory, commonRegion(regions), commonIndustry(industries));
	};
	const evenings = swept.evenings.map((evening) => ({ ...evening, sightings: evening.sightings.filter(({ key }) => here(key)) }));
	const at = (setting: number | null) => episodesAt(evenings, setting === null ? 0 : strengthOf(definition, setting), swept.rules);
	const raisedOf = (episode: Episode): Raised => {
		const place = swept.placeOf(episode.key);
		const matches = matchesOf(episode, place, real);
		const week = Math.floor(daysBetween(from, episode.on) / 7);
		return [week, deskOf(place), previewVerdicts.indexOf(verdictOf(matches)), Math.max(-1, ...matches.map(({ id }) => confirmedAt.get(id) ?? -1))];
	};
	const setting = settingOf(definition);
	const own = at(setting);
	const steps = settingsOf(definition).map((one) => ({ setting: one, raised: (one === setting ? own : at(one)).map(raisedOf) }));
	const newest = own.slice(-mostRows).reverse();
	const firstNames = await enterpriseNames(db, newest.flatMap(({ key }) => swept.placeOf(key).members.slice(0, 1)));
	const rows = newest.map((episode): PreviewRow => {
		const place = swept.placeOf(episode.key);
		const matches = matchesOf(episode, place, real);
		const { on, until, observed, expected } = episode;
		const { regions, industries, members } = place;
		return {
			on, until, regions, industries, observed, expected, desk: deskOf(place), members: members.length, name: firstNames.get(members[0] ?? '') ?? null,
			verdict: verdictOf(matches), warningId: matches[0]?.id ?? null
		};
	});
	return {
		version: asked.version, months: asked.months, from, to,
		weeks: weeks.map((week) => ({ from: week.from, held: heldIn(swept.evenings, week) })),
		lever: leverOf(definition), byEvening: definition.monitor === 'cell-surge', setting,
		steps: steps.length > 0 ? steps : [{ setting: 0, raised: own.map(raisedOf) }],
		confirmed, rows, evenings: evenings.length,
		names: await namesOf(db, rows),
		desks: await deskNames(db, desks)
	};
}

async function sweep(db: Kysely<DB>, indicator: ActiveIndicator, weeks: readonly PreviewWeek[], { progress, signal, runPart }: PreviewOptions): Promise<Swept> {
	const { definition } = indicator;
	let judged = 0;
	const done = () => progress(loadingShare + ((1 - loadingShare) * ++judged) / weeks.length);
	if (definition.monitor === 'cell-surge') {
		const surge = { ...indicator, definition: definition as DefinitionOf<'cell-surge'> };
		const { evenings, sets } = await sweepCells(db, surge, weeks, runPart, () => progress(loadingShare), done, signal);
		return {
			evenings,
			placeOf: (key) => ({ scopeKind: 'cell', key: '', ...sets.get(key)!, members: [] }),
			rules: { clearAfterDays: Math.max(definition.clearAfterDays, settleDays), stepUp: true, relation: relations(sets) }
		};
	}
	const { evenings, seen } = await sweepEntities(db, indicator, weeks, done, signal);
	return {
		evenings,
		placeOf: (key) => {
			const { regionCode, industryKey, ...place } = seen.get(key)!;
			return { ...place, regions: [regionCode], industries: [industryKey] };
		},
		rules: { clearAfterDays: settleDays, stepUp: false, relation: () => 'apart' }
	};
}

async function versionOf(db: Kysely<DB>, { indicatorId, version }: PreviewAsked): Promise<ActiveIndicator | null> {
	const row = await db
		.selectFrom('indicator_version as v')
		.innerJoin('indicator as i', 'i.id', 'v.indicator_id')
		.innerJoin('department as d', 'd.id', 'i.owner_department_id')
		.select(['i.id', 'i.item', 'i.created_by', 'd.region_code', 'd.industries', 'v.version', 'v.definition'])
		.where('v.indicator_id', '=', indicatorId)
		.where('v.version', '=', version)
		.executeTakeFirst();
	const parsed = row === undefined ? null : parseDefinition(row.definition);
	return row === undefined || !parsed?.ok ? null : { ...row, definition: parsed.definition, territory: territoryOf(row) };
}

/** The newest evening that any indicator was run for; yesterday before the first run. */
async function lastEvening(db: Kysely<DB>): Promise<string> {
	const { rows } = await sql<{ day: string }>`select coalesce(max(as_of), current_date - 1)::text as day from monitor_run`.execute(db);
	return rows[0]!.day;
}

function heldIn(evenings: readonly SweptEvening[], { evenings: days }: PreviewWeek): boolean {
	return evenings.filter(({ day }) => days.includes(day)).every(({ held }) => held);
}

async function enterpriseNames(db: Kysely<DB>, usccs: readonly string[]): Promise<ReadonlyMap<string, string>> {
	const rows = await db.selectFrom('enterprise').select(['uscc', 'name']).where(sql<boolean>`uscc = any(${[...usccs]})`).execute();
	return new Map(rows.map(({ uscc, name }) => [uscc, name]));
}

async function deskNames(db: Kysely<DB>, ids: readonly string[]): Promise<PreviewResult['desks']> {
	const rows = await db.selectFrom('department').select(['id', 'name']).where(sql<boolean>`id = any(${[...ids]})`).execute();
	const names = new Map(rows.map(({ id, name }) => [id, name]));
	return ids.map((id) => ({ id, name: names.get(id) ?? id }));
}

async function namesOf(db: Kysely<DB>, rows: readonly PreviewRow[]): Promise<PreviewResult['names']> {
	const codes = [...new Set(rows.flatMap((row) => row.regions))];
	const keys = [...new Set(rows.flatMap((row) => row.industries))];
	const regions = await db.selectFrom('region').select(['code', 'name']).where(sql<boolean>`code = any(${codes})`).execute();
	const industries = await db.selectFrom('industry').select(['key', 'name']).where(sql<boolean>`key = any(${keys})`).execute();
	return {
		regions: Object.fromEntries(regions.map(({ code, name }) => [code, name])),
		industries: Object.fromEntries(industries.map(({ key, name }) => [key, name]))
	};
}
