/** Counts of one item of a source by week and city: week w, city c at w × cities + c. Weeks oldest first. */
export type ItemWeeks = { readonly item: string; readonly counts: Float64Array };

/** A name that took the place of another. */
export type Rename = {
	readonly from: string;
	readonly to: string;
	/** First week of the new name, and the share of the source's rows that each had on its side. */
	readonly week: number;
	readonly shareBefore: number;
	readonly shareAfter: number;
	/** How alike the cities of both are, 0 to 1. */
	readonly likeness: number;
	/** Cities in which both are seen, each on its own side. */
	readonly cities: number;
};

/** All of these are ours, tried on planted renames and on New Year's ordinary changes of mix. */
export const renameRules = {
	/** Weeks on each side of the change at least, and looked at at most. */
	leastWeeks: 2,
	mostWeeks: 13,
	/** Rows on each side at least. */
	leastRows: 20,
	/** The old name keeps at most this share of its own, the new one had at most this share before. */
	rest: 0.05,
	/** The new share over the old, or the old over the new, at most. */
	ratio: 1.6,
	likeness: 0.8,
	leastCities: 3
} as const;

/**
 * Finds names that ended while another began, in many cities at once and with about the same share of all rows: a renaming, not a change of
 * what happens. Judged by shares, so that a source that grows or a season that turns does not matter.
 *
 * @param cities number of cities.
 */
export function findRenames(items: readonly ItemWeeks[], cities: number): Rename[] {
	const weeks = items.length === 0 ? 0 : items[0]!.counts.length / cities;
	const found: Rename[] = [];
	for (let week = renameRules.leastWeeks; week <= weeks - renameRules.leastWeeks; week++) {
		const [from, to] = [Math.max(0, week - renameRules.mostWeeks), Math.min(weeks, week + renameRules.mostWeeks)];
		const sides = items.map(({ item, counts }) => ({ item, before: byCity(counts, cities, from, week), after: byCity(counts, cities, week, to) }));
		const [allBefore, allAfter] = [sides.reduce((sum, { before }) => sum + total(before), 0), sides.reduce((sum, { after }) => sum + total(after), 0)];
		if (allBefore === 0 || allAfter === 0) continue;
		const shares = sides.map((side) => ({ ...side, shareBefore: total(side.before) / allBefore, shareAfter: total(side.after) / allAfter }));
		const ended = shares.filter((one) => total(one.before) >= renameRules.leastRows && one.shareAfter <= renameRules.rest * one.shareBefore);
		const begun = shares.filter((one) => total(one.after) >= renameRules.leastRows && one.shareBefore <= renameRules.rest * one.shareAfter);
		for (const old of ended) {
			for (const fresh of begun) {
				const ratio = fresh.shareAfter / old.shareBefore;
				const likeness = cosine(old.before, fresh.after);
				const common = old.before.filter((n, c) => n > 0 && fresh.after[c]! > 0).length;
				if (ratio > renameRules.ratio || ratio < 1 / renameRules.ratio || likeness < renameRules.likeness || common < renameRules.leastCities) continue;
				found.push({ from: old.item, to: fresh.item, week, shareBefore: old.shareBefore, shareAfter: fresh.shareAfter, likeness, cities: common });
			}
		}
	}
	return best(found);
}

/** Of all pairs and weeks the most alike; each name takes part once. */
function best(found: readonly Rename[]): Rename[] {
	const score = ({ likeness, shareBefore, shareAfter }: Rename) => likeness - Math.abs(Math.log(shareAfter / shareBefore));
	const taken = new Set<string>();
	return [...found].sort((a, b) => score(b) - score(a) || a.week - b.week).filter(({ from, to }) => {
		if (taken.has(from) || taken.has(to)) return false;
		taken.add(from).add(to);
		return true;
	});
}

function byCity(counts: Float64Array, cities: number, from: number, to: number): number[] {
	const sums = new Array<number>(cities).fill(0);
	for (let w = from; w < to; w++) for (let c = 0; c < cities; c++) sums[c]! += counts[w * cities + c]!;
	return sums;
}

const total = (values: readonly number[]) => values.reduce((sum, n) => sum + n, 0);

function cosine(a: readonly number[], b: readonly number[]): number {
	const dot = a.reduce((sum, n, i) => sum + n * b[i]!, 0);
	return dot / Math.sqrt(a.reduce((sum, n) => sum + n * n, 0) * b.reduce((sum, n) => sum + n * n, 0));
}

/** Does an item look like a code that nobody translated: `0301`, `TS-02`, `a1f0c3`? Words, and numbers with a unit, do not. */
export function looksCoded(item: string): boolean {
	const plain = item.normalize('NFKC').trim();
	return /^(?=.*\d)[A-Za-z0-9][A-Za-z0-9_.\-/]{1,39}$/.test(plain);
}
