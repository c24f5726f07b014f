import { importUpload } from '#lib/intake/upload.server.ts';
import type { Job } from './job.ts';

/** Takes a file in that somebody uploaded and mapped on the intake page. */
export const importUploadJob: Job = {
	name: 'import-upload',
	schedule: null,
	catchUp: { hours: 24, missed: 'each' },
	async run({ db, dataDir, payload, signal, progress }) {
		const batchId = payload?.['batchId'];
		if (typeof batchId !== 'string') throw new Error('the request names no batch');
		return importUpload(db, batchId, dataDir, { signal, progress });
	}
};
