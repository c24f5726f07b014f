import type { Kysely } from 'kysely';
import writeXlsxFile from 'write-excel-file/node';
import type { DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import { audit } from '#lib/access/audit.server.ts';
import { check } from '#lib/access/permissions.ts';
import type { NotAllowed, NotFound, OwnWork } from '#lib/access/refuse.ts';
import { dayOf, timeOf } from '#lib/calendar/days.ts';
import { loadIndustries } from '#lib/industries/industries.server.ts';
import { m } from '#lib/messages/messages.js';
import { loadRegions } from '#lib/regions/regions.server.ts';
import { basisOf } from './layers.ts';
import { rankRule } from './rank-rule.ts';
import { situation } from './sentence.ts';
import { text, widths, type Sheet } from './sheet-cells.ts';
import { sheetsOf } from './sheets.ts';
import { measureTitle } from './show.ts';
import { smallMapsTitle } from './small-maps.ts';
import { spacedId } from './snapshot-id.ts';
import { citeSnapshot, readSnapshot } from './snapshots.server.ts';

export type Exported = { readonly ok: true; readonly fileName: string; readonly file: Buffer };
export type AboutRow = readonly [label: string, said: string];

/** Makes the workbook of kept figures: what is said of them first, then how they may be used and who took them (H2). Cites the snapshot. */
export async function makeWorkbook(
	db: Kysely<DB>, actor: Actor, id: string, now: Date, made: { readonly title: string; readonly about: readonly AboutRow[]; readonly sheets: readonly Sheet[]; readonly detail: Record<string, string> }
): Promise<Exported> {
	const about: readonly AboutRow[] = [
		...made.about,
		[m.riskmap_snapshot({ id: '' }).trim(), spacedId(id)],
		[m.riskmap_sheet_exported(), m.riskmap_sheet_exported_by({ name: `${actor.displayName}（${actor.name}）`, at: `${dayOf(now)} ${timeOf(now)}` })],
		[m.riskmap_sheet_use(), `${m.riskmap_sheet_internal()}；${m.common_class_notice()}。`]
	];
	const first = { sheet: m.riskmap_sheet_about(), data: about.map(([label, said]) => [text(label, true), text(said)]), columns: widths(16, 100), stickyRowsCount: 0 };
	const file = await writeXlsxFile([first, ...made.sheets.map((sheet) => ({ ...sheet, stickyRowsCount: 1 }))]).toBuffer();
	await citeSnapshot(db, id);
	await db.transaction().execute((trx) => audit(trx, actor, { action: 'figures.export', objectKind: 'figure_snapshot', objectId: id, detail: made.detail }));
	return { ok: true, fileName: `${made.title} ${id}.xlsx`, file };
}

/** Figures of a snapshot as a workbook that says what it shows, until when, by which rule, under which id, and who took it when (H2). */
export async function exportSnapshot(
	db: Kysely<DB>, actor: Actor, id: string, now: Date
): Promise<Exported | NotAllowed | NotFound | OwnWork> {
	const refusal = check(actor, 'business.export');
	if (refusal) return refusal;
	const found = await readSnapshot(db, actor, id);
	if (!found.ok) return found;
	const { content } = found.snapshot;
	const { query, map } = content;
	const [regions, industryTree] = await Promise.all([loadRegions(db), loadIndustries(db)]);
	const place = regions.fullName(query.region);
	const industry = query.industry === null ? '' : industryTree.name(query.industry);
	const what = query.view === 'multiples' ? smallMapsTitle(query) : measureTitle(query);
	const title = `${place}${industry ? ` ${industry}` : ''} ${query.month.slice(0, 7)} ${what}`;
	const late = [...new Set(map.units.filter((unit) => unit.late).map((unit) => m.riskmap_late_list({ name: unit.group ?? unit.name, day: unit.knownTo ?? '–' })))].join('、');
	const about: readonly AboutRow[] = [
		[m.riskmap_sheet_place(), `${place}${industry ? ` · ${industry}` : ''}`],
		[m.riskmap_month(), query.month.slice(0, 7)],
		...(content.beside ? [[m.riskmap_compare(), query.compare!.slice(0, 7)] as const] : []),
		[m.riskmap_sheet_what(), what],
		[m.riskmap_sheet_situation(), situation({ ...content, place: `${regions.name(query.region)}${industry}` })],
		[m.riskmap_sheet_complete(), map.upTo ?? '–'],
		...(late === '' ? [] : [[m.riskmap_late(), late] as const]),
		[m.riskmap_sheet_rule(), rankRule(query.measure)],
		...(query.kind === 'inspection' && basisOf[query.measure] === 'events' ? [[m.riskmap_sheet_remark(), m.riskmap_inspection_events()] as const] : []),
	];
	return makeWorkbook(db, actor, found.snapshot.id, now, { title, about, sheets: sheetsOf(content), detail: { region: query.region, month: query.month, measure: query.measure } });
}
