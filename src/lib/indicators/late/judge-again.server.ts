import { sql, type Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import { addDays, daysBetween } from '#lib/calendar/days.ts';
import { refreshPlaces } from '#lib/enterprises/places.server.ts';
import { correctedKinds } from '#lib/counts/versions.server.ts';
import { firstAtLeast } from '#lib/detection/daily/cells.ts';
import { completeness } from '#lib/detection/daily/delay.ts';
import type { Applied, Evaluation } from '#lib/warnings/evaluation.ts';
import type { LevelRules } from '#lib/warnings/levels.ts';
import { applyEvaluations, episodesSince, type Episode } from '#lib/warnings/machine.server.ts';
import { levelRules } from '#lib/warnings/settings.server.ts';
import type { ActiveIndicator } from '#lib/indicators/active.server.ts';
import { loadEntity } from '#lib/indicators/entities.server.ts';
import type { Fact } from '#lib/indicators/entity.ts';
import { evaluate, kindOf } from '#lib/indicators/evaluate.server.ts';
import { knownOn } from '#lib/indicators/evening.ts';
import { heldByMarks, overlaps } from '#lib/indicators/held.ts';
import { eveningOf, type KindEvening, type KindRun } from '#lib/indicators/kind-evening.server.ts';
import { dueEvenings, judgedAgainDays, lateDays, type Arrival, type DueEvening, type Known } from './due.ts';
import { loadSources, type SourceState } from '#lib/indicators/sources.server.ts';

export type JudgedAgain = { readonly evenings: number; readonly raised: number };

/**
 * Judges earlier evenings again by what is known on `on`: those that were held and are not any more, and days of which much came late
 * only now. What is raised is raised on `on` and says for which evening; open series that were held are judged as of the newest one.
 * Safe to repeat: what is open already is not raised again.
 *
 * @param runs counts of the kinds, loaded for evenings up to `on`.
 * @param arrivedFrom first day whose arrivals have not been looked at.
 */
export async function judgeAgain(
	db: Kysely<DB>, on: string, indicators: readonly ActiveIndicator[], runs: ReadonlyMap<string, KindRun>, arrivedFrom = on
): Promise<JudgedAgain> {
	const done = { evenings: 0, raised: 0 };
	const state = await loadSources(db);
	for (const [kind, run] of runs) {
		const own = indicators.filter((indicator) => kindOf(indicator) === kind);
		const { late, due } = await dueOf(db, on, run, state, arrivedFrom);
		if (own.length === 0 || due.length === 0) continue;
		const { evaluations, scored } = await evaluateAgain(db, { on, run, state, indicators: own, late, due });
		const applied = await db.transaction().execute(async (trx): Promise<Applied> => {
			await sql`
				update held_evening h set scored_on = ${on}::date
				from jsonb_to_recordset(${JSON.stringify(scored)}::jsonb) as s(city text, evening date)
				where h.kind = ${kind} and h.region_code = s.city and h.as_of = s.evening and h.scored_on is null
			`.execute(trx);
			return applyEvaluations(trx, on, evaluations);
		});
		done.evenings += due.length;
		done.raised += applied.raised;
	}
	return done;
}

type Due = { readonly late: readonly Arrival[]; readonly due: readonly DueEvening[] };

/** Which evenings of a kind are to be judged again on a day. */
async function dueOf(db: Kysely<DB>, on: string, run: KindRun, state: SourceState, arrivedFrom: string): Promise<Due> {
	const { data, city } = run;
	const [now, first] = [daysBetween(data.firstDay, on), daysBetween(data.firstDay, arrivedFrom)];
	const arrivals = arrivalsOf(run, first, now);
	const late = arrivals.length === 0 ? [] : lateDays(arrivals, now, whatIsUsual(run, first, now));
	const waiting = await db
		.selectFrom('held_evening')
		.select(['region_code', 'as_of', 'reason', 'source_id'])
		.where('kind', '=', data.kind)
		.where('scored_on', 'is', null)
		.where('as_of', '>=', addDays(on, -judgedAgainDays))
		.where('as_of', '<', on)
		.execute();
	if (waiting.length === 0) return { late, due: dueEvenings(late, []) };
	// This evening is looked at before it is judged itself only where a change of coverage waits for it.
	const changed = waiting.some(({ reason }) => reason === 'changed-coverage');
	const still = new Set(changed ? eveningOf(run, on, state).cities.flatMap(({ code, held }) => (held === null ? [] : [code])) : []);
	const held = waiting.flatMap(({ region_code, as_of, reason, source_id }) => {
		const c = city.cities.indexOf(region_code.slice(0, 4));
		const evening = daysBetween(data.firstDay, as_of);
		if (c < 0 || evening < 0) return [];
		const here = heldByMarks(state, data.kind, region_code, as_of).held === null;
		const may = reason === 'changed-coverage' ? !still.has(region_code) : here && (source_id !== null || lastArrival(run, new Set([c]), evening, now) !== null);
		return may ? [{ city: c, evening }] : [];
	});
	return { late, due: dueEvenings(late, held) };
}

/** What is known of days by `to`, and the share of each that usually arrives from one day to another. */
function whatIsUsual({ data, city, off }: KindRun, from: number, to: number): Known {
	const [share, before] = [completeness(data.delays, off, to), completeness(data.delays, off, from - 1)];
	const counts = knownOn(city, data.counts, to);
	return (c, day) => ({ rows: counts[c * city.days + day]!, share: share[day]! - (before[day] ?? 0) });
}

/** Rows that came from one day to another for earlier days, by city and day. */
function arrivalsOf({ data: { counts: { late } }, city }: KindRun, from: number, to: number): Arrival[] {
	const sums = new Map<number, number>();
	for (let i = firstAtLeast(late.day, Math.max(0, to - judgedAgainDays)); i < late.day.length && late.day[i]! < to; i++) {
		if (late.received[i]! < from || late.received[i]! > to || late.n[i]! <= 0) continue;
		const key = city.cityOfLeaf[late.leaf[i]!]! * city.days + late.day[i]!;
		sums.set(key, (sums.get(key) ?? 0) + late.n[i]!);
	}
	return [...sums].map(([key, rows]) => ({ city: Math.floor(key / city.days), day: key % city.days, rows }));
}

/** The last day until `now` on which rows of some cities came for days up to an evening that did not know them; null: none did. */
function lastArrival({ data: { counts: { late } }, city }: KindRun, cities: ReadonlySet<number>, evening: number, now: number): number | null {
	let last: number | null = null;
	for (let i = firstAtLeast(late.day, Math.max(0, evening - judgedAgainDays)); i < late.day.length && late.day[i]! <= evening; i++) {
		const received = late.received[i]!;
		if (received > evening && received <= now && received > (last ?? 0) && cities.has(city.cityOfLeaf[late.leaf[i]!]!)) last = received;
	}
	return last;
}

type Asked = {
	readonly on: string;
	readonly run: KindRun;
	readonly state: SourceState;
	readonly indicators: readonly ActiveIndicator[];
	readonly late: readonly Arrival[];
	readonly due: readonly DueEvening[];
};

async function evaluateAgain(
	db: Kysely<DB>, { on, run, state, indicators, late, due }: Asked
): Promise<{ readonly evaluations: readonly Evaluation[]; readonly scored: readonly { readonly city: string; readonly evening: string }[] }> {
	const { data } = run;
	const now = daysBetween(data.firstDay, on);
	const day = (index: number) => addDays(data.firstDay, index);
	const rules = await levelRules(db);
	const episodes = [...(await episodesSince(db, indicators.map(({ id }) => id), day(due[0]!.evening)))];
	const entities = await loadEntities(db, run, indicators, due, late);
	const said = new Map<string, Evaluation>();
	const scored: { city: string; evening: string }[] = [];
	for (const { evening: index, cities } of due) {
		const evening = eveningOf(run, day(index), state, on);
		const open = [...cities].filter((c) => evening.cities[c]!.held === null);
		// What looks like changed coverage even now will not look otherwise tomorrow; what is late will have come.
		const looked = [...cities].filter((c) => evening.cities[c]!.held === null || evening.cities[c]!.held.reason === 'changed-coverage');
		scored.push(...looked.map((c) => ({ city: evening.cities[c]!.code, evening: evening.asOf })));
		if (open.length === 0) continue;
		const codes = open.map((c) => evening.cities[c]!.code);
		const newest = index === due.at(-1)!.evening;
		const arrived = lastArrival(run, new Set(open), index, now);
		const about = { for: evening.asOf, arrivedOn: arrived === null ? on : day(arrived) };
		const then = episodes.flatMap((one) => (isAbout(one, evening.asOf) ? [{ ...one, firstBreachOn: [one.firstBreachOn, evening.asOf].sort()[0]! }] : []));
		for (const evaluation of await evaluateEvening(db, evening, { indicators, entities, rules, then, codes, newest })) {
			const known = said.get(evaluation.seriesKey);
			// Found on several of these evenings, a rise is said once, for the first.
			if (known?.late && evaluation.verdict === 'breaching') {
				said.set(evaluation.seriesKey, { ...known, lastBreachOn: evaluation.lastBreachOn });
				continue;
			}
			const isNew = evaluation.verdict === 'breaching' && !then.some(({ seriesKey }) => seriesKey === evaluation.seriesKey);
			said.set(evaluation.seriesKey, isNew ? { ...evaluation, late: about } : evaluation);
			if (isNew) episodes.push(episodeOf(evaluation, evening.asOf));
		}
	}
	return { evaluations: [...said.values()], scored };
}

/** A rise found this many days after an evening is the same: the longest window of cells still holds the evening's days. */
const sameRiseDays = 21;

function isAbout({ firstBreachOn, clearedOn }: Episode, asOf: string): boolean {
	return firstBreachOn <= addDays(asOf, sameRiseDays) && (clearedOn === null || clearedOn >= asOf);
}

function episodeOf(evaluation: Evaluation, asOf: string): Episode {
	const { seriesKey, indicatorId, scopeKind, regionCode, industryKey, uscc } = evaluation;
	return {
		seriesKey, indicatorId, scopeKind, regionCode, industryKey, uscc, firstBreachOn: asOf, lastBreachOn: asOf, evaluatedOn: asOf,
		clearedOn: null, evaluation: 'breaching'
	};
}

type Entities = Awaited<ReturnType<typeof loadEntities>>;

/**
 * The entity indicators with what they need for the evenings, for enterprises of which something came late; groups are left to the
 * evenings themselves, whose window of months still holds it.
 */
async function loadEntities(db: Kysely<DB>, run: KindRun, indicators: readonly ActiveIndicator[], due: readonly DueEvening[], late: readonly Arrival[]) {
	const wanted = indicators.filter(({ definition }) => definition.monitor !== 'cell-surge' && definition.monitor !== 'linked-group');
	const [from, to] = [due[0]!, due.at(-1)!].map(({ evening }) => addDays(run.data.firstDay, evening)) as [string, string];
	const loaded = new Map<string, Awaited<ReturnType<typeof loadEntity>>>();
	if (wanted.length === 0) return loaded;
	const first = late.reduce((least, { day }) => Math.min(least, day), due[0]!.evening);
	const uscc = await lateSubjects(db, run.data.kind, addDays(run.data.firstDay, first), to);
	if (uscc.length === 0) return loaded;
	if (wanted.some(({ definition }) => 'link' in definition)) await refreshPlaces(db, uscc);
	const [corrected, once] = [await correctedKinds(db), {}];
	for (const indicator of wanted) loaded.set(`${indicator.id}|${indicator.version}`, await loadEntity(db, indicator, from, to, corrected, once, uscc));
	return loaded;
}

/** Days back that an entity's window may reach from the first evening. */
const subjectDays = 30;
/** More enterprises than this are no late trickle but a delivery: the cells speak for it. */
const mostSubjects = 20_000;

async function lateSubjects(db: Kysely<DB>, kind: string, from: string, to: string): Promise<string[]> {
	const { rows } = await sql<{ uscc: string }>`
		select distinct e.uscc from event e
		where e.kind = ${kind} and e.occurred_at >= ${from}::date - ${subjectDays}::int and e.occurred_at < ${to}::date + 1
			and e.received_at >= ${from}::date + 1 and e.received_at::date > e.occurred_at::date + 1 and e.known_to is null and not e.withdrawn
			and e.uscc not like '~%'
		limit ${mostSubjects}
	`.execute(db);
	return rows.map(({ uscc }) => uscc);
}

type Evening = {
	readonly indicators: readonly ActiveIndicator[];
	readonly entities: Entities;
	readonly rules: LevelRules;
	/** Episodes that the evening may find again. */
	readonly then: readonly Episode[];
	/** Cities that are judged again. */
	readonly codes: readonly string[];
	/** Whether this is the newest of the evenings: open series that are held stand as it says. */
	readonly newest: boolean;
};

async function evaluateEvening(db: Kysely<DB>, kind: KindEvening, { indicators, entities, rules, then, codes, newest }: Evening): Promise<Evaluation[]> {
	const concerns = (regionCode: string) => codes.some((code) => overlaps(code, regionCode));
	const waiting = new Set(then.flatMap(({ seriesKey, evaluation, regionCode }) => (newest && evaluation === 'held' && concerns(regionCode) ? [seriesKey] : [])));
	const known = new Set(then.map(({ seriesKey }) => seriesKey));
	const explained: Fact[] = [];
	const result: Evaluation[] = [];
	const isCells = ({ definition }: ActiveIndicator) => Number(definition.monitor === 'cell-surge');
	for (const indicator of [...indicators].sort((a, b) => isCells(a) - isCells(b))) {
		const entity = entities.get(`${indicator.id}|${indicator.version}`);
		if (!isCells(indicator) && entity === undefined) continue;
		const own = then.filter(({ indicatorId }) => indicatorId === indicator.id);
		const live = isCells(indicator) ? own : own.filter(({ seriesKey }) => waiting.has(seriesKey));
		const said = await evaluate(db, indicator, { kind, live, rules, explained, explain: true, again: { concerns, series: waiting } }, entity);
		explained.push(...said.explains);
		result.push(...said.evaluations.filter(({ seriesKey }) => waiting.has(seriesKey) || !known.has(seriesKey)));
	}
	return result;
}
