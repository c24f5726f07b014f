import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { checkSeal } from '#lib/backup/seal.ts';
import { scheduledBackup } from '#lib/backup/scheduled.server.ts';
import { testFolder } from '../intake/support.ts';
import { testDatabase } from '../support/database.ts';

const settings = { diskStop: 0, diskTell: 0 };
const due = (day: string) => new Date(`${day}T02:10:00+08:00`);

test('makes one backup a night, keeps the newest, and touches nothing else in the folder', async () => {
	await using database = await testDatabase();
	await using base = await testFolder();
	const folder = join(base.path, 'made', 'here');
	const run = (day: string) => scheduledBackup(database.db, { folder, keep: 2, dueAt: due(day), settings });
	expect(await run('2026-11-01')).toMatchObject({ bytes: expect.any(Number), removed: 0 });
	await writeFile(join(folder, 'qianshao-by-hand.backup'), 'mine');
	await run('2026-11-02');
	expect(await run('2026-11-03')).toMatchObject({ removed: 1 });
	expect((await readdir(folder)).sort()).toEqual(['qianshao-2026-11-02-0210.backup', 'qianshao-2026-11-03-0210.backup', 'qianshao-by-hand.backup']);
	expect((await checkSeal(join(folder, 'qianshao-2026-11-03-0210.backup'))).ok).toBe(true);
	// The same run again, after its worker died at the very end.
	expect(await run('2026-11-03')).toMatchObject({ bytes: 0, removed: 0 });
});

test('stops before the folder is full, with words that name what is left, and keeps what is there', async () => {
	await using database = await testDatabase();
	await using base = await testFolder();
	await mkdir(base.path, { recursive: true });
	await writeFile(join(base.path, 'qianshao-2026-11-01-0210.backup'), 'an older one');
	const full = { diskStop: Number.MAX_SAFE_INTEGER, diskTell: 0 };
	await expect(scheduledBackup(database.db, { folder: base.path, keep: 1, dueAt: due('2026-11-02'), settings: full })).rejects.toThrow(/备份目录空间不足.*剩余/);
	expect(await readdir(base.path)).toEqual(['qianshao-2026-11-01-0210.backup']);
});
