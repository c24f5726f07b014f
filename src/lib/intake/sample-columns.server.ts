import type { RawRow } from '#lib/intake/read/csv.ts';
import type { Encoding } from '#lib/intake/read/encoding.ts';
import { inspectFile, type FileRefusal, type Format } from '#lib/intake/read/inspect-file.ts';
import { openRows } from '#lib/intake/read/open-rows.ts';

/** Rows shown beside a mapping. */
const sampleRows = 5;
const shownCharacters = 60;

export type Sample = {
	readonly ok: true;
	readonly format: Format;
	readonly encoding: Encoding | null;
	readonly columns: readonly string[];
	/** Sheets that are not read. */
	readonly otherSheets: readonly string[];
	/** First values of a column. */
	readonly valuesOf: (column: string) => readonly string[];
};

/** The columns of a file with their first values. */
export async function sampleColumns(path: string): Promise<Sample | FileRefusal> {
	const file = await inspectFile(path);
	if (!file.ok) return file;
	const opened = await openRows(file);
	if (!opened.ok) return opened;
	const first: RawRow[] = [];
	try {
		for await (const rows of opened.rows()) {
			first.push(...rows.filter((row) => row.fault === null).slice(0, sampleRows - first.length));
			if (first.length >= sampleRows) break;
		}
	} finally {
		opened.close();
	}
	const { columns } = opened;
	return {
		ok: true,
		format: file.format,
		encoding: file.encoding,
		columns,
		otherSheets: opened.otherSheets,
		valuesOf: (column) => first.map((row) => (row.values[columns.indexOf(column)] ?? '').slice(0, shownCharacters))
	};
}
