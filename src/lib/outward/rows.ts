import { createHash } from 'node:crypto';
import { csvLine } from '#lib/intake/read/csv.ts';
import { columnsOf, type Dataset } from './datasets.ts';
import type { Manifest, Written } from './manifest.ts';

/** A row of the log. `content` is the JSON object of the row's own fields, not empty. */
export type LoggedRow = {
	readonly seq: number;
	readonly revises: number | null;
	readonly withdrawn: boolean;
	readonly period: string;
	readonly loggedAt: Date;
	readonly content: string;
};

/** The line of a row: the same row always gives the same bytes. */
export function lineOf({ seq, revises, withdrawn, loggedAt, content }: LoggedRow): string {
	return `{"seq":${seq},"revises":${revises},"withdrawn":${withdrawn},"loggedAt":"${loggedAt.toISOString()}",${content.slice(1)}\n`;
}

/** UTF-8 with a byte order mark: spreadsheets take it for what it is. */
const byteOrderMark = '\ufeff';

/** The first line of a CSV: the Chinese titles. */
export function csvHeader(dataset: Dataset): string {
	return `${byteOrderMark}${csvLine(columnsOf(dataset).map(({ title }) => title))}\r\n`;
}

/** The line of a row in a CSV; `csvLine` keeps spreadsheets from computing what it holds. */
export function csvLineOf(dataset: Dataset, row: LoggedRow): string {
	const values = JSON.parse(lineOf(row)) as Record<string, string | number | boolean | null>;
	return `${csvLine(columnsOf(dataset).map(({ name }) => String(values[name] ?? '')))}\r\n`;
}

/** Adds up what a manifest says about its rows while they are written. */
export function makeTally(): { readonly add: (text: string, row: LoggedRow | null) => void; readonly written: () => Written } {
	const hash = createHash('sha256');
	let [rows, first, last, period]: [number, number | null, number | null, Manifest['period']] = [0, null, null, null];
	return {
		add(text, row) {
			hash.update(text);
			if (row === null) return;
			rows++;
			first ??= row.seq;
			last = row.seq;
			if (period === null) period = { first: row.period, last: row.period };
			else if (row.period < period.first) period = { ...period, first: row.period };
			else if (row.period > period.last) period = { ...period, last: row.period };
		},
		written: () => ({ rows, sha256: hash.digest('hex'), first, last, period })
	};
}
