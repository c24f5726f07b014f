import type { Section } from './content.ts';
import { shownNumber, written } from './write.ts';

/** Days, months and years are no figures; what stands in quotation marks is a name. */
const noFigures = /“[^”]*”|《[^》]*》|〔\d{4}〕\d+号|\d{4}-\d{2}(-\d{2})?|\d{4}年(\d{1,2}月(\d{1,2}日)?|第\d季度|度|上半年|下半年)?|\d{1,2}月(\d{1,2}日|份)?|[（(]\d{1,2}[)）]/g;

/** The numbers a text says, as they are written, each once. */
export function numbersIn(text: string): readonly string[] {
	const bare = text.replace(noFigures, ' ').replace(/(\d),(?=\d{3}(?!\d))/g, '$1');
	return [...new Set(bare.match(/\d+(\.\d+)?/g) ?? [])];
}

/** Numbers in words that people wrote that neither figures nor tables of the section hold: to be looked at, not forbidden. */
export function strayNumbers(section: Pick<Section, 'figures' | 'tables'>, paragraphs: readonly string[]): readonly string[] {
	const known = new Set(section.figures.filter(({ value }) => value !== null).map((one) => Number(written(one))));
	for (const { columns, rows } of section.tables) {
		for (const row of rows) {
			row.forEach((cell, i) => {
				if (typeof cell === 'number') known.add(Math.abs(shownNumber(cell, columns[i]?.digits ?? 0)));
			});
		}
	}
	return numbersIn(paragraphs.join('\n')).filter((number) => !known.has(Number(number)));
}
