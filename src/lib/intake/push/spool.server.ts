import { createWriteStream } from 'node:fs';
import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Transform, type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { refuse, type Refusal } from '#lib/access/refuse.ts';
import { limits } from '#lib/intake/limits.ts';

/** Limits of one batch. */
export const pushLimits = {
	/** Bytes of the body as it is sent, packed or not. */
	sentBytes: 64 * 1024 * 1024,
	/** Bytes after unpacking: 64 MiB of rows that were packed to an eighth, as NDJSON usually is. */
	unpackedBytes: 512 * 1024 * 1024
} as const;

export type SpoolFault = 'too-large' | 'unpacked-too-large' | 'bad-gzip' | 'cut-off' | 'queue-full';

/** Ends a stream with a refusal. Lives in this file only. */
class Stopped extends Error {
	readonly fault: SpoolFault;
	constructor(fault: SpoolFault) {
		super(fault);
		this.fault = fault;
	}
}

const zlibFault = /^(Z_|ERR_BUFFER_TOO_LARGE)/;
const folderOf = (dataDir: string) => join(dataDir, 'pushed');

/**
 * Writes a body to disk as it comes, unpacked, in bounded memory. The limits hold whatever its headers say: a gzip bomb ends at the
 * first byte too many.
 *
 * @param hold told of every piece before it is written; false stops.
 */
export async function spoolBody(
	dataDir: string, id: string, body: Readable, gzip: boolean, hold: (bytes: number) => boolean
): Promise<{ readonly ok: true; readonly path: string } | Refusal<SpoolFault>> {
	const path = join(folderOf(dataDir), id);
	await mkdir(folderOf(dataDir), { recursive: true, mode: 0o700 });
	let sent = 0;
	let written = 0;
	const asSent = new Transform({
		transform(chunk: Buffer, _, done) {
			sent += chunk.length;
			done(sent > pushLimits.sentBytes ? new Stopped('too-large') : null, chunk);
		}
	});
	const unpacked = new Transform({
		transform(chunk: Buffer, _, done) {
			written += chunk.length;
			const bomb = written > limits.unzipGraceBytes && written > sent * limits.unzipRatio;
			if (written > pushLimits.unpackedBytes || bomb) return done(new Stopped('unpacked-too-large'));
			done(hold(chunk.length) ? null : new Stopped('queue-full'), chunk);
		}
	});
	const out = createWriteStream(path, { mode: 0o600 });
	try {
		if (gzip) await pipeline(body, asSent, createGunzip(), unpacked, out);
		else await pipeline(body, asSent, unpacked, out);
		return { ok: true, path };
	} catch (error) {
		await dropSpooled(path);
		if (error instanceof Stopped) return refuse(error.fault);
		const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
		if (zlibFault.test(code)) return refuse('bad-gzip');
		// The sender broke off, or said another length than it sent. What the disk refuses is ours.
		if (/^E(NOSPC|DQUOT|IO|ROFS|ACCES)$/.test(code)) throw error;
		return refuse('cut-off');
	}
}

export async function dropSpooled(path: string): Promise<void> {
	await rm(path, { force: true });
}

/** Bodies of a process that died: nobody was told that they had arrived, so their senders send them again. */
const forgottenMs = 6 * 60 * 60_000;

/** Deletes what ended processes left behind. */
export async function dropForgottenBodies(dataDir: string, now: Date): Promise<number> {
	const names = await readdir(folderOf(dataDir)).catch(() => []);
	let dropped = 0;
	for (const name of names) {
		const path = join(folderOf(dataDir), name);
		const facts = await stat(path).catch(() => null);
		if (facts === null || now.getTime() - facts.mtimeMs < forgottenMs) continue;
		await dropSpooled(path);
		dropped++;
	}
	return dropped;
}
