import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';

/** The last bytes of a backup: these letters and the SHA-256 of everything before, in hexadecimal. */
const sealMark = 'QSBACKUP';
export const sealBytes = sealMark.length + 64;

export const sealOf = (sha256: string): Buffer => Buffer.from(sealMark + sha256, 'latin1');

export type SealVerdict =
	| { readonly ok: true; readonly bytes: number; readonly sha256: string }
	| { readonly ok: false; readonly reason: 'no-file' | 'incomplete' | 'changed' };

/** Reads a backup from end to end: is all of it there, and as it was written? Every byte of the file counts. */
export async function checkSeal(path: string, progress: (share: number) => void = () => undefined): Promise<SealVerdict> {
	const facts = await stat(path).catch(() => null);
	if (!facts?.isFile()) return { ok: false, reason: 'no-file' };
	const content = facts.size - sealBytes;
	if (content <= 0) return { ok: false, reason: 'incomplete' };
	const seal = await lastBytes(path, content);
	if (!seal.startsWith(sealMark)) return { ok: false, reason: 'incomplete' };
	const hash = createHash('sha256');
	let read = 0;
	for await (const chunk of createReadStream(path, { end: content - 1, highWaterMark: 1024 * 1024 }) as AsyncIterable<Buffer>) {
		hash.update(chunk);
		progress((read += chunk.length) / content);
	}
	const sha256 = hash.digest('hex');
	return seal === sealMark + sha256 ? { ok: true, bytes: facts.size, sha256 } : { ok: false, reason: 'changed' };
}

async function lastBytes(path: string, from: number): Promise<string> {
	const file = await open(path);
	try {
		const { buffer, bytesRead } = await file.read(Buffer.alloc(sealBytes), 0, sealBytes, from);
		return buffer.toString('latin1', 0, bytesRead);
	} finally {
		await file.close();
	}
}
