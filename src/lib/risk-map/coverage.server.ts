import type { Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import { may } from '#lib/access/permissions.ts';
import { inScope, scopeOf } from '#lib/access/scope.ts';
import { overlaps } from '#lib/indicators/held.ts';

/** A change of what a source covers, between the days compared with and the end of the days shown. */
export type CoverageRemark = {
	readonly sourceName: string;
	readonly regionCode: string;
	readonly changeOn: string;
	/** The level after over the level before. */
	readonly factor: number;
	readonly confirmed: boolean;
	/** Whether the reader may open the notice. */
	readonly mayOpen: boolean;
};

/** Notices of changed coverage of a kind that lie between two days, newest first; dismissed ones were no change of coverage. */
export async function coverageBetween(
	db: Kysely<DB>,
	actor: Actor,
	kind: string,
	region: string,
	after: string,
	to: string
): Promise<readonly CoverageRemark[]> {
	const rows = await db
		.selectFrom('coverage_notice as n')
		.innerJoin('source as s', 's.id', 'n.source_id')
		.select(['s.name as sourceName', 'n.region_code as regionCode', 'n.change_on as changeOn', 'n.factor', 'n.state'])
		.where('n.kind', '=', kind)
		.where('n.state', 'in', ['open', 'confirmed'])
		.where('n.change_on', '>', after)
		.where('n.change_on', '<=', to)
		.orderBy('n.change_on', 'desc')
		.orderBy('n.id')
		.execute();
	const reads = may(actor, 'indicator.see');
	return rows
		.filter((row) => overlaps(row.regionCode, region))
		.map(({ state, ...row }) => ({ ...row, confirmed: state === 'confirmed', mayOpen: reads && inScope(scopeOf(actor), row.regionCode) }));
}
