import { join, resolve } from 'node:path';
import { openDatabase } from '#db/connection.ts';
import { startEmbedded } from '#db/embedded/server.ts';
import { audit } from '#lib/access/audit.server.ts';
import { restoreBackup } from '#lib/backup/restore.server.ts';
import { skipNumbers } from '#lib/outward/log.server.ts';
import { wrongUse, type Command } from '../command.ts';

export const command: Command = {
	name: 'restore',
	summary: 'Brings a backup back into an empty database',
	usage: `restore FILE

The database is that of DATABASE_URL, else a new embedded one in DATA_DIR; it must be empty. The file is checked from end to end
before anything is written. Afterwards start the product on it as usual. docs/backup.md tells more.`,
	async run(context, args) {
		const [file, ...more] = args;
		if (file === undefined) return wrongUse('Which file?');
		if (more.length > 0) return wrongUse(`One file at a time; what is "${more[0]}"?`);
		const { databaseUrl, dataDir } = context.settings;
		// Not the prepared database of other commands: preparing fills it with what ships, and it must be empty.
		const embedded = databaseUrl === null ? await startEmbedded({ folder: join(dataDir, 'postgres'), log: context.progress }) : null;
		const url = databaseUrl ?? embedded!.url;
		try {
			const began = performance.now();
			const restored = await restoreBackup(url, resolve(file), {
				signal: context.signal, progress: (step, share) => context.progress(share > 0 ? `${step} ${Math.floor(share * 100)} %` : step)
			});
			if (!restored.ok) return { ok: false, reason: restored.message };
			const seconds = Math.round(performance.now() - began) / 1_000;
			const { bytes, sha256, tables, rows, madeAt } = restored;
			const db = openDatabase({ url, max: 1, name: 'qianshao cli' });
			try {
				await skipNumbers(db);
				await audit(db, null, { action: 'backup.restore', objectKind: 'backup', objectId: sha256, detail: { bytes, rows, sha256, madeAt } });
			} finally {
				await db.destroy();
			}
			return { ok: true, summary: { bytes, seconds, tables, rows, sha256, madeAt } };
		} finally {
			await embedded?.stop();
		}
	}
};
