import type { Section } from './content.ts';

/** New sections with the words that people wrote in the old ones. A section that is no more keeps its words, without figures: nothing typed is lost. */
export function keptWords(fresh: readonly Section[], old: readonly Section[]): readonly Section[] {
	const written = new Map(old.filter(({ text }) => text !== null).map((section) => [section.key, section]));
	const merged = fresh.map((section): Section => {
		const own = written.get(section.key);
		return own === undefined ? section : { ...section, text: own.text, edited: own.edited };
	});
	const left = [...written.values()].filter(({ key }) => !fresh.some((section) => section.key === key));
	return [...merged, ...left.map((section): Section => ({ ...section, figures: [], composed: [], tables: [], charts: [], typed: section.typed ?? 'optional' }))];
}
