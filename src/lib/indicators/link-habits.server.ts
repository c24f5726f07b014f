import { sql, type Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import { addDays } from '#lib/calendar/days.ts';
import { between, stillKnown } from '#lib/counts/versions.server.ts';
import { clockOf, type Clock } from '#lib/detection/links/clock.ts';
import { linkGraph, type LinkGraph } from '#lib/detection/links/graph.ts';
import { knownHabits, learnHabits, stratumName, type Known } from '#lib/detection/links/habits.ts';
import type { PlaceKind } from '#lib/enterprises/place.ts';
import { listedOn, listedPlaces, type ListedPlace } from '#lib/links/judged.server.ts';
import type { LinkKind } from '#lib/links/verdicts.ts';
import { dayNumber, isBranch, tiesOf } from './link-arrivals.server.ts';

/** One in so many addresses, persons, phones and agents is enough to learn what is normal. */
const oneIn = 16;
const historyDays = 3 * 365;

/** What registrations of a sample of all addresses, persons, phones and agents say about the rest. */
export type Sample = { readonly graph: LinkGraph; readonly clock: Clock };

/** What the monitors of a run share: loaded by the first that asks. */
export type Once = { sample?: Promise<Sample> };

/** All registrations of every sampled thing, and how many there were of everybody by day. */
export async function loadSample(db: Kysely<DB>, from: string, to: string): Promise<Sample> {
	const registered = sql`e.kind = 'registration' and ${stillKnown(from)} and ${between(addDays(from, -historyDays), to)}`;
	const { rows: counted } = await sql<{ day: string; n: number }>`
		select e.occurred_at::date::text as day, count(*)::int as n from event e where ${registered} group by 1 order by 1
	`.execute(db);
	const { rows } = await sql<{ uscc: string; day: string; kind: LinkKind; key: string; place: PlaceKind | null; place_key: string | null; unit: boolean; branch: boolean }>`
		with done as materialized (select e.uscc, e.occurred_at::date as day from event e where ${registered}),
		picked as materialized (
			select l.kind, l.key, l.uscc, l.since, l.until, p.kind as place, p.place_key, p.unit is not null as unit
			from enterprise_link l left join address_place p on l.kind = 'address' and p.address_key = l.key
			where hashtext(coalesce(p.place_key, l.key)) % ${oneIn}::int = 0
		)
		select d.uscc, d.day::text, l.kind, l.key, l.place, l.place_key, l.unit, ${isBranch} as branch
		from picked l join done d on d.uscc = l.uscc left join enterprise n on n.uscc = d.uscc
		where l.since <= d.day + 1 and (l.until is null or l.until > d.day)
	`.execute(db);
	const numbers = new Map<string, number>();
	const arrivals = rows.map(({ uscc, day, kind, key, place, place_key, unit, branch }) => {
		let enterprise = numbers.get(uscc);
		if (enterprise === undefined) numbers.set(uscc, (enterprise = numbers.size));
		return { enterprise, day: dayNumber(day), ties: tiesOf(kind, key, place ?? '', place_key ?? '', unit, branch) };
	});
	const days = Int32Array.from(counted.flatMap(({ day, n }) => new Array<number>(n).fill(dayNumber(day))));
	return { graph: linkGraph(arrivals), clock: clockOf(days, days.length) };
}

/** What is normal on an evening, learned from windows of `window` days that ended before its month began. */
export function sampledHabits({ graph, clock }: Sample, window: number): (asOf: string) => Known {
	return byMonth((start) => knownHabits(graph, learnHabits(graph, clock, start - window, window), clock, start - window, window));
}

/** Made once for each month: what is normal does not change from one evening to the next, and an evening by itself finds the same. */
export function byMonth<Value>(make: (start: number) => Value): (asOf: string) => Value {
	const made = new Map<string, Value>();
	return (asOf) => {
		const month = `${asOf.slice(0, 7)}-01`;
		let value = made.get(month);
		if (value === undefined) made.set(month, (value = make(dayNumber(month))));
		return value;
	};
}

/** What a thing that was never seen before brings in a year, and how little that guess weighs (Gamma shape). */
type Newcomer = { readonly perYear: number; readonly shape: number };

/** What monitors of single addresses, persons, phones and agents know beside the facts. */
type LinkKnowledge = {
	/** By evening: the newcomer of a kind, of an address by its place. Learned until the month before. */
	readonly newcomerOn: (asOf: string) => (kind: LinkKind, place: PlaceKind | null) => Newcomer;
	readonly listedOn: (asOf: string) => ReadonlyMap<string, ListedPlace>;
};

/** Days of the windows from which newcomers are learned. */
const learnedWindow = 90;

export async function loadLinkKnowledge(db: Kysely<DB>, from: string, to: string, once: Once): Promise<LinkKnowledge> {
	const sample = await (once.sample ??= loadSample(db, from, to));
	const places = await listedPlaces(db);
	const knownOn = sampledHabits(sample, learnedWindow);
	return {
		listedOn: (asOf) => listedOn(places, asOf),
		newcomerOn: (asOf) => {
			const known = knownOn(asOf);
			return (kind, place) => {
				const { kind: hub, sort = '', crowd = false } = tiesOf(kind, '', place ?? 'house', '', false)[0]!;
				const habit = known(stratumName({ kind: hub, name: sort, crowd }, 0));
				return habit === undefined ? unlearned : { perYear: (habit.shape / habit.rate) * habit.whole * (365 / learnedWindow), shape: habit.shape };
			};
		}
	};
}

/** Where there is nothing to learn from yet; ours. */
export const unlearned: Newcomer = { perYear: 1.2, shape: 0.3 };
