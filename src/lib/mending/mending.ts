import { addDays, isDay } from '#lib/calendar/days.ts';
import { cleanCell } from '#lib/intake/cell-values.ts';
import type { RawRow } from '#lib/intake/read/csv.ts';
import { excelDate, parseDate } from '#lib/intake/dates.ts';
import { plainHeader } from '#lib/intake/plain-header.ts';
import type { Reject } from '#lib/intake/reject-reasons.ts';
import type { StagedRow } from '#lib/intake/merge/stage.ts';

/** How a column of dates is written that nobody could read without being told. */
export const dateReadings = ['milliseconds', 'seconds', 'excel', 'day-month-year', 'month-day-year', 'minguo'] as const;
export type DateReading = (typeof dateReadings)[number];

/** Which rows are left out: totals at the end, headers that are repeated. */
export const ignoreTests = ['contains', 'equals', 'starts', 'header'] as const;
export type IgnoreTest = (typeof ignoreTests)[number];

/** What a rule does with a row's cells, by the names of the source's columns. */
export type MendStep =
	| { readonly op: 'replace'; readonly column: string; /** Whole cells, old and new. */ readonly pairs: readonly (readonly [string, string])[] }
	| { readonly op: 'date'; readonly column: string; readonly reading: DateReading }
	| { readonly op: 'strip'; readonly column: string; /** Characters that are taken out wherever they stand; blanks at both ends always are. */ readonly characters: string }
	| { readonly op: 'default'; readonly column: string; readonly value: string }
	| { readonly op: 'take'; readonly column: string; readonly from: string }
	| { readonly op: 'unit'; readonly column: string; readonly unit: string }
	| { readonly op: 'ignore'; /** Null: any column. */ readonly column: string | null; readonly test: IgnoreTest; readonly value: string }
	| { readonly op: 'edit'; readonly batchId: string; readonly line: number; readonly cells: Readonly<Record<string, string>> };
export const mendOps = ['replace', 'date', 'strip', 'default', 'take', 'unit', 'ignore'] as const satisfies readonly MendStep['op'][];

/** The cells after a step; null: it does not touch the row; `ignored`: the row is left out. */
type Mended = readonly string[] | 'ignored' | null;

/** Binds a step to the columns of a file. What a step makes it leaves alone when it meets it again. */
export function makeMend(step: MendStep, columns: readonly string[]): (values: readonly string[]) => Mended {
	if (step.op === 'edit') {
		return (values) => set(values, Object.entries(step.cells).flatMap(([column, value]) => (columns.includes(column) ? [[columns.indexOf(column), value] as const] : [])));
	}
	if (step.op === 'ignore') {
		const matches = ignoring(step, columns);
		return (values) => (matches(values) ? 'ignored' : null);
	}
	const at = columns.indexOf(step.column);
	if (at < 0) return () => null;
	const change = changing(step, columns);
	return (values) => {
		const after = change(values[at] ?? '', values);
		return after === null ? null : set(values, [[at, after]]);
	};
}

function set(values: readonly string[], cells: readonly (readonly [number, string])[]): readonly string[] | null {
	const changed = cells.filter(([at, value]) => (values[at] ?? '') !== value);
	if (changed.length === 0) return null;
	const after = [...values];
	for (const [at, value] of changed) {
		while (after.length < at) after.push('');
		after[at] = value;
	}
	return after;
}

type Changing = Exclude<MendStep, { readonly op: 'edit' | 'ignore' }>;

/** The cell as it should be; null where it is not meant. */
function changing(step: Changing, columns: readonly string[]): (cell: string, values: readonly string[]) => string | null {
	switch (step.op) {
		case 'replace': {
			const pairs = new Map(step.pairs.map(([from, to]) => [cleanCell(from), to]));
			return (cell) => pairs.get(cleanCell(cell)) ?? null;
		}
		case 'date':
			return (cell) => readDate(cleanCell(cell), step.reading);
		case 'strip': {
			const characters = new Set(step.characters);
			return (cell) => [...cell].filter((c) => !characters.has(c)).join('').replace(/^[\s\u200b\ufeff]+|[\s\u200b\ufeff]+$/g, '');
		}
		case 'default':
			return (cell) => (cleanCell(cell) === '' ? step.value : null);
		case 'take': {
			const from = columns.indexOf(step.from);
			return (_, values) => (from < 0 || cleanCell(values[from]) === '' ? null : (values[from] ?? null));
		}
		case 'unit':
			return (cell) => (/^[\d.,，]+$/.test(cleanCell(cell).normalize('NFKC')) ? `${cleanCell(cell)}${step.unit}` : null);
	}
}

