import { sql, type Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import { inIndustry, inRegion } from '#lib/access/cell.server.ts';
import type { TaskScope } from '../tasks/scope.ts';

/**
 * How many active enterprises a scope holds now, by the register of objects. Members of warnings are not counted: plans have none.
 *
 * @param objectKinds tags of which the item wants one; null: all.
 */
export async function scopeSize(db: Kysely<DB>, scope: TaskScope, objectKinds: readonly string[] | null): Promise<number> {
	if (scope.cells.length === 0) return 0;
	const cells = scope.cells.map((cell) => sql`(${inRegion(cell.region, 'o.region_code')} and ${inIndustry(cell.industry, 'o.industry_key')})`);
	const { rows } = await sql<{ n: number }>`
		select count(*)::int as n from inspection_object o
		where (${sql.join(cells, sql` or `)})
			and (${scope.classes}::text[] is null or coalesce(o.class, 'none') = any(${scope.classes}::text[]))
			and (${scope.tags}::text[] is null or o.tags && ${scope.tags}::text[])
			and (${objectKinds}::text[] is null or o.tags && ${objectKinds}::text[])
			and (${scope.establishedFrom}::date is null or o.established_on >= ${scope.establishedFrom}::date)
			and (${scope.establishedTo}::date is null or o.established_on <= ${scope.establishedTo}::date)
	`.execute(db);
	return rows[0]!.n;
}
