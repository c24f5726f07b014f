import { randomUUID } from 'node:crypto';
import { sql, type Kysely, type RawBuilder } from 'kysely';
import type { DB } from '#db/types.ts';
import { foldRules, foldsOf, madeFilingKey, pairName, type Fold, type FoldRow } from './rules.ts';
import { mergeLock } from '#lib/intake/merge/merge.server.ts';

/** Kinds that the rules speak of. */
const foldedKinds = ['complaint', 'change', 'filing'];

/** Days around a touched day whose folds may become others: what is folded into what hangs together over neighbours. */
const reachDays = 46;

/** Notes looked through at once; the merges wait meanwhile. */
const notesAtOnce = 50_000;

type Folded = { readonly folded: number; readonly undone: number };

/**
 * Folds and unfolds around the days that the merges noted, and notes the days whose counts change by it. Merges wait for the end of
 * the transaction: a row that is folded while its correction comes in would live twice.
 */
export async function foldNoted(trx: Kysely<DB>): Promise<Folded> {
	const { rows } = await sql<{ some: boolean }>`select exists (select from count_touched where not folded) as some`.execute(trx);
	if (!rows[0]!.some) return { folded: 0, undone: 0 };
	await sql`select pg_advisory_xact_lock(${mergeLock})`.execute(trx);
	const { rows: noted } = await sql<{ kind: string; day: number }>`
		with noted as (update count_touched set folded = true where id in (select id from count_touched where not folded order by id limit ${sql.lit(notesAtOnce)}) returning kind, day)
		select distinct kind, day - date '1970-01-01' as day from noted where kind = any(${foldedKinds})
	`.execute(trx);
	const total = { folded: 0, undone: 0 };
	for (const kinds of [['complaint'], ['change', 'filing']]) {
		const days = noted.filter(({ kind }) => kinds.includes(kind)).map(({ day }) => day);
		const done = await foldAround(trx, kinds as ['complaint'] | ['change', 'filing'], days);
		total.folded += done.folded;
		total.undone += done.undone;
	}
	return total;
}

type Kinds = readonly ['complaint'] | readonly ['change', 'filing'];

async function foldAround(trx: Kysely<DB>, kinds: Kinds, days: readonly number[]): Promise<Folded> {
	if (days.length === 0) return { folded: 0, undone: 0 };
	const complaints = kinds[0] === 'complaint';
	const widest = foldRules[complaints ? 'complaint-channels' : 'address-fragments'].days;
	const reach = complaints ? reachDays : 8 * widest;
	const subjects = await subjectsNear(trx, kinds, stretches(days, widest));
	if (subjects.length === 0) return { folded: 0, undone: 0 };
	const [from, to] = [Math.min(...days), Math.max(...days)];
	const rows = await rowsOf(trx, kinds, subjects, stretch(from - 2 * reach, to + 2 * reach));
	const apart = await apartOf(trx, kinds, subjects);
	const wanted = [...Map.groupBy(rows, (row) => row.subject).values()].flatMap((own) => foldsOf(own, apart));
	// At the edge of what was read neighbours are missing: nothing is decided there.
	const inside = (row: FoldRow) => row.day >= from - reach && row.day <= to + reach;
	const made = await madeFolds(trx, kinds, subjects, stretch(from - reach, to + reach));
	return change(trx, wanted.filter(({ row }) => inside(row)), made, new Set(rows.map(({ id }) => id)));
}

type Stretch = { readonly from: number; readonly to: number };
const stretch = (from: number, to: number): Stretch => ({ from, to });

/** Days with their neighbours, those that touch each other as one. */
function stretches(days: readonly number[], around: number): Stretch[] {
	const found: { from: number; to: number }[] = [];
	for (const day of [...days].sort((a, b) => a - b)) {
		const last = found.at(-1);
		if (last !== undefined && day - around <= last.to + 1) last.to = day + around;
		else found.push({ from: day - around, to: day + around });
	}
	return found;
}

/** More stretches than this are read as one: a list of ranges that long is no plan. */
const mostStretches = 40;

function within(ranges: readonly Stretch[], column = 'e.occurred_at'): RawBuilder<boolean> {
	const at = (day: number) => sql.lit(`${new Date(day * 86_400_000).toISOString().slice(0, 10)} 00:00:00 Asia/Shanghai`);
	const merged = ranges.length <= mostStretches ? ranges : [stretch(ranges[0]!.from, ranges.at(-1)!.to)];
	const each = merged.map(({ from, to }) => sql`(${sql.ref(column)} >= ${at(from)} and ${sql.ref(column)} < ${at(to + 1)})`);
	return sql<boolean>`(${sql.join(each, sql` or `)})`;
}

