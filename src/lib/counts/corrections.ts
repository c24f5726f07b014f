import { maskChange } from '#lib/enterprises/mask.ts';

/** What became of a row that counted once: another content, taken back by its source, or said to be the same as another row. */
export const fates = ['corrected', 'withdrawn', 'folded'] as const;
export type Fate = (typeof fates)[number];

/** What one version of a source row says, as the database gives it; `person` and `other` are digests that never leave the server. */
export type Said = {
	readonly occurredOn: string;
	/** Null where nobody registered is named. */
	readonly enterprise: string | null;
	readonly region: string;
	/** The name, or '-' where the row has none. */
	readonly industry: string;
	readonly item: string | null;
	readonly before: string | null;
	readonly after: string | null;
	readonly channel: string | null;
	readonly person: string | null;
	readonly other: string;
};

/** What may differ between two versions; of persons and of all that is not shown only that it differs is told. */
export const changedFields = ['occurredOn', 'enterprise', 'region', 'industry', 'item', 'before', 'after', 'channel', 'person', 'other'] as const;
export type ChangedField = (typeof changedFields)[number];
export type FieldChange = { readonly field: ChangedField; readonly before: string | null; readonly after: string | null };

const toldOnly: readonly ChangedField[] = ['person', 'other'];

/** The fields in which two versions of a row differ, persons masked. */
export function changesBetween(one: Said, two: Said): readonly FieldChange[] {
	return changedFields
		.filter((field) => one[field] !== two[field])
		.map((field) => {
			if (toldOnly.includes(field)) return { field, before: null, after: null };
			const shown = (said: Said) => (field === 'before' || field === 'after' ? maskChange(said.item, said[field]) : said[field]);
			return { field, before: shown(one), after: shown(two) };
		});
}

/** A row that counted and is not any more what it was. */
export type ChangedRow = {
	readonly fate: Fate;
	/** The day on which it changed. */
	readonly on: string;
	readonly kind: string;
	readonly source: string | null;
	/** As it counted. */
	readonly occurredOn: string;
	readonly enterprise: string | null;
	readonly uscc: string | null;
	readonly region: string;
	readonly item: string | null;
	/** Of a corrected row; null: it lies outside the reader's jurisdiction now. */
	readonly changes: readonly FieldChange[] | null;
	/** Of a folded row: the one that counts for both. */
	readonly into: { readonly day: string; readonly source: string | null } | null;
	/** Whether a corrected row still belongs to what was asked. */
	readonly still: boolean;
};

/** How many rows met which fate, between which days. */
export type ChangedRows = { readonly [F in Fate]: number } & {
	readonly total: number;
	readonly firstOn: string;
	readonly lastOn: string;
	/** The newest changes; fewer than `total` where there are many. */
	readonly rows: readonly ChangedRow[];
};

/** One version of a row of a list; the newest first. */
export type RowVersion = {
	readonly knownOn: string;
	/** Null: as it is now. */
	readonly untilOn: string | null;
	/** What the version says: the row counts, was taken back, or is the same as another. */
	readonly state: 'counted' | 'withdrawn' | 'folded';
	/** What differs from the version before; null: it lies outside the reader's jurisdiction, or there is none before. */
	readonly changes: readonly FieldChange[] | null;
	/** The batch it came with, for those who may look at batches. */
	readonly batch: { readonly id: string; readonly name: string } | null;
};
