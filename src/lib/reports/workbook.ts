import writeXlsxFile, { type SheetData } from 'write-excel-file/node';
import { decimals, sheetFormat } from '#lib/risk-map/decimals.ts';
import { text, type SheetCell } from '#lib/risk-map/sheet-cells.ts';
import type { Cell, Column, Content, Table } from './content.ts';
import { tablesOf } from './content.ts';
import { snapshotText } from './snapshot-text.ts';

export type BookPaper = {
	readonly content: Content;
	readonly number: string | null;
	readonly mark: string;
	readonly classNotice: string;
	readonly limits: string;
	readonly taken: string;
};

/** All tables of a report and its figures, a sheet each; numbers are numbers, codes are text, what is not known is empty. */
export function workbook(paper: BookPaper): Promise<Buffer> {
	const { content } = paper;
	const said = content.sections.flatMap(({ title, figures: own }) => own.map((one) => ({ ...one, title })));
	const figures: Table = {
		key: 'figures', title: '文中数据', note: '', columns: [{ label: '章节', kind: 'text' }, { label: '数据', kind: 'text' }, { label: '数值', kind: 'number' }, { label: '单位', kind: 'text' }],
		rows: said.map(({ title, label, value, unit }) => [title, label, value, unit])
	};
	const names = new Set<string>();
	return writeXlsxFile([...tablesOf(content), figures].map((table) => ({
		// Each figure of the words has digits of its own.
		data: sheetOf(table, paper, table === figures ? (row) => said[row]!.digits : undefined), sheet: sheetName(table.title, names), columns: table.columns.map((column, i) => ({ width: widthOf(column, table.rows.map((row) => row[i] ?? null)) })),
		stickyRowsCount: 0
	}))).toBuffer();
}

/** What every sheet says about itself, above its rows. */
export const aboutLines = ({ content, number, mark, classNotice, limits, taken }: BookPaper): readonly string[] => [
	[mark, content.title].filter(Boolean).join(' '),
	`期间：${content.period}（${content.from} 至 ${content.to}）`,
	`编号：${number ?? '未签发'}`,
	snapshotText(content),
	`使用范围：${limits}${classNotice}`,
	taken
];

function sheetOf(table: Table, paper: BookPaper, digitsOf?: (row: number) => number): SheetData {
	return [
		...aboutLines(paper).map((said, i) => [text(said, i === 0)]),
		[text('')],
		[text(table.title, true)],
		table.columns.map(({ label }) => text(label, true)),
		...table.rows.map((row, r) => table.columns.map((column, i) => cellOf(row[i] ?? null, digitsOf?.(r) ?? column.digits))),
		...(table.note === '' ? [] : [[text(`注：${table.note}`)]])
	];
}

/** Numbers to their last digit: the format shows as many as the paper. */
function cellOf(cell: Cell, digits: number = decimals.count): SheetCell {
	if (cell === null) return null;
	if (typeof cell === 'string') return text(cell);
	return { value: cell, type: Number, format: sheetFormat(digits) };
}

const widthOf = ({ label, kind }: Column, cells: readonly Cell[]): number =>
	Math.min(48, Math.max(label.length * 2 + 2, kind === 'number' ? 10 : 8, ...cells.map((cell) => (typeof cell === 'string' ? [...cell].length * 2 + 2 : 0))));

/** At most 31 letters, none of those that programs forbid, none twice. */
export function sheetName(title: string, taken: Set<string>): string {
	const plain = title.replace(/[[\]:*?/\\]/g, ' ').slice(0, 28).trim();
	let name = plain;
	for (let n = 2; taken.has(name); n++) name = `${plain} ${n}`;
	taken.add(name);
	return name;
}