/** Counts but for the folds. */
const standing = sql.raw('e.known_to is null and (not e.withdrawn or e.folded_into is not null)');
/** What a filing was made from is no row of a source. */
const ofSource = sql`e.source_key not like ${madeFilingKey('%')}`;
/** Whoever is not registered is known by region and name. */
const subject = sql.raw(`case when e.uscc like '~%' then e.region_code || '|' || (e.content ->> 'name') else e.uscc end`);

/** Codes of subjects near some days that have rows which may be one, or that have folds there. */
async function subjectsNear(trx: Kysely<DB>, kinds: Kinds, ranges: readonly Stretch[]): Promise<readonly string[]> {
	const candidates = kinds[0] === 'complaint'
		? sql`
			select unnest(array_agg(distinct uscc)) as uscc from (
				select e.uscc, ${subject} as subject, e.person_key, e.source_id, e.content ->> 'channel' as channel from event e
				where e.kind = 'complaint' and ${within(ranges)} and ${standing} and e.person_key is not null
			) row where subject is not null group by subject, person_key
			having count(*) > 1 and (count(distinct source_id) > 1 or count(distinct channel) > 1)`
		: sql`
			select e.uscc from event e where e.kind = 'change' and ${within(ranges)} and ${standing}
			group by e.uscc having count(*) filter (where e.item = 'address') > 1 or bool_or(e.content ->> 'itemText' is not null and e.item <> 'address')`;
	const { rows } = await sql<{ uscc: string }>`
		select uscc from (${candidates}) candidate
		union select unnest(array[uscc, kept_uscc]) from event_fold e where kind = any(${[...kinds]}) and undone_at is null and ${within(ranges)}
	`.execute(trx);
	return rows.map((row) => row.uscc);
}

async function rowsOf(trx: Kysely<DB>, kinds: Kinds, usccs: readonly string[], range: Stretch): Promise<FoldRow[]> {
	const mine = sql`e.kind = any(${[...kinds]}) and e.uscc = any(${[...usccs]}) and ${within([range])}`;
	const { rows } = await sql<FoldRow>`
		with version as materialized (
			select e.*, min(e.known_from) over (partition by e.source_id, e.kind, e.source_key) as first_known from event e where ${mine} and ${ofSource}
		)
		select e.event_id::text as id, e.uscc, e.occurred_at::text as at, ${subject} as subject, e.kind, (e.occurred_at at time zone 'Asia/Shanghai')::date - date '1970-01-01' as day,
			e.source_id as "sourceId", e.source_key as "sourceKey", extract(epoch from e.first_known)::float8 as known,
			extract(epoch from e.received_at)::float8 as received, extract(epoch from e.occurred_at)::float8 as occurred,
			e.item, e.content ->> 'itemText' as "itemText", e.content ->> 'channel' as channel, e.person_key as person,
			e.content ->> 'before' as before, e.content ->> 'after' as after
		from version e where ${standing} and ${subject} is not null and (e.kind <> 'complaint' or e.person_key is not null)
	`.execute(trx);
	return rows;
}

/** Pairs of which people said that they are two. */
async function apartOf(trx: Kysely<DB>, kinds: Kinds, usccs: readonly string[]): Promise<ReadonlySet<string>> {
	const { rows } = await sql<{ source_id: string; source_key: string; other_source_id: string; other_source_key: string }>`
		select source_id, source_key, other_source_id, other_source_key from (
			select distinct on (uscc, kind, source_id, source_key, other_source_id, other_source_key) * from fold_verdict
			where uscc = any(${[...usccs]}) and kind = any(${[...kinds]})
			order by uscc, kind, source_id, source_key, other_source_id, other_source_key, at desc
		) newest where verdict = 'two'
	`.execute(trx);
	return new Set(rows.map((row) => pairName(
		{ sourceId: row.source_id, sourceKey: row.source_key }, { sourceId: row.other_source_id, sourceKey: row.other_source_key }
	)));
}

type MadeFold = {
	readonly id: string;
	readonly keptId: string;
	readonly derived: boolean;
	/** Not when the row's source has corrected it since. */
	readonly stands: boolean;
	/** Whether the row it was folded into still counts. */
	readonly keptStands: boolean;
};

async function madeFolds(trx: Kysely<DB>, kinds: Kinds, usccs: readonly string[], range: Stretch): Promise<readonly MadeFold[]> {
	const { rows } = await sql<MadeFold>`
		select f.event_id::text as id, f.kept_event_id::text as "keptId", f.derived, e.known_to is null as stands,
			exists (select from event k where k.uscc = f.kept_uscc and k.occurred_at = f.kept_occurred_at and k.event_id = f.kept_event_id and k.known_to is null and not k.withdrawn) as "keptStands"
		from event_fold f join event e on e.uscc = f.uscc and e.occurred_at = f.occurred_at and e.event_id = f.event_id and ${within([range])}
		where f.uscc = any(${[...usccs]}) and f.kind = any(${[...kinds]}) and f.undone_at is null and ${within([range], 'f.occurred_at')}
	`.execute(trx);
	return rows;
}

