import type { Kysely } from 'kysely';
import writeXlsxFile, { type SheetData } from 'write-excel-file/node';
import type { DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import { audit } from '#lib/access/audit.server.ts';
import { check } from '#lib/access/permissions.ts';
import type { Refusal } from '#lib/access/refuse.ts';
import { m } from '#lib/messages/messages.js';
import { resultLabel } from '../labels.ts';
import type { PublicationView } from './publication.ts';
import { publicationsToExport } from './publication.server.ts';

/**
 * The results of one's own department as they may become public: enterprise, code, item, result, day, department. Nothing else: no class, no
 * warning, no note, no number of a list that somebody could look up.
 */
export async function exportPublications(db: Kysely<DB>, actor: Actor, view: PublicationView): Promise<{ ok: true; fileName: string; file: Buffer } | Refusal> {
	const refusal = check(actor, 'result.publish', { departmentId: actor.departmentId }) ?? check(actor, 'business.export');
	if (refusal) return refusal;
	const rows = await publicationsToExport(db, actor, view);
	const heads = [m.sampling_col_enterprise(), m.sampling_col_uscc(), m.sampling_item(), m.sampling_result(), m.sampling_visited_on(), m.fieldwork_col_inspected_by()];
	const sheet: SheetData = [
		heads.map((value) => ({ value, fontWeight: 'bold' as const })),
		...rows.flatMap((row) =>
			row.results.map((found) => [row.name, row.uscc, found.item, resultLabel(found.result), row.visitedOn, row.department].map((value) => ({ value })))
		)
	];
	const file = await writeXlsxFile(sheet, { sheet: m.fieldwork_publication(), columns: [36, 22, 30, 36, 12, 32].map((width) => ({ width })) }).toBuffer();
	await audit(db, actor, { action: 'result.export', objectKind: 'result_publication', detail: { state: view, rows: rows.length } });
	return { ok: true, fileName: `${m.fieldwork_export_file()}.xlsx`, file };
}
