import { scheduledBackup } from '#lib/backup/scheduled.server.ts';
import { settings } from '#lib/settings/settings.ts';
import type { Job } from './job.ts';

/** Writes the whole database to BACKUP_DIR each night, and takes the oldest backups there away; says that it is off where no folder is set. */
export const backupJob: Job = {
	name: 'backup',
	schedule: { every: 'day', at: '02:10' },
	catchUp: { hours: 24, missed: 'latest' },
	async run({ db, dueAt, signal }) {
		const { backupDir, backupKeep } = settings();
		if (backupDir === null) return { off: 1 };
		return scheduledBackup(db, { folder: backupDir, keep: backupKeep, dueAt, settings: settings(), signal });
	}
};