/** Makes the folds that stand into those that are wanted. */
async function change(trx: Kysely<DB>, wanted: readonly Fold[], made: readonly MadeFold[], seen: ReadonlySet<string>): Promise<Folded> {
	const known = new Map(made.map((fold) => [fold.id, fold]));
	const wants = new Map(wanted.map((fold) => [fold.row.id, fold]));
	const isSame = (fold: Fold, old: MadeFold) => old.stands && (fold.kept === null ? old.derived && old.keptStands : fold.kept.id === old.keptId);
	const add = wanted.filter((fold) => !known.has(fold.row.id));
	const turn = wanted.filter((fold) => known.has(fold.row.id) && !isSame(fold, known.get(fold.row.id)!));
	// A row whose kept one lies beyond what was read keeps its fold.
	const end = made.filter((old) => !wants.has(old.id) && (!old.stands || !old.keptStands || seen.has(old.keptId) || old.derived));
	await closeMade(trx, [...turn.map((fold) => known.get(fold.row.id)!), ...end].filter(({ derived }) => derived).map(({ id }) => id));
	await endFolds(trx, end.map(({ id }) => id));
	await makeFolds(trx, [...add, ...turn]);
	return { folded: add.length, undone: end.length };
}

/** Ends filings that were made from changes. */
async function closeMade(trx: Kysely<DB>, ids: readonly string[]): Promise<void> {
	if (ids.length === 0) return;
	await sql`
		with closed as (
			update event e set known_to = now() from event_fold f
			where f.event_id = any(${[...ids]}::uuid[]) and f.derived and f.undone_at is null
				and e.uscc = f.kept_uscc and e.occurred_at = f.kept_occurred_at and e.event_id = f.kept_event_id and e.known_to is null
			returning e.occurred_at, e.kind
		)
		${note}
	`.execute(trx);
}

/** Days that are to be counted again; there is nothing more to fold on them. */
const note = sql`insert into count_touched (day, kind, folded) select distinct (occurred_at at time zone 'Asia/Shanghai')::date, kind, true from closed`;

const columns = sql.raw(`uscc, occurred_at, event_id, kind, item, source_id, source_key, batch_id, received_at, region_code, region_basis,
	industry_key, class, person_key, content, known_from, withdrawn, folded_into`);
const copied = (id: RawBuilder<unknown>) => sql`e.uscc, e.occurred_at, ${id}, e.kind, e.item, e.source_id, e.source_key, e.batch_id, e.received_at, e.region_code,
	e.region_basis, e.industry_key, e.class, e.person_key, e.content, now()`;

/** Measures the table `turned` and says between what times its rows lie: only those months are opened. */
async function spanOfTurned(trx: Kysely<DB>): Promise<(column: string) => RawBuilder<boolean>> {
	await sql`analyze turned`.execute(trx);
	const { rows } = await sql<{ from: string | null; to: string | null }>`select min(at)::text as from, max(at)::text as to from turned`.execute(trx);
	const { from, to } = rows[0]!;
	return (column) => (from === null || to === null ? sql<boolean>`false` : sql<boolean>`${sql.ref(column)} between ${sql.lit(from)} and ${sql.lit(to)}`);
}

/** The rows of the table `turned` (uscc, at, id, new_id, kept) go on as new versions: folded into `kept`, or as they were before. */
async function turnVersions(trx: Kysely<DB>): Promise<void> {
	const inSpan = await spanOfTurned(trx);
	await sql`
		insert into event (${columns})
		select ${copied(sql`t.new_id`)}, t.kept is not null, t.kept
		from turned t join event e on e.uscc = t.uscc and e.occurred_at = t.at and e.event_id = t.id and ${inSpan('e.occurred_at')}
	`.execute(trx);
	await sql`
		with closed as (
			update event e set known_to = now() from turned t where e.uscc = t.uscc and e.occurred_at = t.at and e.event_id = t.id and ${inSpan('e.occurred_at')}
			returning e.occurred_at, e.kind
		)
		${note}
	`.execute(trx);
	await sql`
		update intake_key k set event_id = t.new_id from turned t join event e on e.uscc = t.uscc and e.occurred_at = t.at and e.event_id = t.id and ${inSpan('e.occurred_at')}
		where k.source_id = e.source_id and k.kind = e.kind and k.source_key = e.source_key and k.event_id = t.id
	`.execute(trx);
	await sql`update match_queue q set event_id = t.new_id from turned t where q.uscc = t.uscc and q.event_id = t.id`.execute(trx);
}

