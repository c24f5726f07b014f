import { randomUUID } from 'node:crypto';
import { sql, type Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import { rebuildCounts } from '#lib/counts/roll-up.server.ts';
import { addDays, weekday } from '#lib/calendar/days.ts';
import { seedIndicators } from '#lib/indicators/seed.server.ts';
import { randomOf } from '../detection/random.ts';
import { testDatabase, type TestDatabase } from '../support/database.ts';

export const counties = Array.from({ length: 6 }, (_, c) => `320${c + 1}02`);

/** Six cities with a county each, a province desk, one source of registrations and one of complaints. */
export async function place(db: Kysely<DB>): Promise<void> {
	const region = (code: string, level: string, parent: string | null) => ({ code, name: code, level, kind: 'division', parent_code: parent });
	await db
		.insertInto('region')
		.values([
			region('000000', 'nation', null), region('320000', 'province', '000000'),
			...counties.map((code) => region(`${code.slice(0, 4)}00`, 'city', '320000')),
			...counties.map((code) => region(code, 'county', `${code.slice(0, 4)}00`))
		])
		.execute();
	await db.insertInto('department').values({ id: 'province', name: '省局', region_code: '320000' }).execute();
	await db
		.insertInto('source')
		.values(
			['registration', 'complaint'].map((kind) => ({
				id: `s-${kind}`, name: kind, owner_department_id: 'province', kinds: [kind], region_code: '320000'
			}))
		)
		.execute();
	for (const who of [editor, secondEditor, approver, countyEditor]) {
		await db
			.insertInto('app_user')
			.values({
				id: who.id, name: who.name, display_name: who.displayName, password_hash: 'none', role: who.role,
				grants: [...who.grants], department_id: who.departmentId, region_code: who.regionCode
			})
			.execute();
	}
}

const base: Omit<Actor, 'id' | 'name' | 'displayName'> = {
	role: 'monitor', grants: ['editor'], departmentId: 'province', regionCode: '320000', industries: null, inspectorId: null, address: null
};
export const editor: Actor = { ...base, id: 'u-editor', name: 'editor', displayName: '周宁' };
export const secondEditor: Actor = { ...base, id: 'u-second', name: 'second', displayName: '吴洁' };
export const approver: Actor = { ...base, id: 'u-approver', name: 'approver', displayName: '郑局', role: 'leader', grants: ['approver'] };
export const countyEditor: Actor = { ...base, id: 'u-county', name: 'county', displayName: '何平', regionCode: '320102' };

export type Row = {
	readonly kind: 'registration' | 'complaint';
	readonly day: string;
	readonly received?: string;
	readonly region: string;
	readonly industry?: string;
	readonly address?: string;
};

/** A database with the place, these events and the shipped indicators. */
export async function prepared(rows: readonly Row[]): Promise<TestDatabase> {
	const database = await testDatabase();
	await place(database.owner);
	await load(database.owner, rows);
	await seedIndicators(database.owner);
	return database;
}

let made = 0;

/** Writes events with an enterprise of their own each, and counts them. */
export async function load(db: Kysely<DB>, rows: readonly Row[]): Promise<void> {
	const events = rows.map((row) => {
		const uscc = `9132${String(made++).padStart(14, '0')}`;
		const at = (day: string) => `${day}T10:00:00+08:00`;
		return { ...row, uscc, at: at(row.day), receivedAt: at(row.received ?? row.day), id: randomUUID(), industry: row.industry ?? 'F52' };
	});
	await sql`
		insert into enterprise (uscc, name, region_code, region_basis, industry_key, address, address_key, established_on, status, stated_at)
		select uscc, uscc, region, 'given', industry, address, address, day::date, 'active', at
		from jsonb_to_recordset(${JSON.stringify(events)}::jsonb) as r(uscc text, region text, industry text, address text, day text, at timestamptz)
	`.execute(db);
	await sql`
		insert into enterprise_link (kind, key, uscc, since)
		select 'address', address, uscc, day::date from jsonb_to_recordset(${JSON.stringify(events)}::jsonb) as r(address text, uscc text, day text)
		where address is not null
	`.execute(db);
	await sql`
		insert into event (uscc, occurred_at, event_id, kind, source_id, source_key, batch_id, received_at, region_code, region_basis, industry_key, known_from)
		select uscc, at, id, kind, 's-' || kind, uscc, 'test', "receivedAt", region, 'given', industry, "receivedAt"
		from jsonb_to_recordset(${JSON.stringify(events)}::jsonb)
			as r(uscc text, at timestamptz, id uuid, kind text, "receivedAt" timestamptz, region text, industry text)
	`.execute(db);
	await db.transaction().execute(rebuildCounts);
}

/** Ordinary days: a few events per county and working day, times `factor`. */
export function ordinary(
	kind: Row['kind'],
	from: string,
	days: number,
	mean: number,
	factor: (region: string, day: number) => number = () => 1
): Row[] {
	const random = randomOf(42);
	const rows: Row[] = [];
	for (let d = 0; d < days; d++) {
		const day = addDays(from, d);
		if (weekday(day) > 5) continue;
		for (const region of counties) {
			for (let n = random.poisson(mean * factor(region, d)); n > 0; n--) rows.push({ kind, day, region });
		}
	}
	return rows;
}
