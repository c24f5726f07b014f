import { sql, type Kysely } from 'kysely';
import writeXlsxFile, { type SheetData } from 'write-excel-file/node';
import type { DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import { audit } from '#lib/access/audit.server.ts';
import { check } from '#lib/access/permissions.ts';
import { refuse, type Refusal } from '#lib/access/refuse.ts';
import { m } from '#lib/messages/messages.js';
import { itemsOfTask } from '../fieldwork/items.server.ts';
import { findTask } from './access.server.ts';

/**
 * The list to visit, as it may leave: who, where, what is inspected on what basis, by whom, until when. No class, no warning, no
 * reason, and neither object ids nor the drawn order: with those somebody could look up an enterprise's stratum in the certificate.
 */
export async function exportList(db: Kysely<DB>, actor: Actor, taskId: string): Promise<{ ok: true; fileName: string; file: Buffer } | Refusal> {
	const found = await findTask(db, actor, taskId);
	if (!found.ok) return found;
	const refusal = check(actor, 'business.export');
	if (refusal) return refusal;
	const { task } = found;
	if (task.state !== 'drawn' && task.state !== 'done') return refuse('not-drawn');
	const items = await itemsOfTask(db, taskId);
	const { rows } = await sql<{ uscc: string; name: string; address: string | null; region: string; inspectors: string }>`
		select e.uscc, e.name, e.address, coalesce(r.name, e.region_code) as region,
			(select string_agg(i.name || '（' || i.unit || '）', '、' order by s.rank)
				from task_inspector s join inspector i on i.id = s.inspector_id where s.task_id = o.task_id and s.uscc = o.uscc and s.draw_n = o.draw_n) as inspectors
		from sampling_object o join sampling_task t on t.id = o.task_id and t.draw_n = o.draw_n
		join enterprise e on e.uscc = o.uscc left join region r on r.code = e.region_code
		where o.task_id = ${taskId} order by e.uscc
	`.execute(db);
	const bold = (value: string) => ({ value, fontWeight: 'bold' as const });
	const sheet: SheetData = [
		[{ ...bold(task.name), columnSpan: 8 }],
		[
			bold(m.sampling_col_no()),
			bold(m.sampling_col_enterprise()),
			bold(m.sampling_col_uscc()),
			bold(m.sampling_col_region()),
			bold(m.sampling_col_address()),
			bold(m.sampling_item()),
			bold(m.sampling_inspectors()),
			bold(m.sampling_due_on())
		],
		...rows.map((r, i) => [
			{ value: i + 1 },
			{ value: r.name },
			{ value: r.uscc },
			{ value: r.region },
			{ value: r.address ?? '' },
			{ value: items.map((item) => `${item.name}（${item.legalBasis}）`).join('；') },
			{ value: r.inspectors },
			{ value: task.due_on ?? '' }
		]),
		[{ value: m.sampling_export_footer({ person: actor.displayName, account: actor.name }), columnSpan: 8 }]
	];
	const file = await writeXlsxFile(sheet, {
		sheet: task.number,
		columns: [6, 34, 22, 14, 44, 40, 40, 12].map((width) => ({ width }))
	}).toBuffer();
	await audit(db, actor, {
		action: 'task.export-list',
		objectKind: 'sampling_task',
		objectId: taskId,
		detail: { number: task.number, rows: rows.length }
	});
	return { ok: true, fileName: `${task.number}.xlsx`, file };
}
