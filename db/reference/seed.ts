import { sql, type Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import { calendarDays } from './calendar.ts';
import { readReference } from './read.ts';

/** One process seeds at a time ("QSRF"). */
const seedLock = 0x51535246;

const nationCode = '000000';

/**
 * Loads divisions, successions, industries and the calendar, or brings them up to date. Idempotent: called after every migration.
 * Days that an administrator corrected stay as they are.
 */
export async function seedReference(db: Kysely<DB>): Promise<void> {
	await db.transaction().execute(async (trx) => {
		await sql`select pg_advisory_xact_lock(${seedLock})`.execute(trx);
		await seedRegions(trx);
		await seedIndustries(trx);
		await seedCalendar(trx);
	});
}

async function seedRegions(db: Kysely<DB>): Promise<void> {
	const regions = [
		{ code: nationCode, name: '全国', level: 'nation', kind: 'division', parent_code: null, longitude: 104.2, latitude: 35.9 },
		...readReference('regions').map((row) => ({
			code: row['code'],
			name: row['name'],
			level: row['level'],
			kind: row['kind'],
			parent_code: row['parent_code'] || nationCode,
			longitude: numberOf(row['longitude']),
			latitude: numberOf(row['latitude'])
		}))
	];
	await sql`
		insert into region (code, name, level, kind, parent_code, longitude, latitude)
		select code, name, level, kind, parent_code, longitude, latitude
		from json_to_recordset(${JSON.stringify(regions)})
			as r (code text, name text, level text, kind text, parent_code text, longitude float8, latitude float8)
		on conflict (code) do update set name = excluded.name, level = excluded.level, kind = excluded.kind,
			parent_code = excluded.parent_code, longitude = excluded.longitude, latitude = excluded.latitude
		where (region.name, region.level, region.kind, region.parent_code, region.longitude, region.latitude)
			is distinct from (excluded.name, excluded.level, excluded.kind, excluded.parent_code, excluded.longitude, excluded.latitude)
	`.execute(db);
	await sql`
		insert into region_succession (retired_code, retired_name, successor_code)
		select retired_code, retired_name, successor_code
		from json_to_recordset(${JSON.stringify(readReference('region-successions'))})
			as r (retired_code text, retired_name text, successor_code text)
		on conflict (retired_code) do update set retired_name = excluded.retired_name, successor_code = excluded.successor_code
		where (region_succession.retired_name, region_succession.successor_code) is distinct from (excluded.retired_name, excluded.successor_code)
	`.execute(db);
}

async function seedIndustries(db: Kysely<DB>): Promise<void> {
	const industries = readReference('industries').map((row) => ({ ...row, level: Number(row['level']), parent_key: row['parent_key'] || null }));
	await sql`
		insert into industry (key, code, level, parent_key, name)
		select key, code, level, parent_key, name
		from json_to_recordset(${JSON.stringify(industries)}) as r (key text, code text, level smallint, parent_key text, name text)
		on conflict (key) do update set code = excluded.code, level = excluded.level, parent_key = excluded.parent_key, name = excluded.name
		where (industry.code, industry.level, industry.parent_key, industry.name)
			is distinct from (excluded.code, excluded.level, excluded.parent_key, excluded.name)
	`.execute(db);
}

async function seedCalendar(db: Kysely<DB>): Promise<void> {
	const days = calendarDays();
	await sql`
		insert into calendar_day (day, off, holiday, makeup, lunar_month, lunar_day, lunar_leap, assumed)
		select day, off, holiday, makeup, "lunarMonth", "lunarDay", "lunarLeap", assumed
		from json_to_recordset(${JSON.stringify(days)}) as r (day date, off boolean, holiday text, makeup boolean,
			"lunarMonth" smallint, "lunarDay" smallint, "lunarLeap" boolean, assumed boolean)
		on conflict (day) do update set off = excluded.off, holiday = excluded.holiday, makeup = excluded.makeup,
			lunar_month = excluded.lunar_month, lunar_day = excluded.lunar_day, lunar_leap = excluded.lunar_leap, assumed = excluded.assumed
		where calendar_day.corrected_at is null
			and (calendar_day.off, calendar_day.holiday, calendar_day.makeup, calendar_day.assumed)
				is distinct from (excluded.off, excluded.holiday, excluded.makeup, excluded.assumed)
	`.execute(db);
}

function numberOf(text: string | undefined): number | null {
	return text ? Number(text) : null;
}
