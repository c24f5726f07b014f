import { m } from '#lib/messages/messages.js';
import type { Work } from '#lib/warnings/lifecycle.ts';

/** Where the work on a warning stands, as a leader reads it. */
export const progressSteps = ['waiting', 'working', 'disposed', 'closed'] as const;
export type ProgressStep = (typeof progressSteps)[number];

/** The states of work that are a step: a reopened warning waits again. */
export const worksOf: Readonly<Record<ProgressStep, readonly Work[]>> = {
	waiting: ['new', 'reopened'], working: ['acknowledged', 'investigating'], disposed: ['disposed'], closed: ['closed']
};

const labels: Readonly<Record<ProgressStep, () => string>> = {
	waiting: m.riskmap_progress_waiting, working: m.riskmap_progress_working, disposed: m.riskmap_progress_disposed, closed: m.riskmap_progress_closed
};
export const progressLabel = (step: ProgressStep): string => labels[step]();
