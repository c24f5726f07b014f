import { stat } from 'node:fs/promises';
import { extname } from 'node:path';
import { parseArgs } from 'node:util';
import { audit } from '#lib/access/audit.server.ts';
import { databaseClock } from '#lib/calendar/clock.server.ts';
import { datasets, isDataset } from '#lib/outward/datasets.ts';
import { logOutward } from '#lib/outward/log.server.ts';
import { writeFile } from '#lib/outward/write.server.ts';
import { wrongUse, type Command } from '../command.ts';

export const command: Command = {
	name: 'outward export',
	summary: 'Writes what leaves for other systems to a file',
	usage: `outward export --dataset D --out FILE [--after SEQ] [--region CODE] [--since YYYY-MM]

  --dataset D      ${datasets.join(', ')}
  --out FILE       .ndjson with its manifest as the first line, or .csv with the manifest beside it; an existing file is not touched
  --after SEQ      only rows behind this number: the manifest's sequence.through of the file before (default 0)
  --region CODE    only this jurisdiction, GB/T 2260 (default 000000, all)
  --since YYYY-MM  take classes or grades from this earlier month on as well, from now on

The format is described in docs/outward.md. What goes out is noted in the audit trail.`,
	async run(context, args) {
		const { values } = parseArgs({
			args: [...args],
			options: { dataset: { type: 'string' }, out: { type: 'string' }, after: { type: 'string', default: '0' }, region: { type: 'string', default: '000000' }, since: { type: 'string' } }
		});
		const { dataset, out, region, since } = values;
		if (dataset === undefined || !isDataset(dataset)) return wrongUse(`--dataset must be one of ${datasets.join(', ')}`);
		if (!out) return wrongUse('--out FILE is missing');
		const format = ({ '.ndjson': 'ndjson', '.csv': 'csv' } as const)[extname(out).toLowerCase()];
		if (format === undefined) return wrongUse(`--out must end with .ndjson or .csv, not "${out}"`);
		if (!/^\d{1,15}$/.test(values.after)) return wrongUse(`--after must be a number, not "${values.after}"`);
		if (!/^\d{6}$/.test(region)) return wrongUse(`--region must be six digits, not "${region}"`);
		if (since !== undefined && !/^\d{4}-(0[1-9]|1[0-2])$/.test(since)) return wrongUse(`--since must look like 2026-01, not "${since}"`);
		if ((await stat(out).catch(() => null)) !== null) return { ok: false, reason: `${out} is there already: name another file, or take it away` };
		const db = await context.database();
		context.progress('looking for what is new');
		await logOutward(db, dataset, since);
		context.progress('writing');
		const { manifest, bytes } = await writeFile(db, {
			dataset, file: out, format, regionCode: region, after: Number(values.after), at: await databaseClock(db)(), signal: context.signal
		});
		const { rows, sequence, sha256 } = manifest;
		await audit(db, null, { action: 'outward.export', objectKind: 'outward', objectId: dataset, detail: { rows, first: sequence.first, last: sequence.last, region, sha256 } });
		return { ok: true, summary: { dataset, rows, after: sequence.after, through: sequence.through, bytes, sha256 } };
	}
};
