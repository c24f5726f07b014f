import type { Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import { cellsOf, csvLine, sniffDelimiter } from '#lib/intake/read/csv.ts';
import type { Format } from '#lib/intake/read/inspect-file.ts';

/** Columns in front of the source's own. A mended file keeps the first two, so that its rows close the rejects they were. */
const rejectColumns = ['#batch', '#line', '#reason', '#message'] as const;

const pageSize = 2_000;

/** UTF-8 with a byte order mark: spreadsheets take it for what it is. */
const byteOrderMark = '\ufeff';

/** The rejects of batches as lines of CSV that can be mended and sent again; several batches have all their columns. */
export async function* rejectLines(db: Kysely<DB>, batchIds: readonly string[]): AsyncGenerator<string> {
	const batches = await db.selectFrom('intake_batch').select(['id', 'mapping']).where('id', 'in', [...batchIds]).execute();
	const shapes = new Map(batches.map((batch) => [batch.id, shapeOf(batch.mapping)]));
	const columns = [...new Set([...shapes.values()].flatMap((shape) => shape.header.filter((name) => !name.startsWith('#'))))];
	// Rows that could not even be taken apart have their text in a column of its own.
	yield `${byteOrderMark}${csvLine([...rejectColumns, ...columns, '#raw'])}\r\n`;
	for (const batchId of batchIds) {
		const shape = shapes.get(batchId);
		if (shape === undefined) continue;
		for (let line = -1; ; ) {
			const page = await db
				.selectFrom('intake_reject')
				.select(['line', 'reason', 'message', 'raw'])
				.where('batch_id', '=', batchId)
				.where('line', '>', line)
				.orderBy('line')
				.limit(pageSize)
				.execute();
			for (const row of page) {
				const cells = cellsByColumn(row.raw, shape);
				yield `${csvLine([batchId, String(row.line), row.reason, row.message, ...columns.map((name) => cells?.get(name) ?? ''), cells === null ? row.raw : ''])}\r\n`;
			}
			if (page.length < pageSize) break;
			line = page.at(-1)!.line;
		}
	}
}

/** How the rows of a batch come apart. */
export type RawShape = { readonly header: readonly string[]; readonly format: Format };

/** What a batch keeps of how its file was read. */
export function shapeOf(mapping: unknown): RawShape {
	const { header, format } = (mapping ?? {}) as Partial<RawShape>;
	return { header: header ?? [], format: format ?? 'csv' };
}

/** The cells of a refused row; null when it does not come apart into the columns it should have. */
export function cellsByColumn(raw: string, { header, format }: RawShape): ReadonlyMap<string, string> | null {
	if (format === 'ndjson') {
		try {
			const object: unknown = JSON.parse(raw);
			if (typeof object !== 'object' || object === null || Array.isArray(object)) return null;
			return new Map(Object.entries(object).map(([key, value]) => [key, typeof value === 'string' ? value : value === null ? '' : JSON.stringify(value)]));
		} catch {
			return null;
		}
	}
	const delimiter = format === 'xlsx' ? ',' : sniffDelimiter(raw);
	for (const candidate of new Set([',', delimiter])) {
		const cells = cellsOf(raw, candidate);
		if (cells.length > 1 && cells.length <= header.length) return new Map(header.map((name, i) => [name, (cells[i] ?? '').replace(/^'(?=[=+\-@])/, '')]));
	}
	return null;
}
