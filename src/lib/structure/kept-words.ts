import { addMonths } from '#lib/calendar/days.ts';
import { m } from '#lib/messages/messages.js';
import { classSentence, whereOf } from './class-words.ts';
import { cohortSentence } from './cohort-words.ts';
import type { StructureContent } from './kept.ts';
import { balanceOf } from './moves.ts';

const placeOf = (content: StructureContent) => (content.of === 'classes' ? content.figures.place : content.place);

/** `常州市 · 分类流向`. */
export function titleOf(content: StructureContent): string {
	const place = whereOf(placeOf(content));
	return content.of === 'classes' ? m.structure_classes_title({ place }) : m.structure_cohorts_title({ place });
}

/** Their first line, as the page said it. */
export function sentenceOf(content: StructureContent): string {
	if (content.of === 'cohorts') return cohortSentence(content.place, content.figures);
	const { query, figures } = content;
	return classSentence(whereOf(figures.place), balanceOf(figures.moves), { now: query.month, then: addMonths(query.month, -query.back) });
}
