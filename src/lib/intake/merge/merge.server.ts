import { sql, type Kysely, type RawBuilder } from 'kysely';
import type { DB } from '#db/types.ts';
import { noteClasses } from '#lib/counts/class-month.server.ts';
import { makesEvents, type KindFacts } from '#lib/intake/kinds/kinds.ts';
import { keepClasses, keepObjects } from '#lib/sampling/objects/keep.server.ts';
import { foldRegister, makeTouched, unfoldRegister } from './fold-register.server.ts';
import { mergeRegister } from './register.server.ts';
import { dateWithdrawals } from './undated.server.ts';
import { mergeVisits } from './visits.server.ts';
import { mergeClasses, mergeGrades } from './classes.server.ts';

/** One merge at a time ("QSMG"): two of them could wait for each other's enterprises, and counts want their notes in order. */
export const mergeLock = 0x51534d47;

/** SQLSTATE of a key that is there already. */
const uniqueViolation = '23505';

/** Rows older than this look like history when the source does not say when they arrived. */
const historyAfterDays = 31;

/** What a merge does, in order; a kind has not all of them. */
export const mergeSteps = ['analyse', 'subjects', 'keys', 'events', 'register', 'links', 'changes', 'objects', 'notes'] as const;
export type MergeStep = (typeof mergeSteps)[number];

export type MergeInput = {
	readonly kind: KindFacts;
	readonly sourceId: string;
	readonly batchId: string;
	/** Null: seen from the rows. */
	readonly history: boolean | null;
	/** Whether the very same file was merged in the same way before: then it corrects nothing, however its rows stand now. */
	readonly again: boolean;
	/** Told when a step begins. */
	readonly begins?: (step: MergeStep) => void;
};

export type Merged = {
	/** Rows that were refused, and rows that brought something new (versions included), and rows known already. */
	readonly rejected: number;
	readonly accepted: number;
	readonly duplicates: number;
	readonly versions: number;
	readonly history: boolean;
	/** Of the rows that brought something new. */
	readonly firstDay: string | null;
	readonly lastDay: string | null;
	/** Newest day (or month) of all rows that were not refused. */
	readonly seenTo: string | null;
	/** Rows about enterprises that the register does not hold. */
	readonly unknownEnterprises: number;
	readonly nobodyRegistered: number;
};

/**
 * Merges the staging table into register and events, in the caller's transaction: set by set, nothing row by row.
 * Afterwards the staging table holds what was new, and the rejects.
 */
export async function mergeStage(trx: Kysely<DB>, input: MergeInput): Promise<Merged> {
	const facts = input.kind;
	input.begins?.('analyse');
	await sql`set local work_mem = '96MB'`.execute(trx);
	// A tenth of the usual sample: forty columns at full length take longer than the plans could ever save.
	await sql`set local default_statistics_target = 10`.execute(trx);
	await sql`analyze stage`.execute(trx);
	await sql`select pg_advisory_xact_lock(${mergeLock})`.execute(trx);
	// Autovacuum that measures the register now would not see the rows on their way and call it empty: joins planned on that never end.
	await sql`lock table enterprise in share update exclusive mode`.execute(trx);
	if (makesEvents(facts)) await dateWithdrawals(trx, input.sourceId, facts.stored);
	const { rejected, candidates, old, dated, seenTo } = await one<{ rejected: number; candidates: number; old: number; dated: number; seenTo: string | null }>(trx, sql`
		select count(reason)::int as rejected, (count(*) - count(reason))::int as candidates,
			count(*) filter (where reason is null and day < now()::date - ${historyAfterDays}::int)::int as old, count(*) filter (where reason is null and day is not null)::int as dated,
			max(coalesce(day, month)) filter (where reason is null) as "seenTo"
		from stage
	`);
	const history = input.history ?? old * 2 >= Math.max(1, dated);
	const counted = { rejected, history, seenTo };
	if (facts.effect === 'class') {
		const merged = await mergeClasses(trx, input);
		await keepClasses(trx, sql`select uscc from stage where reason is null`);
		if (merged.accepted > 0) await noteClasses(trx, await classMonths(trx));
		return { ...counted, ...nothing, ...merged };
	}
	if (facts.effect === 'grade') return { ...counted, ...nothing, ...(await mergeGrades(trx, input)) };

	input.begins?.('subjects');
	const nobodyRegistered = facts.effect === 'complaint' || facts.effect === 'occurrence' ? await resolveSubjects(trx, facts) : 0;
	input.begins?.('keys');
	const versions = await keepFresh(trx, input, facts, candidates);
	const { accepted, firstDay, lastDay } = await one<{ accepted: number; firstDay: string | null; lastDay: string | null }>(trx, sql`
		select count(*)::int as accepted, min(day) as "firstDay", max(day) as "lastDay" from stage where reason is null
	`);
	let unknownEnterprises = 0;
	if (accepted > 0) {
		input.begins?.('events');
		if (facts.effect !== 'register') unknownEnterprises = await insertEvents(trx, input, facts, { history, firstDay: firstDay! });
		if (!['event', 'occurrence', 'complaint'].includes(facts.effect)) await toRegister(trx, input, facts, versions > 0);
		if (facts.stored === 'inspection') await mergeVisits(trx, input, versions > 0);
		input.begins?.('notes');
		await touch(trx, facts);
	}
	return { ...counted, accepted, duplicates: candidates - accepted, versions, firstDay, lastDay, unknownEnterprises, nobodyRegistered };
}

