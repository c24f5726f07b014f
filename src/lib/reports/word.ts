import {
	AlignmentType, BorderStyle, Document, Header, HorizontalPositionRelativeFrom, ImageRun, LineRuleType, Packer, Paragraph, Table as WordTable, TableCell, TableLayoutType, TableRow, TextRun,
	TextWrappingType, VerticalAlign, VerticalPositionRelativeFrom, WidthType, type IParagraphStyleOptions
} from 'docx';
import { font, fonts, millimetres, page, pageNumber, paperStyles, points, style } from '#lib/disposals/layout.ts';
import { heading, paragraphsOf, printed, type Chart, type Content, type Table } from './content.ts';
import { dayText } from './period.ts';
import { cellText, lengthOf } from './cell-text.ts';
import { snapshotText } from './snapshot-text.ts';

/** A report as it leaves the system: what it says, what stands on it, and who took it. */
export type WordPaper = {
	readonly content: Content;
	/** Null in a draft. */
	readonly number: string | null;
	readonly issuedOn: string | null;
	/** 发文机关. */
	readonly agency: string;
	/** 草稿, 已撤回: stands above the title; '' for what is in force. */
	readonly mark: string;
	/** The sentence about classes; '' where none are shown. */
	readonly classNotice: string;
	/** 内部资料 and what may be done with it. */
	readonly limits: string;
	/** Who took it and when, for every page. */
	readonly taken: string;
	readonly watermark: Uint8Array;
	readonly pictures: ReadonlyMap<string, Uint8Array>;
};

/** Width of the text, in twentieths of a point. */
const textWidth = page.size.width - page.margin.left - page.margin.right;
const small = { line: points(18), lineRule: LineRuleType.EXACT };

const styles: IParagraphStyleOptions[] = [
	...paperStyles,
	style('Mark', '状态标记', fonts.first, 16, { alignment: AlignmentType.LEFT }),
	style('Issuer', '编发单位和日期', fonts.second, 16, { alignment: AlignmentType.CENTER, spacing: { line: points(28), lineRule: LineRuleType.EXACT, after: points(14) } }),
	style('Caption', '图表标题', fonts.first, 12, { alignment: AlignmentType.CENTER, keepNext: true, spacing: { ...small, before: points(8), after: points(4) } }),
	style('TableHead', '表头', fonts.first, 10.5, { alignment: AlignmentType.CENTER, spacing: { line: points(14), lineRule: LineRuleType.AT_LEAST } }),
	style('TableText', '表格文字', fonts.body, 10.5, { spacing: { line: points(14), lineRule: LineRuleType.AT_LEAST } }),
	style('TableNumber', '表格数字', fonts.body, 10.5, { alignment: AlignmentType.RIGHT, spacing: { line: points(14), lineRule: LineRuleType.AT_LEAST } }),
	style('Note', '图表说明', fonts.body, 10.5, { spacing: { ...small, after: points(8) } }),
	// As high as the picture: a fixed pitch would cut it off.
	style('Figure', '图', fonts.body, 12, { alignment: AlignmentType.CENTER, keepNext: true, spacing: { line: 240, lineRule: LineRuleType.AUTO, before: points(8) } })
];

/** First and second headings of papers are headings to Word as well: its navigation pane shows them. */
const outlined = (id: string, level: number) => styles.map((one) => (one.id === id ? { ...one, paragraph: { ...one.paragraph, outlineLevel: level, keepNext: true } } : one));

const line = (id: string, text: string) => new Paragraph({ style: id, children: [new TextRun(text)] });

/** The report as a Word file, set by the habits of GB/T 9704—2012. Words, tables and headings can be edited in Word; pictures say what they show. */
export async function wordFile(paper: WordPaper): Promise<Uint8Array> {
	const { content, number, issuedOn, agency, mark, classNotice, limits } = paper;
	const issued = [agency, issuedOn === null ? '' : dayText(issuedOn)].filter(Boolean).join('　');
	const document = new Document({
		creator: agency, lastModifiedBy: agency, title: content.title, description: limits, evenAndOddHeaderAndFooters: true,
		styles: {
			// Digits are no Chinese: tagged as such some programs break a number at a line's end.
			default: { document: { run: { font: font(fonts.body), size: 32, language: { eastAsia: 'zh-CN', value: 'en-US' } } } },
			paragraphStyles: outlined('First', 0)
		},
		sections: [{
			properties: { page: { ...page, margin: { ...page.margin, header: millimetres(18) } } },
			headers: { default: header(paper), even: header(paper) },
			footers: { default: pageNumber('odd'), even: pageNumber('even') },
			children: [
				...(mark === '' ? [] : [line('Mark', mark)]),
				new Paragraph({ style: 'PaperTitle', children: titleLines(content.title).map((text, i) => new TextRun({ text, ...(i > 0 ? { break: 1 } : {}) })) }),
				...(number === null ? [] : [line('Number', number)]),
				new Paragraph({ style: 'Issuer', children: [new TextRun(issued)], border: { bottom: { style: BorderStyle.SINGLE, size: 8, space: 8, color: '444444' } } }),
				...printed(content.sections).flatMap((section, i) => [
					line('First', heading(section, i)),
					...paragraphsOf(section).map((text) => line('Body', text)),
					...section.charts.flatMap((chart) => chartOf(chart, paper.pictures)),
					...section.tables.flatMap(tableOf)
				]),
				line('Note', ''),
				...(classNotice === '' ? [] : [line('Note', classNotice)]),
				line('Note', snapshotText(content)),
				line('Note', limits)
			]
		}]
	});
	return new Uint8Array(await Packer.toBuffer(document));
}

