import { resolve } from 'node:path';
import { audit } from '#lib/access/audit.server.ts';
import { writeBackup } from '#lib/backup/write.server.ts';
import { wrongUse, type Command } from '../command.ts';

export const command: Command = {
	name: 'backup',
	summary: 'Writes the whole database to a file, as of one instant',
	usage: `backup FILE

The product may go on running. FILE appears when it is complete; an existing file is not touched. It holds personal data and
password hashes: keep it where only administrators read. "restore" checks it and brings it back. docs/backup.md tells more.`,
	async run(context, args) {
		const [file, ...more] = args;
		if (file === undefined) return wrongUse('Which file?');
		if (more.length > 0) return wrongUse(`One file at a time; what is "${more[0]}"?`);
		const db = await context.database();
		const began = performance.now();
		const made = await writeBackup(db, resolve(file), { signal: context.signal, progress: (table, rows) => context.progress(`${table} (${rows} rows so far)`) });
		if (!made.ok) return { ok: false, reason: `${file} is there already: name another file, or take it away.` };
		const seconds = Math.round(performance.now() - began) / 1_000;
		const { bytes, sha256, tables, rows } = made;
		await audit(db, null, { action: 'backup.make', objectKind: 'backup', objectId: sha256, detail: { bytes, rows, sha256 } });
		return { ok: true, summary: { bytes, seconds, tables, rows, sha256 } };
	}
};