async function classMonths(trx: Kysely<DB>): Promise<readonly string[]> {
	const { rows } = await sql<{ month: string }>`select distinct month from stage where reason is null`.execute(trx);
	return rows.map(({ month }) => month);
}

const nothing = { unknownEnterprises: 0, nobodyRegistered: 0 } as const;

async function one<T>(trx: Kysely<DB>, query: RawBuilder<unknown>): Promise<T> {
	const { rows } = await (query as RawBuilder<T>).execute(trx);
	return rows[0]!;
}

/**
 * Complaints name somebody: by code, else by a name that one enterprise bears. Who is not registered is counted under a synthetic
 * subject and waits to be matched. An occurrence without a code or a known name is one of its place, and waits for nobody.
 */
async function resolveSubjects(trx: Kysely<DB>, { effect }: KindFacts): Promise<number> {
	const unregistered = effect === 'complaint' ? sql`or not exists (select from enterprise e where e.uscc = s.uscc)` : sql``;
	await sql`
		update stage s set uscc = found.uscc from (
			select e.name, min(e.uscc) as uscc from enterprise e
			where e.name in (select name from stage where reason is null and uscc is null and name is not null)
			group by e.name having count(*) = 1
		) found
		where s.reason is null and s.uscc is null and s.name = found.name
	`.execute(trx);
	const { numAffectedRows } = await sql`
		update stage s set uscc = '~' || s.region_code || ':' || s.industry_key
		where s.reason is null and (s.uscc is null ${unregistered})
	`.execute(trx);
	return Number(numAffectedRows ?? 0);
}

/**
 * Takes out of the staging table what is known already, and closes the versions that are outdated. Inserting the keys first finds
 * out about nearly all rows in one pass; only those whose key exists are looked at again.
 */
