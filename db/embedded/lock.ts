import { readFileSync } from 'node:fs';
import { link, readFile, rename, rm, unlink, writeFile } from 'node:fs/promises';

/** A process, told from a later one that got the same number. */
export type ProcessMark = { readonly pid: number; readonly started: string };

export type Lock = { readonly release: () => Promise<void> };
export type LockResult = { readonly ok: true; readonly lock: Lock } | { readonly ok: false; readonly holder: number };

/** What Linux says about a process (proc(5), fields 2, 3 and 22: ticks since boot at its start); null when there is none. */
export function processStat(pid: number): { readonly command: string; readonly state: string; readonly started: string } | null {
	try {
		const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
		// The command stands in parentheses and may hold blanks and parentheses itself.
		const end = stat.lastIndexOf(')');
		const fields = stat.slice(end + 2).split(' ');
		return { command: stat.slice(stat.indexOf('(') + 1, end), state: fields[0] ?? '', started: fields[19] ?? '' };
	} catch {
		return null;
	}
}

export function markOf(pid: number): ProcessMark {
	return { pid, started: processStat(pid)?.started ?? '' };
}

export function isAlive(mark: ProcessMark): boolean {
	try {
		process.kill(mark.pid, 0);
	} catch (error) {
		const notOurs = error instanceof Error && 'code' in error && error.code === 'EPERM';
		if (!notOurs) return false;
	}
	const stat = processStat(mark.pid);
	if (stat === null) return true;
	return stat.state !== 'Z' && (mark.started === '' || stat.started === mark.started);
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
