import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { once } from 'node:events';
import { finished, pipeline } from 'node:stream/promises';
import type { Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import { regionPrefix } from '#lib/access/scope.ts';
import type { Dataset } from './datasets.ts';
import { makeManifest, type Manifest, type Range, type Written } from './manifest.ts';
import { headOf, jurisdictionOf, readPage } from './read.server.ts';
import { csvHeader, csvLineOf, lineOf, makeTally } from './rows.ts';

type FileFormat = 'ndjson' | 'csv';

const pageRows = 10_000;

/**
 * Writes the rows of a dataset behind `after` to a file, in bounded memory. The file appears under its name when it is complete: it
 * is written beside it, flushed to the disk and renamed. NDJSON begins with the manifest; beside a CSV it stands as `.manifest.json`.
 *
 * @param file what of it is there is replaced.
 * @param upTo last number to write; default: all there are.
 */
export async function writeFile(
	db: Kysely<DB>, wanted: {
		readonly dataset: Dataset; readonly file: string; readonly format: FileFormat; readonly regionCode: string;
		readonly after: number; readonly upTo?: number; readonly at: Date; readonly signal?: AbortSignal;
	}
): Promise<{ readonly manifest: Manifest; readonly bytes: number }> {
	await mkdir(dirname(wanted.file), { recursive: true, mode: 0o700 });
	const part = join(dirname(wanted.file), `.${basename(wanted.file)}.part`);
	const rowsPart = wanted.format === 'ndjson' ? `${part}.rows` : part;
	try {
		const head = wanted.upTo ?? (await headOf(db, wanted.dataset));
		const { through, written } = await writeRows(db, { ...wanted, upTo: head }, rowsPart);
		const range: Range = { after: wanted.after, through, head };
		const jurisdiction = await jurisdictionOf(db, wanted.regionCode);
		const manifest = makeManifest({ dataset: wanted.dataset, jurisdiction, range, at: wanted.at }, written);
		if (wanted.format === 'ndjson') {
			await writeText(part, `${JSON.stringify(manifest)}\n`);
			await pipeline(createReadStream(rowsPart), createWriteStream(part, { flags: 'a', mode: 0o600 }));
		} else {
			await writeText(`${part}.manifest`, `${JSON.stringify(manifest, null, '\t')}\n`);
			await rename(`${part}.manifest`, `${wanted.file}.manifest.json`);
		}
		await toDisk(part);
		await rename(part, wanted.file);
		return { manifest, bytes: (await stat(wanted.file)).size };
	} finally {
		await Promise.all([part, rowsPart, `${part}.manifest`].map((path) => rm(path, { force: true })));
	}
}

async function writeRows(
	db: Kysely<DB>, { dataset, format, regionCode, after, upTo, signal }: Parameters<typeof writeFile>[1] & { readonly upTo: number }, path: string
): Promise<{ readonly through: number; readonly written: Written }> {
	const out = createWriteStream(path, { mode: 0o600 });
	// A full disk is told through the stream; without a listener it would end the process.
	const ended = finished(out);
	ended.catch(() => undefined);
	const tally = makeTally();
	const put = async (text: string) => {
		if (!out.write(text)) await Promise.race([once(out, 'drain'), ended]);
	};
	let through = after;
	try {
		if (format === 'csv') {
			tally.add(csvHeader(dataset), null);
			await put(csvHeader(dataset));
		}
		while (through < upTo) {
			signal?.throwIfAborted();
			const page = await readPage(db, dataset, { after: through, limit: pageRows, regionPrefix: regionPrefix(regionCode), upTo });
			const lines = page.rows.map((row) => {
				const line = format === 'ndjson' ? lineOf(row) : csvLineOf(dataset, row);
				tally.add(line, row);
				return line;
			});
			await put(lines.join(''));
			if (page.through === through) break;
			through = page.through;
		}
	} finally {
		out.end();
		await ended;
	}
	return { through, written: tally.written() };
}

async function writeText(path: string, text: string): Promise<void> {
	const file = await open(path, 'w', 0o600);
	try {
		await file.writeFile(text);
		await file.sync();
	} finally {
		await file.close();
	}
}

async function toDisk(path: string): Promise<void> {
	const file = await open(path, 'r+');
	try {
		await file.sync();
	} finally {
		await file.close();
	}
}
