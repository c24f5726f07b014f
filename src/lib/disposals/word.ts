import { AlignmentType, BorderStyle, Document, Footer, LineRuleType, Packer, PageNumber, Paragraph, TextRun, type IParagraphStyleOptions } from 'docx';
import { paragraphStyle, signedDate, type Paper } from './paper.ts';

/** Twentieths of a point. */
const millimetres = (mm: number) => Math.round((mm / 25.4) * 1440);
const points = (pt: number) => pt * 20;

/**
 * GB/T 9704—2012: A4, 版心 156 mm × 225 mm, 天头 37 mm, 订口 28 mm. Sizes in half points: 2号 is 22 pt, 3号 16 pt, 4号 14 pt. Fonts are named, not
 * sent along: offices have them, and their licences forbid passing them on.
 */
const page = {
	size: { width: millimetres(210), height: millimetres(297) },
	margin: { top: millimetres(37), left: millimetres(28), right: millimetres(26), bottom: millimetres(35), footer: millimetres(35 - 7) - points(14) }
};
const fonts = { title: '方正小标宋简体', body: '仿宋_GB2312', first: '黑体', second: '楷体_GB2312', pages: '宋体' } as const;
const font = (name: string) => ({ ascii: name, hAnsi: name, eastAsia: name, cs: name });
/** 22 lines of 28 characters: 28 pt fixed is how offices set it. */
const pitch = { line: points(28), lineRule: LineRuleType.EXACT };
const twoCharacters = points(32);

const style = (id: string, name: string, face: string, size: number, paragraph: IParagraphStyleOptions['paragraph'], run: object = {}): IParagraphStyleOptions => ({
	id, name, basedOn: 'Normal', quickFormat: true, run: { font: font(face), size: size * 2, ...run }, paragraph: { spacing: pitch, ...paragraph }
});

const styles: IParagraphStyleOptions[] = [
	style('Agency', '发文机关标志', fonts.title, 36, { alignment: AlignmentType.CENTER, spacing: { line: points(48), lineRule: LineRuleType.EXACT } }, { color: 'E60012' }),
	style('Number', '发文字号', fonts.body, 16, {
		alignment: AlignmentType.CENTER, spacing: { ...pitch, before: points(28) }
	}),
	style('PaperTitle', '公文标题', fonts.title, 22, { alignment: AlignmentType.CENTER, spacing: { line: points(34), lineRule: LineRuleType.EXACT, before: points(34), after: points(20) } }),
	style('Recipient', '主送机关', fonts.body, 16, {}),
	style('Body', '公文正文', fonts.body, 16, { alignment: AlignmentType.JUSTIFIED, indent: { firstLine: twoCharacters } }),
	style('First', '一级标题', fonts.first, 16, { indent: { firstLine: twoCharacters } }),
	style('Second', '二级标题', fonts.second, 16, { indent: { firstLine: twoCharacters } }),
	style('Signed', '署名和日期', fonts.body, 16, { alignment: AlignmentType.RIGHT, indent: { right: points(64) }, keepNext: true }),
	style('Contact', '附注', fonts.body, 16, { indent: { firstLine: twoCharacters } })
];

const line = (id: string, text: string, withNext = false) => new Paragraph({ style: id, ...(withNext ? { keepNext: true } : {}), children: [new TextRun(text)] });
const bodyStyles = { first: 'First', second: 'Second', body: 'Body' } as const;

/** — 1 —: odd pages right, even pages left, one character in (7.5). */
function pageNumber(side: 'odd' | 'even'): Footer {
	const inset = { [side === 'odd' ? 'right' : 'left']: points(14) };
	const children = ['— ', PageNumber.CURRENT, ' —'];
	return new Footer({
		children: [
			new Paragraph({
				alignment: side === 'odd' ? AlignmentType.RIGHT : AlignmentType.LEFT, indent: inset,
				children: [new TextRun({ children, font: font(fonts.pages), size: 28 })]
			})
		]
	});
}

/** The paper as a Word file. A draft has no number and no date. */
export async function wordFile(paper: Paper): Promise<Uint8Array> {
	const document = new Document({
		creator: paper.agency, lastModifiedBy: paper.agency, title: paper.title, evenAndOddHeaderAndFooters: true,
		styles: { default: { document: { run: { font: font(fonts.body), size: 32, language: { eastAsia: 'zh-CN', value: 'zh-CN' } } } }, paragraphStyles: styles },
		sections: [
			{
				properties: { page },
				footers: { default: pageNumber('odd'), even: pageNumber('even') },
				children: [
					line('Agency', paper.agency),
					// The red line below the number is as wide as the text.
					new Paragraph({
						style: 'Number', children: [new TextRun(paper.number ?? '')],
						border: { bottom: { style: BorderStyle.SINGLE, size: 12, space: 11, color: 'E60012' } }
					}),
					line('PaperTitle', paper.title),
					line('Recipient', `${paper.recipient}：`),
					// No page holds the signature alone (7.3.5.4).
					...paper.paragraphs.map((text, i) => line(bodyStyles[paragraphStyle(text)], text, i === paper.paragraphs.length - 1)),
					line('Signed', ''),
					line('Signed', ''),
					line('Signed', paper.agency),
					line('Signed', signedDate(paper)),
					...(paper.contact === '' ? [] : [line('Contact', `（${paper.contact}）`)])
				]
			}
		]
	});
	return new Uint8Array(await Packer.toBuffer(document));
}
