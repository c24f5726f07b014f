import { join } from 'node:path';
import { dropNew } from '#lib/outward/outbox.server.ts';
import { logOutward } from '#lib/outward/log.server.ts';
import { diskState, diskText } from '#lib/settings/disk.ts';
import { settings } from '#lib/settings/settings.ts';
import type { Job } from './job.ts';

/** Puts what is new into the outbox each morning, a file a dataset, before offices open. */
export const dropOutwardJob: Job = {
	name: 'drop-outward',
	schedule: { every: 'day', at: '06:30' },
	catchUp: { hours: 24, missed: 'latest' },
	async run({ db, dataDir, signal }) {
		const detail: Record<string, number> = {};
		for (const dataset of settings().outbox) {
			const disk = await diskState();
			if (disk.level === 'full') throw new Error(diskText(disk));
			await logOutward(db, dataset);
			const dropped = await dropNew(db, dataset, { folder: join(dataDir, 'outbox'), signal });
			if (dropped !== null) detail[dataset] = dropped.rows;
		}
		return detail;
	}
};
