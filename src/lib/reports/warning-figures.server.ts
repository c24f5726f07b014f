import { sql, type Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import { regionPrefix, scopeOf } from '#lib/access/scope.ts';
import { withinJurisdiction } from '#lib/access/scope.server.ts';
import { addMonths } from '#lib/calendar/days.ts';
import { due } from '#lib/warnings/due.server.ts';
import type { Levels } from './content.ts';
import type { Material } from './material.ts';
import type { Period } from './period.ts';

const mostSevere = 10;

const within = (reader: Actor) => withinJurisdiction(scopeOf(reader), { region: 'w.region_code', industry: 'w.industry_key' });
const inPeriod = ({ from, to }: Pick<Period, 'from' | 'to'>) => sql`w.raised_on between ${from}::date and ${to}::date`;
const level = (name: string) => sql`count(*) filter (where w.level = ${name})::int`;

/** Warnings raised in a period by indicator and level, most first. */
export async function byIndicator(db: Kysely<DB>, reader: Actor, period: Period): Promise<Material['indicators']> {
	const { rows } = await sql<{ name: string; red: number; orange: number; yellow: number; blue: number; n: number }>`
		select i.name, ${level('red')} as red, ${level('orange')} as orange, ${level('yellow')} as yellow, ${level('blue')} as blue, count(*)::int as n
		from warning w join indicator i on i.id = w.indicator_id
		where ${within(reader)} and ${inPeriod(period)} group by i.id, i.name order by n desc, i.name
	`.execute(db);
	return rows.map(({ name, red, orange, yellow, blue, n }) => ({ name, n, levels: [red, orange, yellow, blue] satisfies Levels }));
}

/** By code of a region below, and by section of industry: the indicator that raised most of its warnings. */
export async function leadIndicators(
	db: Kysely<DB>, reader: Actor, period: Period
): Promise<{ readonly regions: ReadonlyMap<string, { name: string; n: number }>; readonly industries: ReadonlyMap<string, { name: string; n: number }> }> {
	// The nation shows provinces, a province cities, a city counties.
	const digits = Math.min(6, regionPrefix(reader.regionCode).length + 2);
	const lead = async (key: ReturnType<typeof sql<string>>) => {
		const { rows } = await sql<{ key: string; name: string; n: number }>`
			select distinct on (key) key, name, n from (
				select ${key} as key, i.name, count(*)::int as n from warning w join indicator i on i.id = w.indicator_id
				where ${within(reader)} and ${inPeriod(period)} group by 1, i.id, i.name
			) counted order by key, n desc, name
		`.execute(db);
		return new Map(rows.map(({ key, name, n }) => [key, { name, n }]));
	};
	const [regions, industries] = await Promise.all([
		lead(sql<string>`rpad(substr(w.region_code, 1, ${sql.lit(digits)}), 6, '0')`), lead(sql<string>`substr(w.industry_key, 1, 1)`)
	]);
	return { regions, industries };
}

/** What is open and grave, and how many obligations fall due in as long a time as the period was, from the day after it was composed. */
export async function aheadOf(db: Kysely<DB>, reader: Actor, period: Period, today: string): Promise<Material['ahead']> {
	const until = addMonths(today, period.kind === 'monthly' ? 1 : period.kind === 'quarterly' ? 3 : 12);
	const { rows } = await sql<Material['ahead']['severe'][number]>`
		select w.number, w.level, i.name as indicator,
			concat_ws(' · ', coalesce(r.name, '全国'), nullif(coalesce(n.name, case w.industry_key when '*' then '' when '-' then '' else w.industry_key end), '')) as place, w.raised_on as "raisedOn"
		from warning w join indicator i on i.id = w.indicator_id
		left join region r on r.code = w.region_code left join industry n on n.key = w.industry_key
		where ${within(reader)} and w.work not in ('closed', 'disposed') and w.level in ('red', 'orange')
		order by case w.level when 'red' then 0 else 1 end, w.raised_on desc, w.number limit ${mostSevere}
	`.execute(db);
	const counted = await sql<{ n: number }>`
		select count(*)::int as n from warning w where ${within(reader)} and ${due} between ${today}::date and ${until}::date`.execute(db);
	return { dueNext: counted.rows[0]!.n, severe: rows };
}
