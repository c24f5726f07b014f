import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import { audit } from '#lib/access/audit.server.ts';
import { dayOf, timeOf } from '#lib/calendar/days.ts';
import { diskState, diskText } from '#lib/settings/disk.ts';
import type { Settings } from '#lib/settings/settings.ts';
import { writeBackup } from './write.server.ts';

const fileName = (at: Date): string => `qianshao-${dayOf(at)}-${timeOf(at).replace(':', '')}.backup`;
const ours = /^qianshao-\d{4}-\d\d-\d\d-\d{4}\.backup$/;

/**
 * Makes the backup that is due and takes the oldest of the folder away, so that `keep` of our own naming are left; others' files are
 * not touched. Safe to repeat: a backup of that time that is there already is left as it is.
 */
export async function scheduledBackup(
	db: Kysely<DB>, { folder, keep, dueAt, settings, signal }: {
		readonly folder: string; readonly keep: number; readonly dueAt: Date; readonly settings: Pick<Settings, 'diskStop' | 'diskTell'>; readonly signal?: AbortSignal;
	}
): Promise<{ readonly bytes: number; readonly tables: number; readonly rows: number; readonly removed: number }> {
	// As large as the last one was: better told now than by a full disk that stops the database.
	const wanted = await newestBytes(folder);
	const disk = await diskState({ wanted, from: { ...settings, dataDir: folder } });
	if (disk.level === 'full') throw new Error(`备份目录空间不足：${diskText(disk)}`);
	const made = await writeBackup(db, join(folder, fileName(dueAt)), { signal });
	const { bytes, tables, rows } = made.ok ? made : { bytes: 0, tables: 0, rows: 0 };
	if (made.ok) await audit(db, null, { action: 'backup.make', objectKind: 'backup', objectId: made.sha256, detail: { bytes, rows, sha256: made.sha256 } });
	const old = (await backupsIn(folder)).slice(keep);
	await Promise.all(old.map((name) => rm(join(folder, name), { force: true })));
	return { bytes, tables, rows, removed: old.length };
}

/** Newest first: their names sort by time. */
async function backupsIn(folder: string): Promise<readonly string[]> {
	const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
		if (error.code === 'ENOENT') return [];
		throw error;
	});
	return names.filter((name) => ours.test(name)).sort().reverse();
}

async function newestBytes(folder: string): Promise<number> {
	const [newest] = await backupsIn(folder);
	return newest === undefined ? 0 : (await stat(join(folder, newest))).size;
}
