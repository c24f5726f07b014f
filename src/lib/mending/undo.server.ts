import { randomUUID } from 'node:crypto';
import { sql, type Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import { audit } from '#lib/access/audit.server.ts';
import { refuse, type NotAllowed, type NotFound, type OwnWork, type Refusal } from '#lib/access/refuse.ts';
import { loadKindBook } from '#lib/intake/kinds/book.server.ts';
import { makesEvents, type KindFacts } from '#lib/intake/kinds/kinds.ts';
import { ownRule } from './rules.server.ts';
import { mergeLock, mergeStage } from '#lib/intake/merge/merge.server.ts';
import { createStage } from '#lib/intake/merge/stage.ts';

type UndoRefusal =
	| Refusal<'no-reason' | 'undone-before' | 'statement'>
	/** Rows of the rule that were corrected by later ones, mended further by later rules, or that had corrected a registration. */
	| Refusal<'corrected-since' | 'mended-further' | 'had-corrected', { readonly n: number }>;

/**
 * Takes back what a rule brought in: its rows are withdrawn, by the merge itself; what they had corrected stands again; and the
 * refused rows are open as before. Refused when others have built on them since.
 */
export async function undoMend(
	db: Kysely<DB>, actor: Actor, ruleId: string, note: string
): Promise<{ readonly ok: true; readonly withdrawn: number; readonly reopened: number } | NotAllowed | NotFound | OwnWork | UndoRefusal> {
	const rule = await ownRule(db, actor, ruleId);
	if (!rule.ok) return rule;
	const why = note.trim().slice(0, 500);
	if (why === '') return refuse('no-reason');
	const kind = (await loadKindBook(db)).find(rule.kind)!;
	return db.transaction().execute(async (trx) => {
		await sql`select pg_advisory_xact_lock(${mergeLock})`.execute(trx);
		const { rows: before } = await sql`select from mend_entry where rule_id = ${ruleId} and action = 'undo'`.execute(trx);
		if (before.length > 0) return refuse('undone-before');
		const batches = (await trx.selectFrom('intake_batch').select('id').where('mend_rule_id', '=', ruleId).execute()).map(({ id }) => id);
		const blocked = await builtOn(trx, batches, kind);
		if (blocked !== null) return blocked;
		const withdrawn = batches.length === 0 ? 0 : await takeBack(trx, actor, { ruleId, number: rule.number, sourceId: rule.sourceId, kind, batches, why });
		await sql`update intake_reject set state = 'dropped' where batch_id = any(${batches}) and state = 'open'`.execute(trx);
		const opened = await sql`update intake_reject set state = 'open', rule_id = null where rule_id = ${ruleId}`.execute(trx);
		const reopened = Number(opened.numAffectedRows ?? 0);
		await trx.insertInto('mend_entry').values({ rule_id: ruleId, action: 'undo', note: why, actor_id: actor.id, actor_name: actor.displayName }).execute();
		await audit(trx, actor, { action: 'intake.mend-undo', objectKind: 'mend-rule', objectId: ruleId, detail: { number: rule.number, why, withdrawn, reopened } });
		return { ok: true as const, withdrawn, reopened };
	});
}

/** Source rows that a rule's batches brought in, with what stands for them now. */
const brought = (batches: readonly string[]) => sql`
	select distinct e.source_id, e.kind, e.source_key, k.uscc, k.occurred_at, k.event_id, k.content_hash from event e
	join intake_key k on k.source_id = e.source_id and k.kind = e.kind and k.source_key = e.source_key
	where e.batch_id = any(${[...batches]}) and e.source_key not like '~change:%'
`;

/** Versions that the merge of these batches replaced. */
const replaced = (batches: readonly string[], kind: KindFacts) => sql`
	select distinct on (p.source_id, p.source_key) p.* from event p
	where p.kind = ${kind.stored} and p.batch_id <> all(${[...batches]})
		and p.known_to = (select min(e.known_from) from event e where e.batch_id = any(${[...batches]}))
	order by p.source_id, p.source_key, p.known_from desc
`;

async function builtOn(trx: Kysely<DB>, batches: readonly string[], kind: KindFacts): Promise<UndoRefusal | null> {
	if (batches.length === 0) return null;
	const count = async (query: ReturnType<typeof sql>) => ((await query.execute(trx)).rows[0] as { n: number }).n;
	const further = await count(sql`select count(*)::int as n from intake_reject where batch_id = any(${[...batches]}) and state in ('mended', 'ignored')`);
	if (further > 0) return refuse('mended-further', { n: further });
	const accepted = await count(sql`select coalesce(sum(accepted), 0)::int as n from intake_batch where id = any(${[...batches]})`);
	if (accepted === 0) return null;
	// The register, classes and grades keep statements and months, not versions that could come back.
	if (!makesEvents(kind)) return refuse('statement');
	const corrected = await count(sql`
		select count(*)::int as n from (${brought(batches)}) b
		join event e on e.uscc = b.uscc and e.occurred_at = b.occurred_at and e.event_id = b.event_id where e.batch_id <> all(${[...batches]})
	`);
	if (corrected > 0) return refuse('corrected-since', { n: corrected });
	if (kind.effect !== 'registration') return null;
	const had = await count(sql`
		select count(*)::int as n from (${replaced(batches, kind)}) p join (${brought(batches)}) b on b.source_id = p.source_id and b.source_key = p.source_key
	`);
	return had > 0 ? refuse('had-corrected', { n: had }) : null;
}

type TakenBack = {
	readonly ruleId: string; readonly number: number; readonly sourceId: string; readonly kind: KindFacts; readonly batches: readonly string[]; readonly why: string;
};

/** Merges each row as withdrawn, or as it was before the rule's row corrected it. */
async function takeBack(trx: Kysely<DB>, actor: Actor, { ruleId, number, sourceId, kind, batches, why }: TakenBack): Promise<number> {
	const batchId = randomUUID();
	const said = (key: string) => sql`v.content #>> ${`{register,${key}}`}`;
	await sql.raw(createStage).execute(trx);
	await sql`
		insert into stage (line, source_key, hash, uscc, occurred_at, day, received_at, event_id, item, region_code, region_basis, region_own, industry_key, person_key,
			content, withdrawn, name, legal_rep, legal_rep_key, address, address_key, capital_wan, capital_currency, capital_raw, status)
		select row_number() over (order by b.source_key), b.source_key, ${`undone:${batchId.slice(0, 8)}:`} || b.content_hash, v.uscc, v.occurred_at,
			(v.occurred_at at time zone 'Asia/Shanghai')::date, v.received_at, gen_random_uuid(), v.item, v.region_code, v.region_basis, true, v.industry_key, v.person_key,
			v.content - 'register', p.event_id is null or (p.withdrawn and p.folded_into is null), coalesce(${said('name')}, v.content ->> 'name'),
			${said('legal_rep')}, coalesce(${said('legal_rep_key')}, v.person_key), ${said('address')}, ${said('address_key')},
			(${said('capital_wan')})::numeric, ${said('capital_currency')}, ${said('capital_raw')}, ${said('status')}
		from (${brought(batches)}) b
		left join (${replaced(batches, kind)}) p on p.source_id = b.source_id and p.source_key = b.source_key
		join event v on v.uscc = coalesce(p.uscc, b.uscc) and v.occurred_at = coalesce(p.occurred_at, b.occurred_at) and v.event_id = coalesce(p.event_id, b.event_id)
	`.execute(trx);
	const merged = await mergeStage(trx, { kind, sourceId, batchId, history: false, again: false });
	await trx
		.insertInto('intake_batch')
		.values({
			id: batchId, source_id: sourceId, kind: kind.stored, file_name: `撤销规则 ${number}：${why}`.slice(0, 200), state: 'done', mapping: JSON.stringify({ columns: {}, header: [], format: 'csv' }),
			rows: merged.accepted, accepted: merged.accepted, duplicates: 0, versions: merged.versions, rejected: 0, first_day: merged.firstDay, last_day: merged.lastDay,
			actor_id: actor.id, mend_rule_id: ruleId, finished_at: sql<Date>`clock_timestamp()`
		})
		.execute();
	return merged.accepted;
}
