import { neverReceived } from '#lib/detection/daily/cells.ts';

/** Evenings on which something counted: from this one until before that one. Days as text or as numbers of days. */
export type Span<Day extends string | number> = { readonly from: Day; readonly until: Day | null };

/** One version of a source row, as days. */
export type Version<Day extends string | number> = {
	readonly received: Day;
	/** When this version came to us, and when the next one did; null: it is the newest. */
	readonly known: Day;
	readonly replaced: Day | null;
	/** When the row's first version came to us; null when it was never corrected. */
	readonly first: Day | null;
};

/**
 * On which evenings a version counts; never two versions of a row on one. While we had the row, the version we had. Before we had it
 * at all (history taken in later), the newest one from the day its source received it.
 */
export function spansOf<Day extends string | number>({ received, known, replaced, first }: Version<Day>): Span<Day>[] {
	const from = received > known ? received : known;
	if (replaced !== null) return from < replaced ? [{ from, until: replaced }] : [];
	if (first === null || first >= known) return [{ from: received, until: null }];
	return received < first ? [{ from: received, until: first }, { from, until: null }] : [{ from, until: null }];
}

/** On evenings before `received`, `n` of a day's count were not known; below 0: that much more counted until then. */
export type Correction = { readonly leaf: string; readonly day: number; readonly received: number; readonly n: number };

/** Corrections for `n` events that counted on some evenings only; those of today are in today's counts. */
export function correctionsOf(spans: readonly Span<number>[], place: { readonly leaf: string; readonly day: number }, n: number): Correction[] {
	return spans.flatMap(({ from, until }) => [
		{ ...place, received: from, n },
		...(until === null ? [] : [{ ...place, received: until, n: -n }])
	]);
}

/** One row that a person brought about one subject. */
export type PersonRow = Span<number> & { readonly leaf: string; readonly day: number };

/**
 * Corrections for the rows of one person about one subject: however many on a day, they count once, and not again within `repeatDays`
 * of a day before (D4). Today's counts know the former, but not the latter.
 *
 * @param repeatDays −1: only what happened on one day and in one cell is the same.
 */
export function personCorrections(rows: readonly PersonRow[], repeatDays: number): Correction[] {
	const days = new Map(rows.map(({ leaf, day }) => [`${day}|${leaf}`, { leaf, day }]));
	const ordered = [...days].sort(([, a], [, b]) => a.day - b.day || (a.leaf < b.leaf ? -1 : 1));
	const seenOn = (evening: number) => {
		const seen = new Set<string>();
		for (const { leaf, day, from, until } of rows) if (from <= evening && (until === null || evening < until)) seen.add(`${day}|${leaf}`);
		return seen;
	};
	const countedOn = (evening: number) => {
		const seen = seenOn(evening);
		let before = -Infinity;
		return new Set(ordered.flatMap(([key, { day }]) => {
			if (!seen.has(key)) return [];
			const again = day - before <= repeatDays;
			before = day;
			return again ? [] : [key];
		}));
	};
	const evenings = [...new Set(rows.flatMap(({ from, until }) => (until === null ? [from] : [from, until])))].sort((a, b) => a - b);
	const result: Correction[] = [];
	let counted: ReadonlySet<string> = new Set();
	for (const received of evenings) {
		const now = countedOn(received);
		for (const [key, place] of ordered) {
			const n = Number(now.has(key)) - Number(counted.has(key));
			if (n !== 0) result.push({ ...place, received, n });
		}
		counted = now;
	}
	const today = new Set(rows.flatMap(({ leaf, day, until }) => (until === null ? [`${day}|${leaf}`] : [])));
	for (const [key, place] of ordered) if (today.has(key) && !counted.has(key)) result.push({ ...place, received: neverReceived, n: 1 });
	return result;
}
