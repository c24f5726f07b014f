import { BorderStyle, Document, Packer, Paragraph, TextRun } from 'docx';
import { font, fonts, page, pageNumber, paperStyles } from './layout.ts';
import { paragraphStyle, signedDate, type Paper } from './paper.ts';

const line = (id: string, text: string, withNext = false) => new Paragraph({ style: id, ...(withNext ? { keepNext: true } : {}), children: [new TextRun(text)] });
const bodyStyles = { first: 'First', second: 'Second', body: 'Body' } as const;

/** The paper as a Word file. A draft has no number and no date. */
export async function wordFile(paper: Paper): Promise<Uint8Array> {
	const document = new Document({
		creator: paper.agency, lastModifiedBy: paper.agency, title: paper.title, evenAndOddHeaderAndFooters: true,
		styles: { default: { document: { run: { font: font(fonts.body), size: 32, language: { eastAsia: 'zh-CN', value: 'zh-CN' } } } }, paragraphStyles: paperStyles },
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
