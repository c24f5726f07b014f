import type { SheetData } from 'write-excel-file/node';
import { formatted, type NumberFormat } from './columns.ts';
import { unitFormat } from './decimals.ts';

export type SheetCell = SheetData[number][number];
export type Sheet = { readonly sheet: string; readonly data: SheetData; readonly columns: { readonly width: number }[] };

/** Text is always written as text: what begins with = + - @ is read by no spreadsheet as a formula, and codes keep their zeros. */
export const text = (value: string, bold = false): SheetCell => ({ value, type: String, ...(bold ? { fontWeight: 'bold' as const } : {}) });

/** Numbers are numbers to their last digit; the format only shows fewer. What is not known is empty, never nought. */
export const number = (value: number | null, format: NumberFormat): SheetCell =>
	value === null ? null : format === 'grade' ? text(formatted(value, format)) : { value, type: Number, format: unitFormat(format) };

export const heads = (labels: readonly string[]): SheetCell[] => labels.map((label) => text(label, true));

export const widths = (...columns: readonly number[]): { readonly width: number }[] => columns.map((width) => ({ width }));
