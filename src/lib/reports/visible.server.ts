import { sql, type RawBuilder, type SqlBool } from 'kysely';
import type { Actor } from '#lib/access/actor.ts';
import { may } from '#lib/access/permissions.ts';
import { scopeOf } from '#lib/access/scope.ts';
import { withinJurisdiction } from '#lib/access/scope.server.ts';
import { frozenStates } from './states.ts';

/**
 * Reports `r` that an actor may read: about a region of the jurisdiction, and of an actor with industries only those about these. What was never
 * issued is seen by its own department and by leaders.
 */
export function visibleReports(actor: Actor): RawBuilder<SqlBool> {
	if (!may(actor, 'report.see')) return sql<SqlBool>`false`;
	const scope = scopeOf(actor);
	const region = withinJurisdiction({ ...scope, industries: scope.industries?.length === 0 ? [] : null }, { region: 'r.region_code' });
	const industries = scope.industries === null
		? sql`true`
		: sql`(r.industries is not null and not exists (
			select from unnest(r.industries) held (key) where not exists (select from unnest(${[...scope.industries]}::text[]) own (key) where held.key like own.key || '%')
		))`;
	const ready = actor.role === 'leader' ? sql`true` : sql`(r.state = any(${[...frozenStates]}) or r.department_id = ${actor.departmentId})`;
	return sql<SqlBool>`(${region} and ${industries} and ${ready})`;
}
