import { AlignmentType, Footer, LineRuleType, PageNumber, Paragraph, TextRun, type IParagraphStyleOptions } from 'docx';

/** Twentieths of a point. */
export const millimetres = (mm: number) => Math.round((mm / 25.4) * 1440);
export const points = (pt: number) => pt * 20;

/**
 * GB/T 9704—2012: A4, 版心 156 mm × 225 mm, 天头 37 mm, 订口 28 mm. Sizes in half points: 2号 is 22 pt, 3号 16 pt, 4号 14 pt. Fonts are named, not
 * sent along: offices have them, and their licences forbid passing them on.
 */
export const page = {
	size: { width: millimetres(210), height: millimetres(297) },
	margin: { top: millimetres(37), left: millimetres(28), right: millimetres(26), bottom: millimetres(35), footer: millimetres(35 - 7) - points(14) }
};
export const fonts = { title: '方正小标宋简体', body: '仿宋_GB2312', first: '黑体', second: '楷体_GB2312', pages: '宋体' } as const;
/** Named for every script, so that no program puts its own in. */
export const font = (name: string) => ({ ascii: name, hAnsi: name, eastAsia: name, cs: name });
/** 22 lines of 28 characters: 28 pt fixed is how offices set it. */
const pitch = { line: points(28), lineRule: LineRuleType.EXACT };
const twoCharacters = points(32);

/** A named style: what people change in Word for the whole paper at once. */
export const style = (id: string, name: string, face: string, size: number, paragraph: IParagraphStyleOptions['paragraph'], run: object = {}): IParagraphStyleOptions => ({
	id, name, basedOn: 'Normal', quickFormat: true, run: { font: font(face), size: size * 2, ...run }, paragraph: { spacing: pitch, ...paragraph }
});

export const paperStyles: IParagraphStyleOptions[] = [
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

/** — 1 —: odd pages right, even pages left, one character in (7.5). */
export function pageNumber(side: 'odd' | 'even'): Footer {
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
