import { previewMonths, type PreviewMonths } from '#lib/indicators/preview/evenings.ts';
import { inThread } from '#lib/indicators/preview/threads.server.ts';
import { previewIndicator } from '#lib/indicators/preview/preview.server.ts';
import type { Job } from './job.ts';

/** What an indicator's version would have raised over the last year or two, for the person who asked. */
export const previewIndicatorJob: Job = {
	name: 'preview-indicator',
	schedule: null,
	catchUp: { hours: 0, missed: 'latest' },
	async run({ db, payload, signal, progress }) {
		const asked = Number(payload?.['months']);
		const months: PreviewMonths = previewMonths.find((months) => months === asked) ?? previewMonths[0];
		const result = await previewIndicator(
			db,
			{ indicatorId: String(payload?.['indicatorId']), version: Number(payload?.['version']), months },
			{ progress, signal, runPart: inThread }
		);
		if (result === null) throw new Error('There is no such version');
		return result;
	}
};