/** The period in brackets stands on a line of its own: a title must not break inside a year. */
const titleLines = (title: string): readonly string[] => title.split(/(?=（)/);

function header({ taken, watermark }: WordPaper): Header {
	return new Header({
		children: [
			new Paragraph({
				alignment: AlignmentType.RIGHT,
				children: [
					new TextRun({ text: taken, font: font(fonts.pages), size: 18, color: '666666' }),
					new ImageRun({
						type: 'png', data: watermark, transformation: { width: 794, height: 1123 }, altText: { name: '水印', title: '水印', description: taken },
						floating: {
							horizontalPosition: { relative: HorizontalPositionRelativeFrom.PAGE, offset: 0 }, verticalPosition: { relative: VerticalPositionRelativeFrom.PAGE, offset: 0 },
							behindDocument: true, wrap: { type: TextWrappingType.NONE }
						}
					})
				]
			})
		]
	});
}

/** Millimetres of the text area in pixels of 96 an inch, as Word counts pictures. */
const widest = Math.round((156 / 25.4) * 96);

function chartOf({ title, alt, note, picture }: Chart, pictures: ReadonlyMap<string, Uint8Array>): Paragraph[] {
	const bytes = picture === null ? undefined : pictures.get(picture.hash);
	if (picture === null || bytes === undefined) return [];
	const image = new ImageRun({
		type: 'png', data: bytes, transformation: { width: widest, height: Math.round((widest / picture.width) * picture.height) }, altText: { name: title, title, description: alt }
	});
	const caption = new Paragraph({ style: 'Caption', keepNext: note !== undefined, children: [new TextRun(title)] });
	const below = note === undefined ? [] : [new Paragraph({ style: 'Note', alignment: AlignmentType.CENTER, children: [new TextRun(note)] })];
	return [new Paragraph({ style: 'Figure', children: [image] }), caption, ...below];
}

/** With more columns the letters are smaller (小五). */
const manyColumns = 7;
/** Tables up to so many rows are kept on one page. */
const keptRows = 9;

const rule = { style: BorderStyle.SINGLE, size: 4, color: '000000' } as const;
const thick = { ...rule, size: 10 } as const;
const noLine = { style: BorderStyle.NONE, size: 0, color: 'auto' } as const;

function tableOf({ title, columns, rows, note }: Table): (Paragraph | WordTable)[] {
	if (rows.length === 0) return [];
	const isWide = columns.length > manyColumns;
	// Each column as wide as its words want, within the text; headings may break after two characters.
	const wanted = columns.map(({ kind, label, digits }, i) => {
		const longest = Math.max(...rows.map((row) => lengthOf(cellText(row[i] ?? null, digits)) + 1));
		return kind === 'number' ? Math.max(isWide ? 3.2 : 4, Math.ceil(label.length / 2) + 0.8, longest) : Math.min(isWide ? 11 : 16, Math.max(4, longest));
	});
	const all = wanted.reduce((sum, n) => sum + n, 0);
	const widths = wanted.map((n) => Math.floor((n / all) * textWidth));
	// A small table stays on one page with its note.
	const together = rows.length <= keptRows;
	const cell = (text: string, i: number, styleId: string) =>
		new TableCell({
			width: { size: widths[i]!, type: WidthType.DXA }, verticalAlign: VerticalAlign.CENTER, margins: { left: 40, right: 40, top: 20, bottom: 20 },
			children: [new Paragraph({ style: styleId, ...(together ? { keepNext: true } : {}), children: [new TextRun({ text, ...(isWide ? { size: 18 } : {}) })] })]
		});
	return [
		line('Caption', title),
		new WordTable({
			width: { size: textWidth, type: WidthType.DXA }, columnWidths: widths, layout: TableLayoutType.FIXED, alignment: AlignmentType.CENTER,
			borders: { top: thick, bottom: thick, left: noLine, right: noLine, insideHorizontal: { ...rule, color: 'BBBBBB' }, insideVertical: noLine },
			rows: [
				new TableRow({ tableHeader: true, cantSplit: true, children: columns.map(({ label }, i) => cell(label, i, 'TableHead')) }),
				...rows.map((row) => new TableRow({ cantSplit: true, children: columns.map(({ kind, digits }, i) => cell(cellText(row[i] ?? null, digits), i, kind === 'number' ? 'TableNumber' : 'TableText')) }))
			]
		}),
		line('Note', note === '' ? '' : `注：${note}`)
	];
}
