import { refuse, type Refusal } from '#lib/access/refuse.ts';
import { cleanCell, withoutInvisible } from '#lib/intake/cell-values.ts';
import { inspectFile } from '#lib/intake/read/inspect-file.ts';
import { openRows } from '#lib/intake/read/open-rows.ts';
import type { FileRow } from './judge.ts';

export type ReadTable = { readonly ok: true; readonly sha256: string; readonly columns: readonly string[]; readonly rows: readonly FileRow[] };
export type TableRefusal = Refusal<'file-refused', { readonly message: string }> | Refusal<'too-many-rows', { readonly limit: number }>;

/** Reads a small file of rows, XLSX or CSV in UTF-8 or GB18030, as intake reads them. Rows without anything in them are left out. */
export async function readTable(path: string, maxRows: number): Promise<ReadTable | TableRefusal> {
	const file = await inspectFile(path);
	if (!file.ok) return refuse('file-refused', { message: file.message });
	const opened = await openRows(file);
	if (!opened.ok) return refuse('file-refused', { message: opened.message });
	const rows: FileRow[] = [];
	// A sheet's cells are what they are; text files carry what spreadsheets put around them.
	const clean = (cell: string) => withoutInvisible(file.format === 'xlsx' ? cell.trim() : cleanCell(cell));
	try {
		const source = opened.rows();
		for (;;) {
			const { value, done } = await source.next();
			if (done === true) {
				if (value !== undefined) return refuse('file-refused', { message: value.message });
				break;
			}
			for (const row of value) {
				const cells = row.values.map(clean);
				if (row.fault === null && cells.every((cell) => cell === '')) continue;
				if (rows.length >= maxRows) return refuse('too-many-rows', { limit: maxRows });
				// More cells than the header has columns: nobody can tell which is which.
				rows.push({ line: row.line, cells, fault: row.fault !== null || cells.slice(opened.columns.length).some((cell) => cell !== '') });
			}
		}
	} finally {
		opened.close();
	}
	return { ok: true, sha256: file.sha256, columns: opened.columns, rows };
}
