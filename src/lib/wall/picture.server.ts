import { createHash } from 'node:crypto';
import { sql, type Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import { check } from '#lib/access/permissions.ts';
import { notFound, type NotAllowed, type NotFound, type OwnWork } from '#lib/access/refuse.ts';
import { scopeOf } from '#lib/access/scope.ts';
import { addMonths, monthEnd, monthOf } from '#lib/calendar/days.ts';
import { loadRegions } from '#lib/regions/regions.server.ts';
import { makeDatabaseCache } from '#lib/risk-map/cache.ts';
import { completeUpTo, newestMonth } from '#lib/risk-map/completeness.server.ts';
import { monthSeries, progressOf } from '#lib/risk-map/lists.server.ts';
import { parseMapQuery, type Measure } from '#lib/risk-map/query.ts';
import { regionInReach } from '#lib/risk-map/region-in-reach.ts';
import { riskMap } from '#lib/risk-map/risk-map.server.ts';
import { situation, type SituationInput } from '#lib/risk-map/sentence.ts';
import { effectRates } from '#lib/sampling/effect/rates.server.ts';
import { databaseToday } from '#lib/warnings/today.server.ts';
import { wallNews } from './news.server.ts';
import { wallMap, wallMatrix, wallProgress, wallUnit, type WallPicture, type WallResults } from './picture.ts';

type Barred = NotAllowed | NotFound | OwnWork;
export type Seen =
	| {
			readonly ok: true;
			readonly picture: WallPicture;
			readonly stamp: string;
			/** What the month's sentence is made of, in the language of who asks; it stays here, for only the sentence is shown. */
			readonly said: Omit<SituationInput, 'place'>;
	  }
	| Barred;

const kind = 'complaint';
/** What no feed and no version tells (a source that falls behind, a corrected day) shows within so many seconds. */
const freshForS = 300;
/** Regions that have screens at once on one instance, times what is kept of each while it is replaced. */
const keptPictures = 60;

const pictures = makeDatabaseCache<Seen>(keptPictures);
const results = makeDatabaseCache<WallResults | null>(keptPictures);

/**
 * What the screens of a region show just now. Answered from memory while nothing was raised, worked on or counted since; `stamp` changes
 * when the picture does.
 */
export async function wallPicture(db: Kysely<DB>, actor: Actor): Promise<Seen> {
	const refusal = check(actor, 'map.see');
	if (refusal) return refusal;
	const [today, key] = await Promise.all([databaseToday(db), stateOf(db)]);
	return pictures(db, JSON.stringify([key, today, scopeOf(actor)]), () => readPicture(db, actor, today));
}

/** Changes with everything that is told of at once: the feed of warnings, the counts, an evening's run; and every few minutes. */
async function stateOf(db: Kysely<DB>): Promise<string> {
	const { rows } = await sql<{ key: string }>`
		select concat_ws('|', (select max(id) from warning_feed), (select max(version) from count_mark), (select max(as_of) from monitor_run),
			floor(extract(epoch from now()) / ${freshForS})) as key`.execute(db);
	return rows[0]!.key;
}

async function readPicture(db: Kysely<DB>, actor: Actor, today: string): Promise<Seen> {
	const regions = await loadRegions(db);
	const region = regionInReach(regions, scopeOf(actor), actor.regionCode);
	if (region === null) return notFound;
	const [mark, latest] = await Promise.all([completeUpTo(db), newestMonth(db, today)]);
	const month = mark !== null && monthOf(mark) < latest ? monthOf(mark) : latest;
	const isCounty = region.level === 'county';
	const query = { ...parseMapQuery(new URLSearchParams(), { region: region.code, month, latest, kinds: [kind] }), kind };
	const ask = (measure: Measure, view: 'map' | 'industry' | 'matrix') => riskMap(db, actor, { ...query, measure, view }, today);
	const plain = isCounty ? 'industry' : 'map';
	const [warnings, complaints, matrix] = await Promise.all([ask('warnings', plain), ask('rate', plain), isCounty ? null : ask('change', 'matrix')]);
	if (!warnings.ok) return warnings;
	if (!complaints.ok) return complaints;
	if (matrix !== null && !matrix.ok) return matrix;
	const part = { region: region.code, industry: null };
	const { raisedSpan: span, version, monitored } = warnings.map;
	const [news, progress, ofWarnings, ofComplaints, found] = await Promise.all([
		wallNews(db, actor, span),
		progressOf(db, actor, part, span, today),
		monthSeries(db, actor, part, null, month, version),
		monthSeries(db, actor, part, kind, month, version),
		readResults(db, actor, today)
	]);
	const picture: WallPicture = {
		place: { code: region.code, name: region.level === 'nation' ? null : region.name, level: region.level },
		month,
		kind,
		upTo: complaints.map.upTo,
		warningsTo: span.to,
		isRunning: (complaints.map.upTo ?? month) < monthEnd(month),
		raised: warnings.map.raised.n,
		isMonitored: monitored.now !== 'none',
		progress: wallProgress(progress),
		warnings: wallMap(warnings.map, isCounty),
		complaints: wallMap(complaints.map, isCounty),
		matrix: matrix?.map.matrix ? { figures: wallMatrix(matrix.map.matrix), units: matrix.map.units.map(wallUnit), monitored } : null,
		trend: { warnings: ofWarnings, complaints: ofComplaints, monitoredSince: monitored.since },
		news,
		results: found
	};
	const said = { query, map: warnings.map, progress, today };
	const stamp = createHash('sha256').update(JSON.stringify([picture, situation({ ...said, place: '' })])).digest('base64url').slice(0, 16);
	return { ok: true, picture, said, stamp };
}

/** What the visits of the last twelve months found; null without any. Visits of years are counted: once a quarter of an hour is enough. */
function readResults(db: Kysely<DB>, actor: Actor, today: string): Promise<WallResults | null> {
	const quarter = Math.floor(Date.now() / 900_000);
	return results(db, JSON.stringify([quarter, today, scopeOf(actor)]), async () => {
		const [from, to] = [addMonths(monthOf(today), -11), today];
		const rates = await effectRates(db, actor, { period: 'rolling', year: Number(today.slice(0, 4)), from, to, region: null, itemId: null, own: false, reference: null, fault: null });
		if (!rates.ok || rates.all.n + rates.undecided + rates.unknown === 0) return null;
		return {
			from, to, decided: rates.all.n, problems: rates.all.problems, undecided: rates.undecided + rates.unknown,
			ways: rates.byArm.map((arm) => ({ key: arm.key, decided: arm.cell.n, problems: arm.cell.problems })).filter((way) => way.decided > 0)
		};
	});
}
