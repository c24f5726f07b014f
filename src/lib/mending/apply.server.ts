import { randomUUID } from 'node:crypto';
import { sql, type Kysely } from 'kysely';
import { from as copyFrom } from 'pg-copy-streams';
import type pg from 'pg';
import { pipeline } from 'node:stream/promises';
import { Readable } from 'node:stream';
import { withClient } from '#db/connection.ts';
import type { DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import { audit } from '#lib/access/audit.server.ts';
import { refuse, type NotAllowed, type NotFound, type OwnWork, type Refusal } from '#lib/access/refuse.ts';
import { makeRowCheck } from '#lib/intake/check-row.ts';
import { refused } from '#lib/intake/row/refused.ts';
import { csvLine } from '#lib/intake/read/csv.ts';
import { checkContext, type Warnings } from '#lib/intake/import.server.ts';
import { offeredKind } from '#lib/intake/kinds/book.server.ts';
import type { KindFacts } from '#lib/intake/kinds/kinds.ts';
import { bindMapping, completeMapping, type BoundMapping, type Mapping } from '#lib/intake/mapping.ts';
import { inScope, ownSource, type MendScope } from './groups.server.ts';
import { rememberedMends } from './rules.server.ts';
import { makeMend, mendingCheck, type MendStep } from './mending.ts';
import { mergeStage, type Merged } from '#lib/intake/merge/merge.server.ts';
import { cellsByColumn, shapeOf } from './rejects.server.ts';
import { createStage, stageColumns, stageLine } from '#lib/intake/merge/stage.ts';
import { moveWatermarks } from '#lib/sources/watermarks.server.ts';

/** Rows that one application takes; more are taken by applying the rule again. It runs while somebody waits. */
const rowsAtOnce = 100_000;
const pageSize = 5_000;
/** Rows shown before and after. */
const examplesShown = 8;

export type MendInput = { readonly scope: MendScope; readonly step: MendStep; readonly note: string; readonly remember: boolean };

export type MendOutcome = {
	/** Rows that the rule changes or leaves out, and those it does not touch. */
	readonly touched: number;
	readonly untouched: number;
	readonly ignored: number;
	/** Of the changed ones, by the very checks and merge of an import. */
	readonly accepted: number;
	readonly duplicates: number;
	readonly refused: readonly { readonly reason: string; readonly field: string | null; readonly n: number }[];
	readonly enterprises: number;
	readonly days: number;
	readonly examples: readonly { readonly line: number; readonly cells: readonly { readonly column: string; readonly before: string; readonly after: string }[] }[];
	/** There are more rows than one application takes. */
	readonly more: boolean;
};

type Refused = NotAllowed | NotFound | OwnWork | Refusal<'untouched'> | Refusal<'kind', { readonly message: string }>;

class Previewed extends Error {}

/** What a rule would do: the rows are really judged and merged, and nothing of it is kept. */
export async function previewMend(db: Kysely<DB>, actor: Actor, input: MendInput): Promise<{ readonly ok: true; readonly outcome: MendOutcome } | Refused> {
	const done = await run(db, actor, input, true);
	return done.ok ? { ok: true, outcome: done.outcome } : done;
}

/** Mends the rows of a scope by a rule and takes them in as a batch of their own; all or nothing. */
export async function applyMend(
	db: Kysely<DB>, actor: Actor, input: MendInput
): Promise<{ readonly ok: true; readonly ruleId: string; readonly number: number; readonly outcome: MendOutcome } | Refused> {
	return run(db, actor, input, false);
}

type Done = { readonly ok: true; readonly ruleId: string; readonly number: number; readonly outcome: MendOutcome };

async function run(db: Kysely<DB>, actor: Actor, input: MendInput, preview: boolean): Promise<Done | Refused> {
	const source = await ownSource(db, actor, input.scope.sourceId);
	if (!source.ok) return source;
	const kind = await offeredKind(db, input.scope.kind);
	if ('reason' in kind) return refuse('kind', { message: kind.message });
	let done: Done | Refused | undefined;
	try {
		await withClient(db, ({ client, connection }) =>
			connection.transaction().execute(async (trx) => {
				done = await mendRows(trx, client, { actor, input, kind, departmentId: source.departmentId });
				if (preview || !done.ok) throw new Previewed();
			})
		);
	} catch (error) {
		if (!(error instanceof Previewed)) throw error;
	}
	return done!;
}

type Work = { readonly actor: Actor; readonly input: MendInput; readonly kind: KindFacts; readonly departmentId: string };

async function mendRows(trx: Kysely<DB>, client: pg.PoolClient, work: Work): Promise<Done | Refusal<'untouched'>> {
	const { actor, input: { scope, step, note, remember } } = work;
	const batches = await batchesOf(trx, scope);
	const staged = await stageMended(trx, client, work, batches);
	if (staged.touched === 0) return refuse('untouched');
	const { enterprises, days } = await one<{ enterprises: number; days: number }>(trx, sql`
		select count(distinct coalesce(uscc, name))::int as enterprises, count(distinct coalesce(day, month))::int as days from stage where reason is null
	`);
	const { rows: refusals } = await sql<MendOutcome['refused'][number]>`
		select reason, fault_field as field, count(*)::int as n from stage where reason is not null group by 1, 2 order by n desc
	`.execute(trx);
	const rule = await makeRule(trx, work);
	const changed = staged.touched - staged.ignored;
	const merged = changed === 0 ? { accepted: 0, duplicates: 0, rejected: 0 } : await takeIn(trx, work, rule, staged);
	await sql`
		update intake_reject r set state = m.state, rule_id = ${rule.id} from mending m where r.batch_id = m.batch_id and r.line = m.line
	`.execute(trx);
	if (remember && step.op !== 'edit') {
		await trx.insertInto('mend_entry').values({ rule_id: rule.id, action: 'remember', note, actor_id: actor.id, actor_name: actor.displayName }).execute();
	}
	await audit(trx, actor, {
		action: 'intake.mend', objectKind: 'mend-rule', objectId: rule.id,
		detail: { number: rule.number, ...scope, op: step.op, remember, touched: staged.touched, ignored: staged.ignored, accepted: merged.accepted, rejected: merged.rejected }
	});
	const outcome: MendOutcome = {
		touched: staged.touched, untouched: staged.untouched, ignored: staged.ignored, accepted: merged.accepted, duplicates: merged.duplicates,
		refused: refusals, enterprises, days, examples: staged.examples, more: staged.more
	};
	return { ok: true, ruleId: rule.id, number: rule.number, outcome };
}

/** Merges the mended rows as a batch of their own; what is refused again stands in it, open, with its new reason. */
async function takeIn(
	trx: Kysely<DB>, { actor, input: { scope, note }, kind }: Work, rule: { readonly id: string; readonly number: number }, staged: StagedMend
): Promise<Merged> {
	const batchId = randomUUID();
	const merged = await mergeStage(trx, { kind, sourceId: scope.sourceId, batchId, history: staged.history, again: false });
	const rows = staged.touched - staged.ignored;
	await trx
		.insertInto('intake_batch')
		.values({
			id: batchId, source_id: scope.sourceId, kind: kind.stored, file_name: `规则 ${rule.number}：${note}`.slice(0, 200), state: 'done', history: merged.history,
			mapping: JSON.stringify({ ...staged.mapping, header: staged.header, format: 'csv' }), rows, accepted: merged.accepted, duplicates: merged.duplicates,
			versions: merged.versions, rejected: merged.rejected, first_day: merged.firstDay, last_day: merged.lastDay, actor_id: actor.id,
			mend_rule_id: rule.id, finished_at: sql<Date>`clock_timestamp()`
		})
		.execute();
	await sql`
		insert into intake_reject (batch_id, line, reason, message, field, value, raw, state)
		select ${batchId}, line, reason, message, fault_field, fault_value, raw, 'open' from stage where reason is not null
	`.execute(trx);
	await moveWatermarks(trx, { sourceId: scope.sourceId, kind: kind.stored, rows, again: false, ...merged });
	return merged;
}

async function one<T>(trx: Kysely<DB>, query: ReturnType<typeof sql>): Promise<T> {
	const { rows } = await query.execute(trx);
	return rows[0] as T;
}

/** One rule at a time gets its number ("QSMR"). */
const numberLock = 0x51534d52;

async function makeRule(trx: Kysely<DB>, { actor, input: { scope, step, note }, departmentId }: Work): Promise<{ readonly id: string; readonly number: number }> {
	const id = randomUUID();
	await sql`select pg_advisory_xact_lock(${numberLock})`.execute(trx);
	const { sourceId, kind, reason, field, shape } = scope;
	return one(trx, sql`
		insert into mend_rule (id, number, source_id, kind, step, scope, note, department_id, actor_id, actor_name)
		select ${id}, coalesce(max(number), 0) + 1, ${sourceId}, ${kind}, ${JSON.stringify(step)}::jsonb, ${JSON.stringify({ reason, field, shape })}::jsonb,
			${note}, ${departmentId}, ${actor.id}, ${actor.displayName}
		from mend_rule returning id, number
	`);
}

type Origin = { readonly id: string; readonly mapping: Mapping; readonly header: readonly string[]; readonly format: ReturnType<typeof shapeOf>['format']; readonly history: boolean };

/** The batches that a scope's rows lie in. One whose columns were read as other fields than the newest's has to wait for a rule of its own. */
async function batchesOf(trx: Kysely<DB>, scope: MendScope): Promise<readonly Origin[]> {
	const { rows } = await sql<{ id: string; mapping: unknown; history: boolean }>`
		select b.id, b.mapping, b.history from intake_batch b
		where b.id in (select r.batch_id from intake_reject r join intake_batch b on b.id = r.batch_id where ${inScope(scope)})
		order by b.started_at desc, b.id
	`.execute(trx);
	const read = new Map<string, string | null>();
	return rows.flatMap(({ id, mapping, history }) => {
		const own = { columns: {}, ...(mapping as object) } as Mapping;
		const shape = shapeOf(mapping);
		if (shape.header.some((name) => read.has(name) && read.get(name) !== (own.columns[name] ?? null))) return [];
		for (const name of shape.header) read.set(name, own.columns[name] ?? null);
		return [{ id, mapping: own, ...shape, history }];
	});
}

type StagedMend = {
	readonly touched: number;
	readonly untouched: number;
	readonly ignored: number;
	readonly more: boolean;
	readonly history: boolean;
	readonly header: readonly string[];
	readonly mapping: Mapping;
	readonly examples: MendOutcome['examples'];
};

/** Puts the rows that the step changes into the staging table, judged; and all that it touches into `mending (batch_id, line, state)`. */
async function stageMended(trx: Kysely<DB>, client: pg.PoolClient, work: Work, batches: readonly Origin[]): Promise<StagedMend> {
	const { input: { scope, step }, kind } = work;
	const header = [...new Set(batches.flatMap((batch) => batch.header.filter((name) => !name.startsWith('#'))))];
	const columns = Object.assign({}, ...batches.map((batch) => batch.mapping.columns)) as Mapping['columns'];
	const newest = batches[0]?.mapping;
	const mapping = completeMapping(kind, header, { ...newest, columns });
	const bound = bindMapping(kind, header, mapping);
	const counted = { touched: 0, untouched: 0, ignored: 0, more: false };
	const examples: MendOutcome['examples'][number][] = [];
	const settled = { header, mapping, examples, history: batches.length > 0 && batches.every((batch) => batch.history) };
	await sql.raw(createStage).execute(trx);
	await sql`create temp table mending (batch_id text not null, line integer not null, state text not null) on commit drop`.execute(trx);
	if (!bound.ok) return { ...counted, ...settled };
	const mapped = bound.bound;
	const warnings: Warnings = new Map();
	const judge = mendingCheck<BoundMapping>(await rememberedMends(trx, scope.sourceId, kind.stored), makeRowCheck(await checkContext(trx, kind, mapping, warnings)), refused).check;
	const mend = makeMend(step, header);
	const byId = new Map(batches.map((batch) => [batch.id, batch]));
	const marks: string[] = [];
	let line = 0;

	async function* lines(): AsyncGenerator<string> {
		for await (const page of openRejects(trx, scope, step, batches.map((batch) => batch.id))) {
			let out = '';
			for (const row of page) {
				if (counted.touched >= rowsAtOnce) {
					counted.more = true;
					break;
				}
				const cells = cellsByColumn(row.raw, byId.get(row.batchId)!);
				const before = cells === null ? null : header.map((name) => cells.get(name) ?? '');
				const after = mend(before ?? (step.op === 'edit' ? header.map(() => '') : [row.raw]));
				// A row that does not come apart can be left out by what stands in it, or written by hand; no rule knows its cells.
				if (after === null || (before === null && after !== 'ignored' && step.op !== 'edit')) {
					counted.untouched++;
					continue;
				}
				counted.touched++;
				const staged = after === 'ignored' ? null : judge({ line: line + 1, values: after, raw: csvLine(after), fault: null }, header, mapped);
				const leftOut = staged === null || staged.reason === 'ignored';
				marks.push(`${row.batchId}\t${row.line}\t${leftOut ? 'ignored' : 'mended'}\n`);
				if (examples.length < examplesShown) {
					examples.push({ line: row.line, cells: after === 'ignored' ? [{ column: '', before: row.raw.slice(0, 200), after: '' }] : changedCells(header, before ?? [], after) });
				}
				if (leftOut) {
					counted.ignored++;
					continue;
				}
				line++;
				// Its first columns may name a reject of a file that was mended by hand; that one is not this.
				out += stageLine({ ...staged, mend_batch: null, mend_line: null });
			}
			if (out !== '') yield out;
			if (counted.more) return;
		}
	}
	const rows: string[] = [];
	// Reading and copying share one connection: what is read is kept until it is sent.
	for await (const out of lines()) rows.push(out);
	await pipeline(Readable.from(rows), client.query(copyFrom(`copy stage (${stageColumns.join(', ')}) from stdin`)));
	await pipeline(Readable.from(marks), client.query(copyFrom('copy mending from stdin')));
	return { ...counted, ...settled };
}

function changedCells(header: readonly string[], before: readonly string[], after: readonly string[]) {
	return header.flatMap((column, i) => ((before[i] ?? '') === (after[i] ?? '') ? [] : [{ column, before: before[i] ?? '', after: after[i] ?? '' }]));
}

type OpenReject = { readonly batchId: string; readonly line: number; readonly raw: string };

/** The open rejects of a scope, page by page, locked: two stewards do not mend one row. */
async function* openRejects(trx: Kysely<DB>, scope: MendScope, step: MendStep, batchIds: readonly string[]): AsyncGenerator<readonly OpenReject[]> {
	const which = step.op === 'edit' ? sql<boolean>`r.batch_id = ${step.batchId} and r.line = ${step.line}` : sql<boolean>`true`;
	for (const batchId of batchIds) {
		for (let line = -1; ; ) {
			const { rows } = await sql<OpenReject>`
				select r.batch_id as "batchId", r.line, r.raw from intake_reject r join intake_batch b on b.id = r.batch_id
				where r.batch_id = ${batchId} and r.line > ${line} and ${which} and ${inScope(scope)} order by r.line limit ${pageSize} for update of r
			`.execute(trx);
			if (rows.length > 0) yield rows;
			if (rows.length < pageSize) break;
			line = rows.at(-1)!.line;
		}
	}
}
