import { readFile, stat } from 'node:fs/promises';
import { verifyOuter, type Verification } from '#lib/sampling/draw/certificate.ts';
import { wrongUse, type Command } from '../command.ts';

/** A pool of five million objects takes about 190 MB; what is much larger is no certificate. */
const limitBytes = 400 * 1024 * 1024;

async function verifyFile(file: string): Promise<Verification> {
	const text = (await readFile(file, 'utf8')).replace(/^\uFEFF/, '');
	let content: unknown;
	try {
		content = JSON.parse(text);
	} catch {
		return { valid: false, reason: 'not-a-certificate' };
	}
	return verifyOuter(content);
}

export const command: Command = {
	name: 'draw verify',
	summary: 'Repeats a published draw and compares',
	usage: `draw verify FILE

FILE is the outer certificate of a task (JSON). No database and no server are needed; docs/draw.md describes every step, so that
anybody can write a verifier of their own. Exit code 1 when the certificate is not valid; reason says what differs.`,
	async run(_context, args) {
		const [file, ...rest] = args;
		if (file === undefined) return wrongUse('Which file?');
		if (rest.length > 0) return wrongUse(`One file at a time; what is "${rest[0]}"?`);
		const found = await stat(file).catch(() => null);
		if (!found?.isFile()) return { ok: false, reason: `There is no file ${file}.`, summary: { valid: false, reason: 'no-file' } };
		if (found.size > limitBytes) {
			return { ok: false, reason: `${file} is larger than ${limitBytes} bytes.`, summary: { valid: false, reason: 'too-large' } };
		}
		const summary = await verifyFile(file);
		return summary.valid ? { ok: true, summary } : { ok: false, reason: `The draw is not valid: ${summary.reason}`, summary };
	}
};
