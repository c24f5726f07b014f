import { createWriteStream } from 'node:fs';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { sql, type Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import { dayOf, timeOf } from '#lib/calendar/days.ts';
import { m } from '#lib/messages/messages.js';
import { filedNames, ownFolders } from './look.ts';
import { kindLabel, reasonLabel, warningLabel } from '#lib/intake/labels.ts';
import type { IntakeWarning } from '#lib/intake/reject-reasons.ts';
import { rejectLines } from '#lib/mending/rejects.server.ts';

/** What became of one file of the watched folder, as it stands beside it. */
export type FolderReport = {
	readonly file: string;
	readonly source: string;
	readonly kind: string;
	readonly batch: string;
	readonly at: string;
	readonly outcome: 'taken-in' | 'refused';
	/** Why the file as a whole was refused. */
	readonly reason: string | null;
	readonly message: string | null;
	readonly rows: number;
	readonly accepted: number;
	readonly duplicates: number;
	readonly versions: number;
	readonly rejected: number;
	readonly reasons: readonly { readonly reason: string; readonly rows: number; readonly firstLine: number }[];
	readonly warnings: readonly IntakeWarning[];
};

/** A file on its way from delivery to `done/` or `rejected/`. */
export type TakenFile = {
	/** The folder of its source and kind. */
	readonly folder: string;
	readonly source: string;
	readonly kind: string;
	readonly name: string;
	readonly batchId: string;
	readonly path: string;
};

const noFigures = { rows: 0, accepted: 0, duplicates: 0, versions: 0, rejected: 0, reasons: [], warnings: [] } as const;

/** The report of a file that was refused as a whole. */
export function refusedReport(taken: TakenFile, at: Date, refusal: { readonly reason: string; readonly message: string }): FolderReport {
	return { ...headOf(taken, at), outcome: 'refused', reason: refusal.reason, message: refusal.message, ...noFigures };
}

/** The report of a batch that is in the database; null when it is not. */
export async function batchReport(db: Kysely<DB>, taken: TakenFile): Promise<FolderReport | null> {
	const batch = await db
		.selectFrom('intake_batch')
		.select(['rows', 'accepted', 'duplicates', 'versions', 'rejected', 'warnings', 'finished_at'])
		.where('id', '=', taken.batchId)
		.where('state', '=', 'done')
		.executeTakeFirst();
	if (batch === undefined) return null;
	const reasons = await db
		.selectFrom('intake_reject')
		.select('reason')
		.select(sql<number>`count(*)::int`.as('rows'))
		.select(sql<number>`min(line)`.as('firstLine'))
		.where('batch_id', '=', taken.batchId)
		.groupBy('reason')
		.orderBy('rows', 'desc')
		.orderBy('reason')
		.execute();
	const { finished_at, warnings, ...figures } = batch;
	return { ...headOf(taken, finished_at!), outcome: 'taken-in', reason: null, message: null, ...figures, reasons, warnings: warnings as unknown as IntakeWarning[] };
}

function headOf({ name, source, kind, batchId }: TakenFile, at: Date) {
	return { file: name, source, kind, batch: batchId, at: `${dayOf(at)} ${timeOf(at)}` };
}

/**
 * Puts a file into its dated folder with the reports beside it; the file last, so that whoever sees it sees them too. Can be made
 * again after breaking off anywhere. Files of which nothing came in go to `rejected/`.
 */
export async function fileAway(db: Kysely<DB>, taken: TakenFile, report: FolderReport): Promise<string> {
	const nothing = report.outcome === 'refused' || (report.rejected > 0 && report.rejected === report.rows);
	const folder = join(taken.folder, nothing ? ownFolders.rejected : ownFolders.done, report.at.slice(0, 10));
	const names = filedNames(taken.batchId, taken.name);
	await mkdir(folder, { recursive: true });
	await replace(join(folder, names.json), `${JSON.stringify(report, null, '\t')}\n`);
	// A byte order mark: notepads of offices read it as UTF-8.
	await replace(join(folder, names.text), `\ufeff${reportText(report)}`);
	if (report.rejected > 0) {
		const path = join(folder, names.rejects);
		await pipeline(Readable.from(rejectLines(db, [taken.batchId])), createWriteStream(`${path}.tmp`));
		await rename(`${path}.tmp`, path);
	}
	await rename(taken.path, join(folder, names.file));
	return join(folder, names.file);
}

async function replace(path: string, text: string): Promise<void> {
	await writeFile(`${path}.tmp`, text);
	await rename(`${path}.tmp`, path);
}

function reportText(report: FolderReport): string {
	const figures = m.api_report_figures({ rows: report.rows, accepted: report.accepted, versions: report.versions, duplicates: report.duplicates, rejected: report.rejected });
	const lines = [
		m.api_report_file({ file: report.file }),
		m.api_report_source({ source: report.source, kind: kindLabel(report.kind) }),
		m.api_report_at({ at: report.at }),
		'',
		...(report.outcome === 'refused' ? [m.api_report_refused(), report.message ?? ''] : [m.api_report_taken(), figures]),
		...report.reasons.map(({ reason, rows, firstLine }) => m.api_report_reason({ reason: reasonLabel(reason), rows, line: firstLine })),
		...(report.rejected > 0 ? ['', m.api_report_rejects()] : []),
		...(report.warnings.length > 0 ? ['', m.api_report_warnings()] : []),
		...report.warnings.map(({ code, count, example }) =>
			code.startsWith('column-') ? m.api_report_warning_columns({ warning: warningLabel(code), columns: example ?? '' }) : m.api_report_warning({ warning: warningLabel(code), rows: count })
		),
		'',
		m.api_report_batch({ batch: report.batch })
	];
	return `${lines.join('\r\n')}\r\n`;
}
