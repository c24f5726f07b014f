import * as v from 'valibot';
import { daySchema } from '../tasks/scope.ts';

export const reportStates = ['open', 'verified', 'refuted'] as const;
export type ReportState = (typeof reportStates)[number];

/** A media report as it is entered. Lengths are ours. */
export const reportSchema = v.object({
	uscc: v.pipe(v.string(), v.trim(), v.toUpperCase(), v.length(18)),
	/** Who reported it where. */
	medium: v.pipe(v.string(), v.trim(), v.minLength(2), v.maxLength(100)),
	reportedOn: daySchema,
	content: v.pipe(v.string(), v.trim(), v.minLength(6), v.maxLength(4000))
});
export type NewReport = v.InferOutput<typeof reportSchema>;

/** `MT2026-0001`. */
export const reportNumber = (year: string, serial: number): string => `MT${year}-${String(serial).padStart(4, '0')}`;

/** What was verified has to say what and how. Ours: shorter is a word, not a finding. */
export const leastFinding = 10;
