/** Why an exchange table is not read any further. Nothing is lost meanwhile: the mark stays where it was. */
export const exchangeProblems = [
	'no-connection', 'file-open', 'unreachable', 'login-refused', 'table-missing', 'no-privilege', 'columns-changed', 'high-missing', 'high-type', 'refused', 'disk-full', 'read-failed'
] as const;
export type ExchangeProblem = (typeof exchangeProblems)[number];

/** Names of connections: `EXCHANGE_URL_PERMIT_OFFICE` and `exchanges/permit-office.url` are `permit-office`. */
export const connectionName = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;

/** Column → type, as PostgreSQL writes it: `{ "id": "bigint", "changed_at": "timestamp without time zone" }`. */
export type Columns = Readonly<Record<string, string>>;

type HighKind = 'number' | 'time';

/** What a column's values are as a mark that only grows; null when they cannot be one. */
export function highKindOf(type: string): HighKind | null {
	if (/^(smallint|integer|bigint|numeric(\(.*\))?)$/.test(type)) return 'number';
	if (/^(date|timestamp(\(\d\))? with(out)? time zone)$/.test(type)) return 'time';
	return null;
}

type ColumnChange = { readonly column: string; readonly was: string; readonly is: string | null };

/** Columns that are gone or have become another type. New ones are no change: they are read along. */
export function columnChanges(settled: Columns, now: Columns): ColumnChange[] {
	return Object.entries(settled)
		.filter(([column, type]) => now[column] !== type)
		.map(([column, was]) => ({ column, was, is: now[column] ?? null }));
}

/** An identifier as SQL takes it, whatever it holds. */
export function quoted(name: string): string {
	return `"${name.replaceAll('"', '""')}"`;
}

/**
 * The query of one pull: rows from a little before the mark on, in the mark's order, every value as text. `$1` is the mark (null on
 * the first pull). The first column is the row's mark, the second whether it lies beyond `$1`.
 *
 * The overlap is for rows whose transaction was committed after later ones had been read; those known already are duplicates.
 */
export function pullQuery(table: { readonly schema: string; readonly table: string; readonly high: string }, columns: Columns, overlap: number): string {
	// Always with its table: a bare name in ORDER BY means the column of the answer, which is text, and 99 would come after 100.
	const high = `t.${quoted(table.high)}`;
	const type = columns[table.high]!;
	const mark = `$1::text::${type}`;
	const from = highKindOf(type) === 'number' ? `${mark} - ${overlap}` : `${mark} - interval '${overlap} minutes'`;
	const values = Object.keys(columns).map((column) => `t.${quoted(column)}::text`);
	return `select ${high}::text, ($1::text is null or ${high} > ${mark}), ${values.join(', ')} from ${quoted(table.schema)}.${quoted(table.table)} t
		where ${high} is not null and ($1::text is null or ${high} >= ${from}) order by ${high}`;
}

/** A row of the pull as a line of NDJSON: all columns under their own names. */
export function rowLine(names: readonly string[], values: readonly (string | null)[]): string {
	const row: Record<string, string | null> = {};
	names.forEach((name, i) => (row[name] = values[i] ?? null));
	return `${JSON.stringify(row)}\n`;
}
