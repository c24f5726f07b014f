import { stat, statfs } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { refuse, type Refusal } from '#lib/access/refuse.ts';
import { bytesText } from './bytes.ts';
import { settings, type Settings } from './settings.ts';

/** `low`: people are told. `full`: nothing more is taken in, so that the database keeps room to go on. `unknown`: nobody can say. */
export type DiskLevel = 'ok' | 'low' | 'full' | 'unknown';

/** Room on one file system, in bytes. `free` is what an ordinary user may still write. */
export type DiskSpace = { readonly free: number; readonly total: number };

export type DiskState = {
	readonly level: DiskLevel;
	/** The folder whose file system has least room; null when none could be looked at. */
	readonly path: string | null;
	readonly free: number;
	readonly total: number;
	/** Below this nothing is taken in. */
	readonly stopBelow: number;
	/** Below this people are told. */
	readonly tellBelow: number;
	/** Bytes that were about to be written; the level counts them as gone. */
	readonly wanted?: number;
};

type Limits = Pick<DiskState, 'stopBelow' | 'tellBelow'>;

/** How a folder's room is found out; tests bring their own. */
export type DiskProbe = (path: string) => Promise<DiskSpace>;

/** The level of a room, of which `wanted` bytes are about to be taken. */
export function diskLevel(free: number, { stopBelow, tellBelow }: Limits, wanted = 0): 'ok' | 'low' | 'full' {
	if (free - wanted < stopBelow) return 'full';
	return free - wanted < tellBelow ? 'low' : 'ok';
}

/**
 * The state of the file systems that data comes to rest on: DATA_DIR, and the embedded database below it, which may be a mount of
 * its own. A database elsewhere watches its own disk. Ask before anything is taken in.
 *
 * @param wanted bytes that are about to be written, as far as the sender says.
 *
 * @example
 * const disk = await diskState({ wanted: contentLength });
 * if (disk.level === 'full') return fileRefusal('disk-full', diskText(disk));
 */
export async function diskState(
	{ wanted = 0, from = settings(), probe = fileSystem }: {
		readonly wanted?: number;
		readonly from?: Pick<Settings, 'dataDir' | 'diskStop' | 'diskTell'>;
		readonly probe?: DiskProbe;
	} = {}
): Promise<DiskState> {
	const limits: Limits = { stopBelow: from.diskStop, tellBelow: Math.max(from.diskTell, from.diskStop) };
	const folders = [resolve(from.dataDir), resolve(from.dataDir, 'postgres')];
	const rooms = await Promise.all(folders.map((path) => probe(path).then((space) => ({ path, ...space }), () => null)));
	const [tightest] = rooms.filter((room) => room !== null).sort((a, b) => a.free - b.free);
	// Where a file system does not answer, stopping everything would be worse than what is feared.
	if (tightest === undefined) return { level: 'unknown', path: null, free: 0, total: 0, ...limits };
	return { level: diskLevel(tightest.free, limits, wanted), ...tightest, ...limits, wanted };
}

/** Asks the file system; for a folder that is not made yet the one it will be made in. */
async function fileSystem(path: string): Promise<DiskSpace> {
	const { bavail, blocks, bsize } = await statfs(await existing(path));
	return { free: bavail * bsize, total: blocks * bsize };
}

async function existing(path: string): Promise<string> {
	const there = await stat(path).catch(() => null);
	return there !== null || dirname(path) === path ? path : existing(join(path, '..'));
}

/** Nothing is taken in: `message` says it to a person. What was sent is kept by who sent it. */
export type DiskFull = Refusal<'disk-full', { readonly message: string; readonly disk: DiskState }>;

/** The refusal of what would need so many bytes; null while there is room. */
export async function refuseWhenFull(wanted: number, state: typeof diskState = diskState): Promise<DiskFull | null> {
	const disk = await state({ wanted });
	return disk.level === 'full' ? refuse('disk-full', { message: diskText(disk), disk }) : null;
}

/** What to tell who wants to bring something in while the disk is full: what is left, what is kept, what to do. */
export function diskText({ free, stopBelow, wanted = 0 }: Pick<DiskState, 'free' | 'stopBelow' | 'wanted'>): string {
	const short = free < stopBelow ? '，已暂停接收数据' : `，本次数据约需 ${bytesText(wanted)}，暂不能接收`;
	return `服务器磁盘剩余 ${bytesText(free)}，为保证数据库继续运行须保留 ${bytesText(stopBelow)}${short}。数据没有丢失，也没有处理；请联系系统管理员清理磁盘后重新提交`;
}
