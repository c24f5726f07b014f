import classes from '../../../docs/outward/classes.schema.json' with { type: 'json' };
import grades from '../../../docs/outward/grades.schema.json' with { type: 'json' };
import results from '../../../docs/outward/results.schema.json' with { type: 'json' };
import warnings from '../../../docs/outward/warnings.schema.json' with { type: 'json' };

/** The outside format: its name changes with every change of a schema, so that nobody reads one for the other. */
export const outwardFormat = 'qianshao-outward-1';

/** What leaves for other systems of the authorities (B4, D12). */
export const datasets = ['classes', 'grades', 'warnings', 'results'] as const;
export type Dataset = (typeof datasets)[number];

export function isDataset(text: string): text is Dataset {
	return (datasets as readonly string[]).includes(text);
}

/** A published JSON Schema (2020-12), as far as the code reads it itself. */
type RowSchema = {
	readonly $id: string;
	readonly title: string;
	/** The fields that say what a row is about: two rows with the same are one and its correction. */
	readonly 'x-key': readonly string[];
	readonly properties: Readonly<Record<string, { readonly title: string }>>;
};

/** The schemas that docs/outward publishes are those that files are written and checked by. */
export const rowSchemas: Readonly<Record<Dataset, RowSchema>> = { classes, grades, warnings, results };

/** The fields of a dataset's rows in their order, with their Chinese titles. */
export function columnsOf(dataset: Dataset): readonly { readonly name: string; readonly title: string }[] {
	return Object.entries(rowSchemas[dataset].properties).map(([name, { title }]) => ({ name, title }));
}

/** The month a row belongs to, `YYYY-MM`. */
export function periodOf(dataset: Dataset, row: Readonly<Record<string, unknown>>): string {
	const field = dataset === 'warnings' ? 'raisedOn' : dataset === 'results' ? 'visitedOn' : 'month';
	return String(row[field]).slice(0, 7);
}