async function keepFresh(trx: Kysely<DB>, { sourceId, again }: MergeInput, facts: KindFacts, candidates: number): Promise<number> {
	const keys = sql`
		insert into intake_key (source_id, kind, source_key, uscc, occurred_at, event_id, content_hash)
		select ${sourceId}, ${facts.stored}, source_key, uscc, coalesce(occurred_at, 'epoch'), event_id, hash from stage where reason is null`;
	if (await insertedAtOnce(trx, keys, { sourceId, facts })) return 0;
	await sql`create temp table fresh (event_id uuid not null) on commit drop`.execute(trx);
	const inserted = await sql`
		with kept as (${keys} order by line on conflict (source_id, kind, source_key) do nothing returning event_id)
		insert into fresh select event_id from kept
	`.execute(trx);
	if (Number(inserted.numAffectedRows ?? 0) === candidates) return 0;
	await sql`analyze fresh`.execute(trx);
	// Rows whose key was there before, or earlier in the same file; each is compared with what stood before it.
	await sql`
		create temp table version on commit drop as
		select * from (
			select s.event_id, s.source_key, s.line, s.hash, lag(s.hash, 1, k.content_hash) over key as before_hash,
				k.event_id as old_id, k.uscc as old_uscc, k.occurred_at as old_at
			from stage s join intake_key k on k.source_id = ${sourceId} and k.kind = ${facts.stored} and k.source_key = s.source_key
			where s.reason is null and not exists (select from fresh f where f.event_id = s.event_id)
			window key as (partition by s.source_key order by s.line)
		) compared where hash <> before_hash and ${!again}
	`.execute(trx);
	const { versions } = await one<{ versions: number }>(trx, sql`select count(*)::int as versions from version`);
	await sql`delete from stage s where s.reason is null
		and not exists (select from fresh f where f.event_id = s.event_id) and not exists (select from version v where v.event_id = s.event_id)`.execute(trx);
	if (versions === 0) return 0;
	// Of several versions in one file the last lives; the days of those replaced are counted again.
	await sql`
		update stage s set live = false from version v
		where v.event_id = s.event_id and exists (select from version later where later.source_key = v.source_key and later.line > v.line)
	`.execute(trx);
	await sql`
		update stage s set live = false where s.event_id in (select old_id from version)
	`.execute(trx);
	if (facts.effect !== 'register') {
		const { from, to } = await one<{ from: Date; to: Date }>(trx, sql`select min(old_at) as from, max(old_at) as to from version`);
		await sql`
			with closed as (
				update event e set known_to = now()
				from (select distinct old_id, old_uscc, old_at from version) v
				where e.uscc = v.old_uscc and e.occurred_at = v.old_at and e.event_id = v.old_id and e.known_to is null
					and e.occurred_at between ${from} and ${to}
				returning e.occurred_at
			)
			insert into count_touched (day, kind) select distinct (occurred_at at time zone 'Asia/Shanghai')::date, ${facts.stored} from closed
		`.execute(trx);
	}
	await sql`
		update intake_key k set uscc = s.uscc, occurred_at = coalesce(s.occurred_at, 'epoch'), event_id = s.event_id, content_hash = s.hash
		from stage s join version v on v.event_id = s.event_id
		where s.live and k.source_id = ${sourceId} and k.kind = ${facts.stored} and k.source_key = s.source_key
	`.execute(trx);
	return versions;
}

/**
 * Inserts the keys of a source's first delivery without looking for each whether it is there: twice as fast, and years of history come
 * in this way. A key that the file has twice undoes it.
 */
async function insertedAtOnce(trx: Kysely<DB>, keys: RawBuilder<unknown>, { sourceId, facts }: { readonly sourceId: string; readonly facts: KindFacts }): Promise<boolean> {
	const known = await trx.selectFrom('intake_key').select('kind').where('source_id', '=', sourceId).where('kind', '=', facts.stored).limit(1).executeTakeFirst();
	if (known !== undefined) return false;
	await sql`savepoint keys`.execute(trx);
	try {
		await keys.execute(trx);
		await sql`release savepoint keys`.execute(trx);
		return true;
	} catch (error) {
		if (!(error instanceof Error && 'code' in error && error.code === uniqueViolation)) throw error;
		await sql`rollback to savepoint keys`.execute(trx);
		return false;
	}
}

