import { sql, type Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import { may } from '#lib/access/permissions.ts';
import { withinJurisdiction } from '#lib/access/scope.server.ts';
import { scopeOf } from '#lib/access/scope.ts';
import { wholeOf } from '../plans/scope-rules.ts';
import type { TaskScope } from './scope.ts';

/** What sampling needs to know of a warning. */
export type WarningScope = {
	readonly id: string;
	readonly number: string;
	readonly scopeKind: string;
	readonly region: string;
	readonly industry: string;
	/** The region and industry, or of a cluster each pair it consists of. */
	readonly cells: TaskScope['cells'];
	/** Set when the warning names one enterprise: then it is a lead check, not a draw from a pool of one. */
	readonly uscc: string | null;
	readonly incidentId: string | null;
};

/** Warnings of the actor's jurisdiction, in the order asked for; those outside are missing. */
export async function warningScopes(db: Kysely<DB>, actor: Actor, ids: readonly string[]): Promise<WarningScope[]> {
	if (ids.length === 0) return [];
	const rows = await db
		.selectFrom('warning as w')
		.select(['w.id', 'w.number', 'w.scope_kind', 'w.region_code', 'w.industry_key', 'w.uscc', 'w.incident_id'])
		.select(sql<{ regions: string[]; industries: string[] } | null>`w.explanation #> '{evidence,cells}'`.as('cluster'))
		.where('w.id', 'in', [...ids])
		.where(withinJurisdiction(scopeOf(actor), { region: 'w.region_code', industry: 'w.industry_key' }))
		.execute();
	return ids.flatMap((id) => {
		const w = rows.find((r) => r.id === id);
		if (!w) return [];
		const { regions, industries } = w.cluster ?? { regions: [w.region_code], industries: [w.industry_key] };
		const cells = regions.flatMap((region) => industries.map((industry) => ({ region, industry })));
		return [{ id, number: w.number, scopeKind: w.scope_kind, region: w.region_code, industry: w.industry_key, cells, uscc: w.uscc, incidentId: w.incident_id }];
	});
}

/** The scope that warnings or a map cell suggest. A cluster's members are its pool; a cell is its region and industry. */
export function suggestScope(actor: Actor, warnings: readonly WarningScope[], cells: TaskScope['cells']): TaskScope {
	const of = warnings.filter((w) => w.scopeKind === 'cell').flatMap((w) => w.cells);
	const memberWarnings = warnings.filter((w) => w.scopeKind !== 'cell' && w.uscc === null).map((w) => w.id);
	const found = [...of, ...cells];
	const unique = found.filter((c, i) => found.findIndex((d) => d.region === c.region && d.industry === c.industry) === i);
	return {
		cells: unique.length > 0 || memberWarnings.length > 0 ? unique : wholeOf(actor.regionCode, actor.industries),
		memberWarnings,
		classes: null,
		tags: null,
		establishedFrom: null,
		establishedTo: null
	};
}

/** Warnings of an incident that an actor may see and that are still worked on; when all are closed, all of them. */
export async function warningsOfIncident(db: Kysely<DB>, actor: Actor, incidentId: string): Promise<string[]> {
	if (!may(actor, 'warning.see')) return [];
	const rows = await db
		.selectFrom('warning as w')
		.select(['w.id', 'w.work'])
		.where('w.incident_id', '=', incidentId)
		.where(withinJurisdiction(scopeOf(actor), { region: 'w.region_code', industry: 'w.industry_key' }))
		.orderBy('w.number')
		.execute();
	const open = rows.filter((row) => row.work !== 'closed');
	return (open.length > 0 ? open : rows).map((row) => row.id);
}