/** Ends folds: each row stands again as a version of its own, known from now on. What its source has corrected has its successor already. */
export async function endFolds(trx: Kysely<DB>, ids: readonly string[], by: { readonly id: string; readonly name: string; readonly why: string } | null = null): Promise<void> {
	if (ids.length === 0) return;
	await sql`
		create temp table turned on commit drop as
		select e.uscc, e.occurred_at as at, e.event_id as id, gen_random_uuid() as new_id, null::uuid as kept
		from event_fold f join event e on e.uscc = f.uscc and e.occurred_at = f.occurred_at and e.event_id = f.event_id
		where f.event_id = any(${[...ids]}::uuid[]) and f.undone_at is null and e.known_to is null
	`.execute(trx);
	await turnVersions(trx);
	await sql`
		update event_fold set undone_at = now(), undone_by = ${by?.id ?? null}, undone_by_name = ${by?.name ?? null}, undone_why = ${by?.why ?? null}
		where event_id = any(${[...ids]}::uuid[]) and undone_at is null
	`.execute(trx);
	await sql`drop table turned`.execute(trx);
}

async function makeFolds(trx: Kysely<DB>, folds: readonly Fold[]): Promise<void> {
	if (folds.length === 0) return;
	const list = folds.map(({ rule, row, kept }) => ({
		rule, version: foldRules[rule].version, uscc: row.uscc, at: row.at, id: row.id, new_id: randomUUID(),
		kept_uscc: (kept ?? row).uscc, kept_at: (kept ?? row).at, kept: kept?.id ?? randomUUID(), derived: kept === null
	}));
	await sql`
		create temp table turned on commit drop as
		select * from jsonb_to_recordset(${JSON.stringify(list)}::jsonb)
			as r(rule text, version smallint, uscc text, at timestamptz, id uuid, new_id uuid, kept_uscc text, kept_at timestamptz, kept uuid, derived boolean)
	`.execute(trx);
	const inSpan = await spanOfTurned(trx);
	await sql`
		with closed as (
			insert into event (uscc, occurred_at, event_id, kind, item, source_id, source_key, batch_id, received_at, region_code, region_basis,
				industry_key, class, person_key, content, known_from)
			select e.uscc, e.occurred_at, t.kept, 'filing', left(e.content ->> 'itemText', 200), e.source_id, ${madeFilingKey('')} || e.source_key, e.batch_id, e.received_at,
				e.region_code, e.region_basis, e.industry_key, e.class, e.person_key, e.content - 'register', now()
			from turned t join event e on e.uscc = t.uscc and e.occurred_at = t.at and e.event_id = t.id and ${inSpan('e.occurred_at')} where t.derived
			returning occurred_at, kind
		)
		${note}
	`.execute(trx);
	// What is folded already goes on in its version, under what is kept now.
	await sql`
		insert into event_fold (uscc, event_id, occurred_at, kind, source_id, source_key, region_code, industry_key, rule, rule_version,
			kept_uscc, kept_event_id, kept_occurred_at, kept_source_id, kept_source_key, derived, made_at)
		select e.uscc, case when e.folded_into is null then t.new_id else e.event_id end, e.occurred_at, e.kind, e.source_id, e.source_key, e.region_code, e.industry_key,
			t.rule, t.version, k.uscc, k.event_id, k.occurred_at, k.source_id, k.source_key, t.derived, now()
		from turned t
		join event e on e.uscc = t.uscc and e.occurred_at = t.at and e.event_id = t.id and ${inSpan('e.occurred_at')}
		join event k on k.uscc = t.kept_uscc and k.occurred_at = t.kept_at and k.event_id = t.kept
		on conflict (uscc, event_id) do update set rule = excluded.rule, rule_version = excluded.rule_version, kept_uscc = excluded.kept_uscc,
			kept_event_id = excluded.kept_event_id, kept_occurred_at = excluded.kept_occurred_at, kept_source_id = excluded.kept_source_id,
			kept_source_key = excluded.kept_source_key, derived = excluded.derived
	`.execute(trx);
	await sql`
		with moved as (
			update event e set folded_into = t.kept from turned t
			where e.uscc = t.uscc and e.occurred_at = t.at and e.event_id = t.id and e.folded_into is not null and ${inSpan('e.occurred_at')}
			returning e.event_id
		)
		delete from turned where id in (select event_id from moved)
	`.execute(trx);
	await turnVersions(trx);
	await sql`drop table turned`.execute(trx);
}
