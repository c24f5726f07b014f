import { gunzipSync } from 'node:zlib';
import { refuse, type Refusal } from '#lib/access/refuse.ts';
import { rowTypes } from './row-types.ts';

/** What one report of warnings may have: a platform's busiest day, not its archive. */
export const reportLimits = { bytes: 4 * 1024 * 1024, lines: 1_000 } as const;

export const reportTypes: readonly string[] = [...rowTypes, 'application/json'];

/** A warning as it was sent, by its line, or in a list by its place; `value` undefined: no JSON. */
type Line = { readonly line: number; readonly value: unknown };

/** Reads a report in memory, within its limits whatever its headers say. Lines that are no JSON are told one by one. */
export async function readReport(
	headers: Headers, pieces: AsyncIterable<Uint8Array>
): Promise<{ readonly ok: true; readonly lines: readonly Line[] } | Refusal<'media-type' | 'content-encoding' | 'too-large' | 'bad-gzip' | 'not-utf8' | 'not-json' | 'empty'>> {
	const type = headers.get('content-type')?.split(';')[0]!.trim().toLowerCase() ?? '';
	if (!reportTypes.includes(type)) return refuse('media-type');
	const encoding = headers.get('content-encoding')?.trim().toLowerCase() || 'identity';
	if (encoding !== 'gzip' && encoding !== 'identity') return refuse('content-encoding');
	const sent: Uint8Array[] = [];
	let bytes = 0;
	for await (const piece of pieces) {
		bytes += piece.length;
		if (bytes > reportLimits.bytes) return refuse('too-large');
		sent.push(piece);
	}
	const unpacked = encoding === 'gzip' ? unzip(Buffer.concat(sent)) : Buffer.concat(sent);
	if (typeof unpacked === 'string') return refuse(unpacked);
	let text: string;
	try {
		text = new TextDecoder('utf-8', { fatal: true }).decode(unpacked);
	} catch {
		return refuse('not-utf8');
	}
	const lines = type === 'application/json' ? listed(text) : lined(text);
	if (lines === null) return refuse('not-json');
	if (lines.length === 0) return refuse('empty');
	return lines.length > reportLimits.lines ? refuse('too-large') : { ok: true, lines };
}

function unzip(packed: Buffer): Buffer | 'too-large' | 'bad-gzip' {
	try {
		return gunzipSync(packed, { maxOutputLength: reportLimits.bytes });
	} catch (error) {
		return error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE' ? 'too-large' : 'bad-gzip';
	}
}

/** One JSON text: an object is one warning, a list several. */
function listed(text: string): Line[] | null {
	const value = parsed(text);
	if (value === undefined || typeof value !== 'object' || value === null) return null;
	return (Array.isArray(value) ? (value as unknown[]) : [value]).map((one, i) => ({ line: i + 1, value: one }));
}

/** One JSON text a line; empty lines count, but say nothing. */
function lined(text: string): Line[] {
	return text.split(/\r?\n/).flatMap((line, i) => (line.trim() === '' ? [] : [{ line: i + 1, value: parsed(line) }]));
}

function parsed(text: string): unknown {
	try {
		return JSON.parse(text) as unknown;
	} catch {
		return undefined;
	}
}
