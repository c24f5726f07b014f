import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { bytesText } from '#lib/settings/bytes.ts';
import { diskLevel, diskState, diskText, type DiskProbe } from '#lib/settings/disk.ts';

const from = { dataDir: '/data', diskStop: 2_000, diskTell: 10_000 };

describe('the level of a disk', () => {
	const cases: readonly [free: number, wanted: number, level: string][] = [
		[20_000, 0, 'ok'],
		[10_000, 0, 'ok'],
		[9_999, 0, 'low'],
		[2_000, 0, 'low'],
		[1_999, 0, 'full'],
		[0, 0, 'full'],
		[20_000, 15_000, 'low'],
		[20_000, 18_001, 'full']
	];
	test.each(cases)('%i free, %i wanted: %s', async (free, wanted, level) => {
		expect(diskLevel(free, { stopBelow: 2_000, tellBelow: 10_000 }, wanted)).toBe(level);
		expect(await diskState({ wanted, from, probe: async () => ({ free, total: 50_000 }) })).toMatchObject({ level, free, total: 50_000 });
	});
});

test('the fuller of data folder and embedded database decides', async () => {
	const rooms: Record<string, number> = { '/data': 50_000, '/data/postgres': 500 };
	const probe: DiskProbe = async (path) => ({ free: rooms[path]!, total: 100_000 });
	expect(await diskState({ from, probe })).toMatchObject({ level: 'full', path: '/data/postgres', free: 500 });
});

test('a file system that does not answer stops nothing, and says so', async () => {
	const probe: DiskProbe = async () => Promise.reject(new Error('stale mount'));
	expect(await diskState({ from, probe })).toMatchObject({ level: 'unknown', path: null });
});

test('a limit to tell at below the limit to stop at is raised to it', async () => {
	const probe: DiskProbe = async () => ({ free: 3_000, total: 9_000 });
	expect(await diskState({ from: { dataDir: '/data', diskStop: 2_000, diskTell: 1 }, probe })).toMatchObject({ level: 'ok', tellBelow: 2_000 });
});

test('asks the real file system, also for a folder that is not made yet', async () => {
	const folder = await mkdtemp(join(tmpdir(), 'disk-'));
	try {
		const state = await diskState({ from: { dataDir: join(folder, 'not', 'yet'), diskStop: 0, diskTell: 0 } });
		expect(state.level).toBe('ok');
		expect(state.free).toBeGreaterThan(0);
		expect(state.total).toBeGreaterThanOrEqual(state.free);
	} finally {
		await rm(folder, { recursive: true });
	}
});

test('what people read names what is left, what is kept and what to do', () => {
	expect(diskText({ free: 1.5 * 1024 ** 3, stopBelow: 2 * 1024 ** 3 })).toMatch(/1\.5 GB.*2\.0 GB.*暂停接收.*系统管理员/);
	expect(diskText({ free: 3 * 1024 ** 3, stopBelow: 2 * 1024 ** 3, wanted: 12 * 1024 ** 3 })).toMatch(/3\.0 GB.*2\.0 GB.*约需 12 GB.*暂不能接收/);
	expect([0, 1023, 1024, 35 * 1024 ** 3, 5 * 1024 ** 5].map(bytesText)).toEqual(['0 B', '1023 B', '1.0 KB', '35 GB', '5120 TB']);
});
