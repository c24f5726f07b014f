import { readFileSync } from 'node:fs';
import { link, readFile, rename, rm, unlink, writeFile } from 'node:fs/promises';

/** A process, told from a later one that got the same number. */
export type ProcessMark = { readonly pid: number; readonly started: string };

export type Lock = { readonly release: () => Promise<void> };
export type LockResult = { readonly ok: true; readonly lock: Lock } | { readonly ok: false; readonly holder: number };

/** Ticks since boot at which the process started (Linux, proc(5) field 22); '' where that cannot be read. */
function startedAt(pid: number): string {
	try {
		const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
		// Field 2 is the command in parentheses and may hold blanks itself.
		return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
	} catch {
		return '';
	}
}

export function markOf(pid: number): ProcessMark {
	return { pid, started: startedAt(pid) };
}

export function isAlive(mark: ProcessMark): boolean {
	try {
		process.kill(mark.pid, 0);
	} catch (error) {
		const notOurs = error instanceof Error && 'code' in error && error.code === 'EPERM';
		if (!notOurs) return false;
	}
	const started = startedAt(mark.pid);
	return started === '' || mark.started === '' || started === mark.started;
}

function parseMark(text: string): ProcessMark | null {
	const [pid, started = ''] = text.trim().split(' ');
	const number = Number(pid);
	return Number.isSafeInteger(number) && number > 0 ? { pid: number, started } : null;
}

export async function readMark(file: string): Promise<ProcessMark | null> {
	const text = await readFile(file, 'utf8').catch(() => '');
	return parseMark(text);
}

export function formatMark(mark: ProcessMark): string {
	return `${mark.pid} ${mark.started}\n`;
}

/** Takes a lock file for this process, or says which living process holds it. A dead holder's file is taken over. */
export async function acquireLock(file: string): Promise<LockResult> {
	for (;;) {
		// Linked into place whole, so that nobody reads a lock without a holder.
		const own = `${file}.${process.pid}.${Math.random().toString(36).slice(2)}`;
		await writeFile(own, formatMark(markOf(process.pid)));
		try {
			await link(own, file);
			return { ok: true, lock: { release: () => rm(file, { force: true }) } };
		} catch (error) {
			if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
		} finally {
			await unlink(own);
		}
		const holder = await readMark(file);
		if (holder !== null && isAlive(holder)) return { ok: false, holder: holder.pid };
		await removeStale(file, holder);
	}
}

/** Moves a dead holder's lock away; if another process was quicker and it is a living one's lock by now, puts it back. */
async function removeStale(file: string, dead: ProcessMark | null): Promise<void> {
	const aside = `${file}.stale.${process.pid}`;
	try {
		await rename(file, aside);
	} catch {
		return;
	}
	const moved = await readMark(aside);
	if (moved !== null && moved.pid !== dead?.pid && isAlive(moved)) await link(aside, file).catch(() => undefined);
	await rm(aside, { force: true });
}

/** Waits for a lock that is held for seconds at most. */
export async function waitForLock(file: string, seconds: number): Promise<Lock> {
	const end = Date.now() + seconds * 1000;
	for (;;) {
		const result = await acquireLock(file);
		if (result.ok) return result.lock;
		if (Date.now() > end) throw new Error(`Process ${result.holder} has held ${file} for more than ${seconds} s`);
		await new Promise((resolve) => setTimeout(resolve, 100));
	}
}
