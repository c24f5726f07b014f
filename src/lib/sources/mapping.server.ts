import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { sql, type Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import { audit } from '#lib/access/audit.server.ts';
import { check } from '#lib/access/permissions.ts';
import { notFound, type NotAllowed, type NotFound, type OwnWork } from '#lib/access/refuse.ts';
import { visibleSource } from '#lib/intake/batches.server.ts';
import { rememberedMapping } from '#lib/intake/import.server.ts';
import { fileRefusal, type FileRefusal } from '#lib/intake/read/inspect-file.ts';
import { offeredKind } from '#lib/intake/kinds/book.server.ts';
import type { KindFacts } from '#lib/intake/kinds/kinds.ts';
import { bindMapping, completeMapping, doubtfulColumns, type Mapping } from '#lib/intake/mapping.ts';
import { sampleColumns } from '#lib/intake/sample-columns.server.ts';

type Refused = NotAllowed | NotFound | OwnWork;

/** A source whose mapping somebody may settle, and the kind it is for. */
async function settled(db: Kysely<DB>, actor: Actor, sourceId: string, kindName: string): Promise<{ readonly ok: true; readonly kind: KindFacts } | Refused | FileRefusal> {
	const source = await db.selectFrom('source as s').select('s.owner_department_id as departmentId').where('s.id', '=', sourceId).where(visibleSource(actor)).executeTakeFirst();
	if (source === undefined) return notFound;
	const refusal = check(actor, 'intake.map', { departmentId: source.departmentId });
	if (refusal !== null) return refusal;
	const kind = await offeredKind(db, kindName);
	return 'reason' in kind ? kind : { ok: true, kind };
}

/** Keeps a source's mapping of a kind for the next file; whoever calls has asked whether the actor may. */
export async function keepMapping(
	trx: Kysely<DB>, actor: Actor, sourceId: string, kind: KindFacts, mapping: Mapping, origin: 'upload' | 'editor'
): Promise<void> {
	const row = { mapping: JSON.stringify(mapping), changed_by: actor.id, changed_at: sql<Date>`now()`, origin };
	await trx
		.insertInto('source_mapping')
		.values({ source_id: sourceId, kind: kind.stored, ...row })
		.onConflict((clash) =>
			clash.columns(['source_id', 'kind']).doUpdateSet({ mapping: row.mapping, changed_by: actor.id, origin, changed_at: sql<Date>`excluded.changed_at` })
		)
		.execute();
	await audit(trx, actor, { action: 'intake.map', objectKind: 'source', objectId: sourceId, detail: { kind: kind.name, columns: mapping.columns, origin } });
}

export type MappedColumn = {
	readonly name: string;
	readonly field: string | null;
	readonly keep: boolean;
	/** `settled`: somebody said so. `guessed`: by its header. */
	readonly from: 'settled' | 'guessed';
	readonly values: readonly string[];
	/** The column that was taken for what this one means as well. */
	readonly taken: string | null;
};

/** Columns with the field of each: those of the sample, else those that were settled before. */
export type MappingDraft = { readonly ok: true; readonly kind: KindFacts; readonly mapping: Mapping; readonly columns: readonly MappedColumn[] };

function draftOf(kind: KindFacts, remembered: Mapping | null, names: readonly string[], valuesOf: (column: string) => readonly string[]): MappingDraft {
	const mapping = completeMapping(kind, names, remembered);
	const doubts = new Map(doubtfulColumns(kind, names, mapping, remembered).map(({ column, taken }) => [column, taken]));
	const columns = names.filter((name) => !name.startsWith('#')).map((name): MappedColumn => ({
		name,
		field: mapping.columns[name] ?? null,
		keep: mapping.keep?.includes(name) ?? false,
		from: remembered !== null && Object.hasOwn(remembered.columns, name) ? 'settled' : 'guessed',
		values: valuesOf(name),
		taken: doubts.get(name) ?? null
	}));
	return { ok: true, kind, mapping, columns };
}

/** The mapping of a source's kind as it was settled; without columns where it never was. */
export async function readMapping(db: Kysely<DB>, actor: Actor, sourceId: string, kindName: string): Promise<MappingDraft | Refused | FileRefusal> {
	const found = await settled(db, actor, sourceId, kindName);
	if (!found.ok) return found;
	const remembered = await rememberedMapping(db, sourceId, found.kind);
	return draftOf(found.kind, remembered, Object.keys(remembered?.columns ?? {}), () => []);
}

/** Largest sample; a header and a few rows are enough. */
const sampleBytes = 8 * 1024 * 1024;

/** The mapping of a sample's columns: what was settled before counts, the rest is guessed. The sample itself is not kept. */
export async function mapSample(
	db: Kysely<DB>, actor: Actor, sourceId: string, kindName: string, sample: { readonly body: Readable; readonly bytes: number }, dataDir: string
): Promise<MappingDraft | Refused | FileRefusal> {
	const found = await settled(db, actor, sourceId, kindName);
	if (!found.ok) return found;
	if (sample.bytes > sampleBytes) {
		return fileRefusal('too-large', `样本文件有 ${(sample.bytes / 1024 / 1024).toFixed(1)} MiB，最大 ${sampleBytes / 1024 / 1024} MiB；请截取表头和前几行，或直接粘贴表头`);
	}
	const folder = join(dataDir, 'uploads');
	await mkdir(folder, { recursive: true, mode: 0o700 });
	const path = join(folder, `sample-${randomUUID()}`);
	try {
		await pipeline(sample.body, createWriteStream(path, { mode: 0o600 }));
		const columns = await sampleColumns(path);
		if (!columns.ok) return columns;
		return draftOf(found.kind, await rememberedMapping(db, sourceId, found.kind), columns.columns, columns.valuesOf);
	} finally {
		await rm(path, { force: true });
	}
}

/** Settles the mapping of a source's kind without a file; refused while a required field has no column. */
export async function saveMapping(
	db: Kysely<DB>, actor: Actor, sourceId: string, kindName: string, mapping: Mapping
): Promise<{ readonly ok: true } | Refused | FileRefusal> {
	const found = await settled(db, actor, sourceId, kindName);
	if (!found.ok) return found;
	const bound = bindMapping(found.kind, Object.keys(mapping.columns), mapping);
	if (!bound.ok) return bound;
	await db.transaction().execute((trx) => keepMapping(trx, actor, sourceId, found.kind, mapping, 'editor'));
	return { ok: true };
}
