import type { Kysely } from 'kysely';
import writeXlsxFile, { type SheetData } from 'write-excel-file/node';
import type { DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import { m } from '#lib/messages/messages.js';
import type { Exported } from './export.server.ts';
import { previewFile, type ImportRefusal } from './import.server.ts';
import { registerTitle, rowRefusalText } from './labels.ts';
import type { Register } from './registers.ts';

/** The refused rows of a kept file with their lines and reasons, to be mended and sent again: an import leaves the added columns alone. */
export async function refusedRows(db: Kysely<DB>, actor: Actor, register: Register, id: string, dataDir: string): Promise<Exported | ImportRefusal> {
	const judged = await previewFile(db, actor, register, id, dataDir);
	if (!judged.ok) return judged;
	const text = (value: string) => ({ value, type: String });
	const heads = [...judged.columns, m.registers_col_line(), m.registers_col_reason()];
	const sheet: SheetData = [
		heads.map((value) => ({ value, fontWeight: 'bold' as const })),
		...judged.rows.flatMap((row) =>
			row.state === 'refused' ? [[...judged.columns.map((_, i) => text(row.cells[i] ?? '')), text(String(row.line)), text(rowRefusalText(row.refusal))]] : []
		)
	];
	const file = await writeXlsxFile(sheet, { sheet: m.registers_refused_sheet(), columns: heads.map(() => ({ width: 20 })) }).toBuffer();
	return { ok: true, fileName: `${registerTitle(register)}-${m.registers_refused_sheet()}.xlsx`, file };
}
