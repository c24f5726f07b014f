import { m } from '#lib/messages/messages.js';
import type { Dataset } from './datasets.ts';

const names: Readonly<Record<Dataset, () => string>> = {
	classes: m.outward_dataset_classes, grades: m.outward_dataset_grades, warnings: m.outward_dataset_warnings, results: m.outward_dataset_results
};
/** A dataset in the reader's language; one of a later version by its code. */
export const datasetLabel = (dataset: string): string => (names as Partial<Record<string, () => string>>)[dataset]?.() ?? dataset;
