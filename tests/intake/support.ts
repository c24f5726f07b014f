import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Kysely } from 'kysely';
import { seedReference } from '#db/reference/seed.ts';
import type { DB } from '#db/types.ts';
import { checkCharacter } from '#lib/enterprises/uscc.ts';
import { importFile, type ImportInput, type Imported } from '#lib/intake/import.server.ts';
import { isKind, kinds } from '#lib/intake/kinds/kinds.ts';
import { ensureSource } from '#lib/sources/sources.server.ts';
import { testDatabase, type TestDatabase } from '../support/database.ts';

/** A folder of one's own, gone at the end. */
export async function testFolder(): Promise<AsyncDisposable & { readonly path: string; readonly file: (name: string, content: string | Uint8Array) => Promise<string> }> {
	const path = await mkdtemp(join(tmpdir(), 'qianshao-intake-'));
	return {
		path,
		async file(name, content) {
			await writeFile(join(path, name), content);
			return join(path, name);
		},
		[Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true })
	};
}

/** A database with divisions, industries and calendar. */
export async function referenceDatabase(): Promise<TestDatabase> {
	const database = await testDatabase();
	await seedReference(database.owner);
	return database;
}

/** The i-th of many valid codes of a county. */
export function usccOf(i: number, region = '320412'): string {
	const first = `91${region}MA${String(i).padStart(7, '0')}`;
	return first + checkCharacter(first);
}

export async function importText(
	db: Kysely<DB>, kind: string, content: string | Uint8Array, more: Partial<ImportInput> & { readonly source?: string; readonly name?: string } = {}
) {
	await using folder = await testFolder();
	const path = await folder.file(more.name ?? 'rows.csv', content);
	const source = await ensureSource(db, more.source ?? '测试来源', isKind(kind) ? kinds[kind].stored : kind);
	// Awaited here: the folder is gone once this function has returned.
	return await importFile(db, { kind, sourceId: source.id, path, mapping: null, actor: null, mayAddKind: true, ...more });
}

/** The same for files that must come in. */
export async function imported(...args: Parameters<typeof importText>): Promise<Imported> {
	const result = await importText(...args);
	if (!result.ok) throw new Error(JSON.stringify(result));
	return result;
}
