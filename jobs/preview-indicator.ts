import { previewIndicator } from '#lib/indicators/preview.server.ts';
import type { Job } from './job.ts';

/** What an indicator's version would have raised over the last half-year, for the person who asked. */
export const previewIndicatorJob: Job = {
	name: 'preview-indicator',
	schedule: null,
	catchUp: { hours: 0, missed: 'latest' },
	async run({ db, payload, signal, progress }) {
		const result = await previewIndicator(
			db,
			{ indicatorId: String(payload?.['indicatorId']), version: Number(payload?.['version']) },
			progress,
			signal
		);
		if (result === null) throw new Error('There is no such version, or the worker was stopped');
		return result;
	}
};