function ignoring(step: Extract<MendStep, { readonly op: 'ignore' }>, columns: readonly string[]): (values: readonly string[]) => boolean {
	if (step.test === 'header') {
		const names = columns.map(plainHeader);
		// Half of what is filled in stands under its own name.
		return (values) => {
			const filled = values.flatMap((value, i) => (value.trim() === '' ? [] : [plainHeader(value) === names[i]]));
			return filled.length > 0 && 2 * filled.filter(Boolean).length >= filled.length;
		};
	}
	const says = (cell: string) => step.test === 'equals' ? cell === step.value : step.test === 'starts' ? cell.startsWith(step.value) : cell.includes(step.value);
	const at = step.column === null ? null : columns.indexOf(step.column);
	return (values) => (at === null ? values.some((value) => says(cleanCell(value))) : at >= 0 && says(cleanCell(values[at])));
}

const shanghaiMilliseconds = 8 * 3_600_000;

/** Reads a cell in a way that somebody said it is written; null when it is not written so. */
function readDate(cell: string, reading: DateReading): string | null {
	const plain = cell.normalize('NFKC').trim();
	// What is a date already stays one: a rule is about the others, in later files as well.
	if (parseDate(plain).ok) return null;
	const written = writtenDate(plain, reading);
	return written !== null && parseDate(written).ok ? written : null;
}

function writtenDate(plain: string, reading: DateReading): string | null {
	switch (reading) {
		case 'milliseconds':
			// From 2001 on all have thirteen digits; fewer are seconds, or a number of something else.
			return /^\d{13}(\.0+)?$/.test(plain) ? instant(Number(plain)) : null;
		case 'seconds':
			return /^\d{10}(\.0+)?$/.test(plain) ? instant(Number(plain) * 1000) : null;
		case 'excel':
			// 1927 to 2173: shorter numbers are years or counts.
			return /^\d{5}(\.\d+)?$/.test(plain) ? excelDate(Number(plain), false) : null;
		case 'minguo': {
			const match = /^(?:民国|中华民国)?\s*(\d{1,3})[年./-](\d{1,2})[月./-](\d{1,2})日?(.*)$/.exec(plain);
			return match === null ? null : written(Number(match[1]) + 1911, match[2]!, match[3]!, match[4]!);
		}
		case 'day-month-year':
		case 'month-day-year': {
			const match = /^(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4})(.*)$/.exec(plain);
			if (match === null) return null;
			const [day, month] = reading === 'day-month-year' ? [match[1]!, match[2]!] : [match[2]!, match[1]!];
			return written(Number(match[3]), month, day, match[4]!);
		}
	}
}

function instant(milliseconds: number): string | null {
	const at = new Date(milliseconds + shanghaiMilliseconds);
	if (Number.isNaN(at.getTime())) return null;
	const text = at.toISOString();
	return text.slice(11, 19) === '00:00:00' ? text.slice(0, 10) : `${text.slice(0, 10)} ${text.slice(11, 19)}`;
}

function written(year: number, month: string, day: string, rest: string): string | null {
	const text = `${String(year).padStart(4, '0')}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
	return isDay(text) && addDays(text, 0) === text ? `${text}${rest}` : null;
}

/** A rule of a source that is applied to each of its files. */
export type RememberedMend = { readonly id: string; readonly number: number; readonly step: MendStep };
type RowCheck<Bound> = (row: RawRow, columns: readonly string[], bound: Bound) => StagedRow;

function ignoredReject(number: number): Reject {
	return { reason: 'ignored', field: null, message: `按规则 ${number} 略过；原文保留，撤销规则后可重新处理` };
}

/**
 * Mends rows before they are judged. The raw text stays what the source sent.
 *
 * @param refuse makes the staged row of one that is left out
 */
export function mendingCheck<Bound>(
	rules: readonly RememberedMend[], check: RowCheck<Bound>, refuse: (row: RawRow, reject: Reject) => StagedRow
): { readonly check: RowCheck<Bound>; readonly counts: () => { readonly rule: string; readonly rows: number }[] } {
	const counts = new Map<string, number>();
	if (rules.length === 0) return { check, counts: () => [] };
	let bound: { readonly of: number; readonly mends: readonly ((values: readonly string[]) => Mended)[] } | null = null;
	const count = (rule: RememberedMend) => counts.set(rule.id, (counts.get(rule.id) ?? 0) + 1);
	return {
		counts: () => [...counts].map(([rule, rows]) => ({ rule, rows })),
		check(row, columns, mapping) {
			if (row.fault !== null) return check(row, columns, mapping);
			if (bound === null || bound.of !== columns.length) bound = { of: columns.length, mends: rules.map(({ step }) => makeMend(step, columns)) };
			let { values } = row;
			for (const [i, mend] of bound.mends.entries()) {
				const rule = rules[i]!;
				const after = mend(values);
				if (after === null) continue;
				count(rule);
				if (after === 'ignored') return { ...refuse(row, ignoredReject(rule.number)), mend_batch: rule.id };
				values = after;
			}
			return check(values === row.values ? row : { ...row, values }, columns, mapping);
		}
	};
}
