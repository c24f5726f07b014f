import { createHash } from 'node:crypto';
import type { Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import { commonRegion } from '#lib/regions/common-region.ts';
import type { KindEvening } from '#lib/indicators/kind-evening.server.ts';

/** What a coverage notice says beyond its columns. Stored as `coverage_notice.explanation`. */
export type CoverageExplanation = {
	/** Factor per city: count after the change over what was due at the level before; null where it could not be judged. */
	readonly cities: readonly { readonly code: string; readonly factor: number | null }[];
	/** Counts of the whole source by week, first day of each. */
	readonly weeks: readonly { readonly from: string; readonly n: number }[];
	readonly z: number;
};

const shownWeeks = 26;

/** Writes one notice for each change of coverage that the evening found. The same change found again is the same notice. */
export async function recordChanges(trx: Kysely<DB>, kind: string, evening: KindEvening): Promise<void> {
	for (const { sourceId, cities, change } of evening.found) {
		const changeOn = evening.day(change.day);
		const explanation: CoverageExplanation = {
			cities: cities.map((code, i) => ({ code: `${code}00`, factor: finite(Math.exp(change.logRatio[i]!)) })),
			weeks: weekly(evening, cities),
			z: change.z
		};
		await trx
			.insertInto('coverage_notice')
			.values({
				id: noticeId(sourceId, kind, changeOn),
				source_id: sourceId,
				kind,
				// Not the source's whole territory: a stray row from elsewhere says nothing about elsewhere.
				region_code: commonRegion(cities.filter((_, i) => !Number.isNaN(change.logRatio[i]!)).map((code) => `${code}00`)),
				change_on: changeOn,
				detected_on: evening.asOf,
				factor: change.factor,
				regions_changed: change.regionsChanged,
				regions_judged: change.regionsJudged,
				explanation: JSON.stringify(explanation)
			})
			.onConflict((conflict) => conflict.column('id').doNothing())
			.execute();
	}
}

/** Writes one notice for each day that a source entered in bulk; found again it is the same. */
export async function recordBulk(trx: Kysely<DB>, kind: string, evening: KindEvening): Promise<void> {
	for (const { sourceId, cities, bulk } of evening.bulk) {
		if (!bulk.settled) continue;
		const changeOn = evening.day(bulk.day);
		const explanation: CoverageExplanation = {
			cities: cities.map((code, i) => ({ code: `${code}00`, factor: finite(bulk.ratio[i]!) })),
			weeks: weekly(evening, cities), z: 0
		};
		await trx
			.insertInto('coverage_notice')
			.values({
				id: noticeId(sourceId, kind, `${changeOn}|bulk`), source_id: sourceId, kind, what: 'bulk',
				region_code: commonRegion(cities.filter((_, i) => !Number.isNaN(bulk.ratio[i]!)).map((code) => `${code}00`)),
				change_on: changeOn, detected_on: evening.asOf, factor: bulk.factor,
				regions_changed: bulk.regionsHigh, regions_judged: bulk.regionsJudged, explanation: JSON.stringify(explanation)
			})
			.onConflict((conflict) => conflict.column('id').doNothing())
			.execute();
	}
}

const finite = (value: number) => (Number.isFinite(value) ? Math.round(value * 100) / 100 : null);

function noticeId(sourceId: string, kind: string, changeOn: string): string {
	return createHash('sha256').update(`${sourceId}|${kind}|${changeOn}`).digest('hex').slice(0, 20);
}

function weekly(evening: KindEvening, cities: readonly string[]): CoverageExplanation['weeks'] {
	const { city } = evening.run;
	const { asOf } = evening.question;
	const rows = cities.map((code) => city.cities.indexOf(code));
	const weeks = [];
	for (let back = shownWeeks - 1; back >= 0; back--) {
		const first = asOf - 7 * back - 6;
		if (first < 0) continue;
		let n = 0;
		for (const row of rows) for (let d = first; d < first + 7; d++) n += city.counts[row * city.days + d]!;
		weeks.push({ from: evening.day(first), n });
	}
	return weeks;
}
