import { error } from '@sveltejs/kit';
import { statusOf } from '#lib/access/refuse.ts';
import { shownSections } from '#lib/reports/content.ts';
import { reportPaper } from '#lib/reports/download.server.ts';
import { reportRefusalText } from '#lib/reports/refusal-text.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, params }) => {
	const paper = await reportPaper(locals.db, locals.actor!, params.id, 'print');
	if (!paper.ok) error(statusOf(paper), reportRefusalText(paper));
	const { content, number, issuedOn, agency, mark, classNotice, limits, taken } = paper;
	return { id: params.id, paper: { content: { ...content, sections: shownSections(content.sections) }, number, issuedOn, agency, mark, classNotice, limits, taken } };
};
