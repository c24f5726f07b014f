import type { Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import { check } from '#lib/access/permissions.ts';
import { notFound, type NotAllowed, type NotFound, type OwnWork } from '#lib/access/refuse.ts';
import { m } from '#lib/messages/messages.js';
import { loadRegions } from '#lib/regions/regions.server.ts';
import { makeWorkbook, type Exported } from '#lib/risk-map/export.server.ts';
import { readFigures } from '#lib/risk-map/snapshots.server.ts';
import { cohortRules } from './cohort-words.ts';
import { isStructure } from './kept.ts';
import { sentenceOf, titleOf } from './kept-words.ts';
import { structureSheets } from './sheets.ts';

/** Kept figures of a page of structure as a workbook (H2). */
export async function exportStructure(db: Kysely<DB>, actor: Actor, id: string, now: Date): Promise<Exported | NotAllowed | NotFound | OwnWork> {
	const refusal = check(actor, 'business.export');
	if (refusal) return refusal;
	const found = await readFigures(db, actor, id);
	if (!found.ok) return found;
	const { content } = found.snapshot;
	if (!isStructure(content)) return notFound;
	const { query } = content;
	const place = (await loadRegions(db)).fullName(query.region);
	const month = content.of === 'classes' ? content.query.month.slice(0, 7) : content.today.slice(0, 7);
	const title = titleOf(content);
	return makeWorkbook(db, actor, found.snapshot.id, now, {
		title: `${title} ${month}`,
		about: [
			[m.riskmap_sheet_place(), place], [m.riskmap_month(), month], [m.riskmap_sheet_what(), title], [m.riskmap_sheet_situation(), sentenceOf(content)],
			...(content.of === 'cohorts' ? [[m.riskmap_sheet_rule(), cohortRules[content.query.measure]()] as const] : [])
		],
		sheets: structureSheets(content),
		detail: { region: query.region, month, measure: content.of }
	});
}
