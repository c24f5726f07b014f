import { sql, type Kysely } from 'kysely';
import type { DB } from './types.ts';

export const numberSeries = ['warning', 'sampling-task', 'lead-check', 'incident', 'sampling-plan', 'campaign', 'lead-report', 'joint-visit'] as const;
/** Papers have a series for each sign of a department and measure: `disposal:武市监警`; reports one for each department's sign. */
export type NumberSeries = (typeof numberSeries)[number] | `disposal:${string}` | `report:${string}`;

/**
 * The next `count` running numbers of a year, from 1, without gaps: they stand on papers, and a gap would have to be explained. (A
 * sequence leaves one with each transaction that fails and each server that dies.) Others wait until the transaction ends.
 *
 * @param year Four digits.
 * @returns The first of them.
 */
export async function nextNumbers(trx: Kysely<DB>, series: NumberSeries, year: string, count: number = 1): Promise<number> {
	const { last } = await trx
		.insertInto('number_counter')
		.values({ series, year, last: count })
		.onConflict((conflict) => conflict.columns(['series', 'year']).doUpdateSet({ last: sql<number>`number_counter.last + ${count}` }))
		.returning('last')
		.executeTakeFirstOrThrow();
	return last - count + 1;
}