/** Region, industry and class are what they were when it happened: the row's own, else the register's of that day. */
async function insertEvents(
	trx: Kysely<DB>, input: MergeInput, facts: KindFacts, when: { readonly history: boolean; readonly firstDay: string }
): Promise<number> {
	const received = when.history ? sql`coalesce(s.received_at, s.occurred_at)` : sql`greatest(s.occurred_at, coalesce(s.received_at, now()))`;
	const common = sql`s.uscc, s.occurred_at, s.event_id, ${facts.stored}, s.item, ${input.sourceId}, s.source_key, ${input.batchId}, ${received}`;
	const columns = sql`uscc, occurred_at, event_id, kind, item, source_id, source_key, batch_id, received_at,
		region_code, region_basis, industry_key, class, person_key, content, known_from, known_to, withdrawn`;
	const versions = sql`now(), case when s.live then null else now() end, s.withdrawn`;
	if (facts.effect === 'registration') {
		await sql`
			insert into event (${columns})
			select ${common}, s.region_code, s.region_basis, s.industry_key, null, s.legal_rep_key, s.content, ${versions}
			from stage s where s.reason is null
		`.execute(trx);
		return 0;
	}
	await sql`
		create temp table class_then on commit drop as
		select distinct on (s.uscc, s.month) s.uscc, s.month, c.class
		from (select distinct uscc, date_trunc('month', day)::date as month from stage where reason is null) s
		join enterprise_class c on c.uscc = s.uscc and c.month between s.month - interval '2 months' and s.month
		order by s.uscc, s.month, c.month desc, c.version desc
	`.execute(trx);
	// Where an enterprise stood then: where its last move before had brought it, else where it was stated to be.
	await sql`
		create temp table moved on commit drop as
		select v.uscc, v.occurred_at, v.content #>> '{register,region_code}' as region_code
		from event v
		where v.kind = 'change' and v.known_to is null and (not v.withdrawn or v.folded_into is not null) and v.content #> '{register,region_code}' is not null
			and v.uscc in (
				select uscc from event m where m.kind = 'change' and m.known_to is null and (not m.withdrawn or m.folded_into is not null) and m.content #> '{register,region_code}' is not null
					and m.occurred_at >= ${when.firstDay}::date::timestamp at time zone 'Asia/Shanghai' and m.uscc in (select uscc from stage where reason is null)
			)
	`.execute(trx);
	await sql`analyze class_then, moved`.execute(trx);
	const { moves } = await one<{ moves: number }>(trx, sql`select count(*)::int as moves from moved`);
	const registered = moves === 0
		? sql`e.region_code`
		: sql`case when not exists (select from moved m where m.uscc = s.uscc) then e.region_code else coalesce(
			(select m.region_code from moved m where m.uscc = s.uscc and m.occurred_at <= s.occurred_at
				and not (e.stated_at > m.occurred_at and e.stated_at <= s.occurred_at) order by m.occurred_at desc limit 1),
			e.stated ->> 'region_code', e.region_code) end`;
	// What the row says of the register is kept with it: see `foldRegister`.
	const content = facts.effect === 'change' || facts.effect === 'cancellation'
		? sql`s.content || jsonb_build_object('register', jsonb_strip_nulls(jsonb_build_object(
			'name', s.name, 'legal_rep', s.legal_rep, 'legal_rep_key', s.legal_rep_key, 'address', s.address, 'address_key', s.address_key,
			'capital_wan', s.capital_wan, 'capital_currency', s.capital_currency, 'capital_raw', s.capital_raw, 'status', s.status,
			'region_code', case when s.item = 'address' and s.region_own then s.region_code end,
			'region_basis', case when s.item = 'address' and s.region_own then s.region_basis end,
			'region_given', case when s.item = 'address' and s.region_own then s.region_given end)))`
		: sql`s.content`;
	await sql`
		insert into event (${columns})
		select ${common}, case when s.region_own then s.region_code else coalesce(${registered}, s.region_code) end,
			case when s.region_own or e.uscc is null then s.region_basis else e.region_basis end,
			case when s.industry_key <> '-' then s.industry_key else coalesce(e.industry_key, '-') end,
			c.class, s.person_key, ${content}, ${versions}
		from stage s
		left join enterprise e on e.uscc = s.uscc
		left join class_then c on c.uscc = s.uscc and c.month = date_trunc('month', s.day)::date
		where s.reason is null
	`.execute(trx);
	if (facts.effect === 'complaint') {
		await sql`
			insert into match_queue (uscc, event_id, occurred_at, given_name, given_uscc, region_code)
			select uscc, event_id, occurred_at, name, given_uscc, region_code from stage where reason is null and live and uscc like '~%'
		`.execute(trx);
		return 0;
	}
	const { unknown } = await one<{ unknown: number }>(trx, sql`
		select count(*)::int as unknown from stage s left join enterprise e on e.uscc = s.uscc where s.reason is null and e.uscc is null and s.uscc not like '~%'
	`);
	return unknown;
}

async function toRegister(trx: Kysely<DB>, input: MergeInput, facts: KindFacts, corrected: boolean): Promise<void> {
	input.begins?.('register');
	await makeTouched(trx, corrected);
	if (facts.effect === 'register' || facts.effect === 'registration') await mergeRegister(trx, input, facts, corrected);
	else {
		await unfoldRegister(trx);
		input.begins?.('changes');
		await foldRegister(trx);
	}
	input.begins?.('objects');
	await keepObjects(trx, sql`select uscc from touched`);
}

/** Notes for the counts; the worker recomputes exactly these days. A changed register changes the denominators only. */
async function touch(trx: Kysely<DB>, facts: KindFacts): Promise<void> {
	if (facts.effect === 'register') {
		await sql`insert into count_touched (day, kind) select coalesce(min(established_on), now()::date), 'enterprise' from stage where reason is null`.execute(trx);
		return;
	}
	await sql`insert into count_touched (day, kind) select distinct day, ${facts.stored} from stage where reason is null`.execute(trx);
}
