import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Actor } from '#lib/access/actor.ts';
import type { Register } from './registers.ts';

/** Files that nobody confirmed are thrown away after so many hours. */
const keepHours = 24;

const folderOf = (dataDir: string) => join(dataDir, 'uploads', 'registers');

/** Whose it is and what for is part of the name: nobody opens a file of somebody else, or another register's. */
function pathOf(dataDir: string, actor: Actor, register: Register, id: string): string | null {
	if (!/^[0-9a-f-]{36}$/.test(id)) return null;
	return join(folderOf(dataDir), `${register}-${createHash('sha256').update(actor.id).digest('hex').slice(0, 16)}-${id}`);
}

/** Keeps a file until it is confirmed. @returns its id. */
export async function keepFile(dataDir: string, actor: Actor, register: Register, bytes: Uint8Array): Promise<string> {
	const folder = folderOf(dataDir);
	await mkdir(folder, { recursive: true, mode: 0o700 });
	for (const name of await readdir(folder)) {
		const path = join(folder, name);
		const facts = await stat(path).catch(() => null);
		if (facts !== null && facts.mtimeMs < Date.now() - keepHours * 3_600_000) await rm(path, { force: true });
	}
	const id = randomUUID();
	await writeFile(pathOf(dataDir, actor, register, id)!, bytes, { mode: 0o600 });
	return id;
}

/** Where a kept file of this person for this register stands; null: there is none (any more). */
export async function waitingFile(dataDir: string, actor: Actor, register: Register, id: string): Promise<string | null> {
	const path = pathOf(dataDir, actor, register, id);
	return path !== null && (await stat(path).catch(() => null))?.isFile() === true ? path : null;
}

/** Throws a kept file away. */
export async function dropFile(dataDir: string, actor: Actor, register: Register, id: string): Promise<void> {
	const path = pathOf(dataDir, actor, register, id);
	if (path !== null) await rm(path, { force: true });
}
