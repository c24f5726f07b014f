import { randomUUID } from 'node:crypto';
import { basename } from 'node:path';
import type { Kysely } from 'kysely';
import { sql } from 'kysely';
import type pg from 'pg';
import { withClient } from '#db/connection.ts';
import type { DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import { audit, type AuditActor } from '#lib/access/audit.server.ts';
import { check } from '#lib/access/permissions.ts';
import { notFound, type NotAllowed, type NotFound, type OwnWork } from '#lib/access/refuse.ts';
import { databaseClock } from '#lib/calendar/clock.server.ts';
import { dayOf } from '#lib/calendar/days.ts';
import { makeAddressKey } from '#lib/enterprises/address.ts';
import { loadIndustryFinder } from '#lib/industries/industries.server.ts';
import { makeRegionFinder } from '#lib/regions/region-finder.ts';
import { loadCrosswalk, loadRegions } from '#lib/regions/regions.server.ts';
import { refuseWhenFull, type diskState, type DiskFull } from '#lib/settings/disk.ts';
import type { CheckContext } from './check-row.ts';
import { fileRefusal, inspectFile, type FileFacts, type FileRefusal } from '#lib/intake/read/inspect-file.ts';
import type { KindFacts } from '#lib/intake/kinds/kinds.ts';
import { lockKind, offeredKind } from '#lib/intake/kinds/book.server.ts';
import type { Mapping } from './mapping.ts';
import { mergeStage, type Merged, type MergeStep } from '#lib/intake/merge/merge.server.ts';
import { openRows, type OpenedRows } from '#lib/intake/read/open-rows.ts';
import type { IntakeWarning, WarningCode } from './reject-reasons.ts';
import { createStage } from '#lib/intake/merge/stage.ts';
import { stageRows, type Staged } from '#lib/intake/merge/stage-rows.server.ts';
import { kindLabel } from '#lib/intake/labels.ts';
import { refuseForeignKind, rowsOutside, type RowsOutside } from '#lib/sources/promised.server.ts';
import { moveWatermarks } from '#lib/sources/watermarks.server.ts';

export type ImportInput = {
	/** A kind's name: one of ours, or one that an administrator defined. */
	readonly kind: string;
	readonly sourceId: string;
	readonly path: string;
	/** As people know the file; default: the path's last part. */
	readonly fileName?: string;
	/** Null: what is remembered for the source, the rest guessed. */
	readonly mapping: Mapping | null;
	/** Whose right to import is checked; null: the command line and the worker. */
	readonly actor: Actor | null;
	/** Who is noted in the trail when the worker does what somebody asked for. */
	readonly onBehalfOf?: AuditActor | null;
	/** The command line: a source that no administrator has registered may take up a further kind, with a warning. */
	readonly mayAddKind?: boolean;
	/** Everything is done and then undone: the answer is true, the database stays as it was. */
	readonly dryRun?: boolean;
	/** The batch that the upload page made; default: a new one. */
	readonly batchId?: string;
	/** Read as this, whatever the text looks like: for ways in that take one format only. */
	readonly format?: 'ndjson';
	/** Looks at the staged rows before they are merged and may refuse some (`reason`, `message`, `fault_field`; `raw` is there for all). */
	readonly judgeStage?: (trx: Kysely<DB>, kind: KindFacts) => Promise<void>;
	/** Runs in the merge's transaction, at its end: what must not be without it. */
	readonly alongside?: (trx: Kysely<DB>, imported: Imported) => Promise<void>;
	readonly progress?: (done: ImportProgress) => void;
	readonly signal?: AbortSignal;
	/** Tests bring a disk of their own. */
	readonly disk?: typeof diskState;
};

export type ImportProgress = {
	readonly step: 'inspect' | 'read' | 'merge';
	readonly share: number;
	readonly rows: number;
	/** Of the merge. */
	readonly part?: MergeStep;
};

export type Imported = {
	readonly ok: true;
	readonly batchId: string;
	readonly rows: number;
	/** New rows, versions included. */
	readonly accepted: number;
	readonly duplicates: number;
	readonly versions: number;
	readonly rejected: number;
	readonly warnings: readonly IntakeWarning[];
	readonly firstDay: string | null;
	readonly lastDay: string | null;
};

class Undone extends Error {}

const importedSource = ['id', 'name', 'owner_department_id', 'region_code', 'kinds', 'state', 'stopped_reason', 'created_by'] as const;
type ImportedSource = { readonly id: string; readonly region_code: string; readonly kinds: readonly string[] };

/** By how much the database grows with a file: measured, 12 with registrations and 6 with complaints; a sheet is packed to some two fifths. */
const growth = { text: 12, xlsx: 30 } as const;

/**
 * Takes one file in: the whole batch or, whatever happens on the way, nothing. Rows stream through checks into a staging table by
 * COPY and are merged by a few statements; all of it is one transaction.
 */
export async function importFile(db: Kysely<DB>, input: ImportInput): Promise<Imported | FileRefusal | DiskFull | NotAllowed | NotFound | OwnWork> {
	const source = await db.selectFrom('source').select(importedSource).where('id', '=', input.sourceId).executeTakeFirst();
	if (source === undefined) return notFound;
	if (input.actor !== null) {
		const refusal = check(input.actor, 'intake.import', { departmentId: source.owner_department_id });
		if (refusal !== null) return refusal;
	}
	if (source.state === 'stopped') {
		return fileRefusal('source-stopped', `数据源“${source.name}”已停用${source.stopped_reason === null ? '' : `（${source.stopped_reason}）`}，不再接收数据；需要时请由系统管理员恢复使用`);
	}
	const kind = await offeredKind(db, input.kind);
	if ('reason' in kind) return kind;
	const foreign = input.mayAddKind === true && source.created_by === null ? null : refuseForeignKind(source, kind);
	if (foreign !== null) return foreign;
	input.progress?.({ step: 'inspect', share: 0, rows: 0 });
	const seen = await inspectFile(input.path);
	if (!seen.ok) return seen;
	const full = await refuseWhenFull(seen.bytes * (seen.format === 'xlsx' ? growth.xlsx : growth.text), input.disk);
	if (full !== null) return full;
	if (input.format !== undefined && seen.format === 'xlsx') return fileRefusal('not-rows', '这是 XLSX 或压缩文件；此处只接收 NDJSON（每行一个 JSON 对象）');
	const file = { ...seen, format: input.format ?? seen.format };
	const mapping = input.mapping ?? (await rememberedMapping(db, input.sourceId, kind));
	const batchId = input.batchId ?? randomUUID();
	const warnings: Warnings = new Map();
	const context = await checkContext(db, kind, mapping, warnings);
	const opened = await openRows(file);
	if (!opened.ok) return opened;
	let result: Imported | undefined;
	try {
		await withClient(db, ({ client, connection }) =>
			connection.transaction().execute(async (trx) => {
				const refused = await importInto(trx, client, { input, source, kind, file, opened, mapping, batchId, context, warnings });
				if ('reason' in refused) throw refused;
				result = refused;
				if (input.dryRun === true) throw new Undone();
			})
		);
	} catch (error) {
		if (isRefusal(error)) return error;
		if (!(error instanceof Undone)) throw error;
	} finally {
		opened.close();
	}
	return result!;
}

function isRefusal(error: unknown): error is FileRefusal {
	return typeof error === 'object' && error !== null && 'ok' in error && error.ok === false;
}

export type Warnings = Map<WarningCode, { count: number; readonly firstLine: number; readonly example: string }>;

type Work = {
	readonly input: ImportInput;
	readonly source: ImportedSource;
	readonly kind: KindFacts;
	readonly file: FileFacts;
	readonly opened: OpenedRows;
	readonly mapping: Mapping | null;
	readonly batchId: string;
	readonly context: CheckContext;
	readonly warnings: Warnings;
};

async function importInto(trx: Kysely<DB>, client: pg.PoolClient, work: Work): Promise<Imported | FileRefusal> {
	const { input, source, kind, file, opened, mapping, batchId, context, warnings } = work;
	const gone = await lockKind(trx, kind);
	if (gone !== null) return gone;
	await sql.raw(createStage).execute(trx);
	const staged = await stageRows(trx, client, { input, kind, file, opened, mapping, context });
	if (!staged.ok) return staged;
	input.progress?.({ step: 'merge', share: 1, rows: staged.rows });
	await input.judgeStage?.(trx, kind);
	const again = await mergedBefore(trx, input, kind, file, batchMapping(staged, file));
	const begins = (part: MergeStep) => input.progress?.({ step: 'merge', share: 1, rows: staged.rows, part });
	const merged = await mergeStage(trx, { kind, sourceId: input.sourceId, batchId, history: mapping?.history ?? null, again, begins });
	const outside = await rowsOutside(trx, kind, source.region_code);
	const added = await addKind(trx, input, source, kind);
	const all = listOf(warnings, staged, merged, opened, { outside, added });
	const imported: Imported = {
		ok: true, batchId, rows: staged.rows, accepted: merged.accepted, duplicates: merged.duplicates, versions: merged.versions,
		rejected: merged.rejected, warnings: all, firstDay: merged.firstDay, lastDay: merged.lastDay
	};
	// Before the trail is written: whoever waits for a row while holding the trail's end may be waited for.
	await input.alongside?.(trx, imported);
	await recordBatch(trx, input, kind, file, batchId, staged, merged, all);
	await moveWatermarks(trx, { sourceId: input.sourceId, kind: kind.stored, rows: staged.rows, again, ...merged });
	return imported;
}

/** As much as a warning shows; half a character at the cut would be no JSON for the database. */
const beginning = (text: string, characters = 100) => text.slice(0, characters).toWellFormed().replaceAll('\0', '\ufffd');

/** What rows of a kind are judged by, read once for a file. */
export async function checkContext(db: Kysely<DB>, kind: KindFacts, mapping: Mapping | null, warnings: Warnings): Promise<CheckContext> {
	const [regions, crosswalk] = [await loadRegions(db), await loadCrosswalk(db)];
	return {
		kind,
		crosswalk,
		findRegion: makeRegionFinder(regions, crosswalk),
		findIndustry: await loadIndustryFinder(db),
		addressKey: makeAddressKey(regions),
		today: dayOf(await databaseClock(db)()),
		capitalUnit: mapping?.capitalUnit ?? '',
		warn(code, line, example) {
			const known = warnings.get(code);
			if (known === undefined) warnings.set(code, { count: 1, firstLine: line, example: beginning(example) });
			else known.count++;
		}
	};
}

function listOf(
	seen: Warnings, staged: Staged, merged: Merged, { otherSheets, above }: OpenedRows, source: { readonly outside: RowsOutside; readonly added: string | null }
): IntakeWarning[] {
	const list: IntakeWarning[] = [...seen].map(([code, warning]) => ({ code, ...warning }));
	const add = (code: WarningCode, count: number, example: string | null) => count > 0 && list.push({ code, count, firstLine: null, example });
	add('outside-territory', source.outside.rows, beginning(source.outside.places));
	add('kind-added', source.added === null ? 0 : 1, source.added);
	add('enterprise-unknown', merged.unknownEnterprises, null);
	add('nobody-registered', merged.nobodyRegistered, null);
	add('lines-above-header', above.length, beginning(above.join(' / ')));
	add('other-sheets', otherSheets.length, beginning(otherSheets.join('、')));
	// Names, not an example: each is wanted.
	add('column-ignored', staged.unread.length, beginning(staged.unread.join('、'), 1000));
	add('column-twice', staged.doubtful.length, beginning(staged.doubtful.map(({ column, taken }) => `“${column}”（已取“${taken}”）`).join('、'), 1000));
	if (merged.history) add('history', merged.accepted, null);
	if (staged.rows === 0) add('no-rows', 1, null);
	return list.sort((a, b) => b.count - a.count);
}

/** How a file's columns were read, as its batch keeps it. */
function batchMapping({ mapping, columns }: Staged, { format }: FileFacts): string {
	return JSON.stringify({ ...mapping, header: columns, format });
}

/** Whether the source sent the same bytes before, and they were read in the same way. */
async function mergedBefore(trx: Kysely<DB>, input: ImportInput, kind: KindFacts, file: FileFacts, mapping: string): Promise<boolean> {
	const found = await trx
		.selectFrom('intake_batch')
		.select('id')
		.where('source_id', '=', input.sourceId)
		.where('kind', '=', kind.stored)
		.where('file_sha256', '=', file.sha256)
		.where('state', '=', 'done')
		.where(sql<boolean>`mapping = ${mapping}::jsonb`)
		.executeTakeFirst();
	return found !== undefined;
}

async function recordBatch(
	trx: Kysely<DB>, input: ImportInput, facts: KindFacts, file: FileFacts, batchId: string, staged: Staged, merged: Merged, warnings: readonly IntakeWarning[]
): Promise<void> {
	const batch = {
		source_id: input.sourceId,
		kind: facts.stored,
		file_name: input.fileName ?? basename(file.path),
		file_sha256: file.sha256,
		file_bytes: file.bytes,
		state: 'done',
		history: merged.history,
		mapping: batchMapping(staged, file),
		mended: JSON.stringify(staged.mended),
		rows: staged.rows,
		accepted: merged.accepted,
		duplicates: merged.duplicates,
		versions: merged.versions,
		rejected: merged.rejected,
		warnings: JSON.stringify(warnings),
		error: null,
		first_day: merged.firstDay,
		last_day: merged.lastDay,
		actor_id: (input.actor ?? input.onBehalfOf)?.id ?? null,
		finished_at: sql<Date>`clock_timestamp()`
	};
	await trx
		.insertInto('intake_batch')
		.values({ id: batchId, ...batch })
		.onConflict((conflict) => conflict.column('id').doUpdateSet(batch))
		.execute();
	// The same file again: its refused rows stand in the newest batch only, and those that were mended stay so.
	await sql`
		with earlier as (
			select r.batch_id, r.line, r.state, r.rule_id from intake_reject r join intake_batch b on b.id = r.batch_id
			where b.source_id = ${input.sourceId} and b.kind = ${facts.stored} and b.file_sha256 = ${file.sha256} and b.id <> ${batchId}
		), dropped as (
			update intake_reject r set state = 'dropped' from earlier e where r.batch_id = e.batch_id and r.line = e.line and r.state = 'open'
		)
		insert into intake_reject (batch_id, line, reason, message, field, value, raw, state, rule_id)
		select distinct on (s.line) ${batchId}, s.line, s.reason, s.message, s.fault_field, s.fault_value, s.raw,
			case when s.reason = 'ignored' then 'ignored' else coalesce(e.state, 'open') end, case when s.reason = 'ignored' then s.mend_batch else e.rule_id end
		from stage s left join earlier e on e.line = s.line and e.state in ('mended', 'ignored') where s.reason is not null order by s.line
	`.execute(trx);
	// What was mended and taken in is open no more.
	await sql`
		update intake_reject r set state = 'mended' from stage s
		where s.reason is null and s.mend_batch is not null and r.batch_id = s.mend_batch and r.line = s.mend_line and r.state = 'open'
			and exists (select from intake_batch b where b.id = r.batch_id and b.source_id = ${input.sourceId})
	`.execute(trx);
	await audit(trx, input.actor ?? input.onBehalfOf ?? null, {
		action: 'intake.import',
		objectKind: 'intake-batch',
		objectId: batchId,
		detail: { kind: facts.name, source: input.sourceId, sha256: file.sha256, rows: staged.rows, accepted: merged.accepted, rejected: merged.rejected }
	});
}

/** Lets a source that came into being by an import take up a kind; null when it has it. */
async function addKind(trx: Kysely<DB>, input: ImportInput, source: ImportedSource, kind: KindFacts): Promise<string | null> {
	if (source.kinds.includes(kind.stored)) return null;
	await sql`update source set kinds = array_append(kinds, ${kind.stored}) where id = ${source.id} and not ${kind.stored} = any(kinds)`.execute(trx);
	await audit(trx, input.actor ?? input.onBehalfOf ?? null, { action: 'source.change', objectKind: 'source', objectId: source.id, detail: { kindAdded: kind.stored } });
	return kindLabel(kind.stored);
}

/** The mapping that a source's steward settled for a kind; null when none was. */
export async function rememberedMapping(db: Kysely<DB>, sourceId: string, kind: KindFacts): Promise<Mapping | null> {
	const row = await db.selectFrom('source_mapping').select('mapping').where('source_id', '=', sourceId).where('kind', '=', kind.stored).executeTakeFirst();
	return row === undefined ? null : (row.mapping as unknown as Mapping);
}
