import { sql, type Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import { regionPrefix } from '#lib/access/scope.ts';
import { regionWithin } from '#lib/access/scope.server.ts';
import type { KindFacts } from '#lib/intake/kinds/kinds.ts';
import { kindLabel } from '#lib/intake/labels.ts';
import { fileRefusal, type FileRefusal } from '#lib/intake/read/inspect-file.ts';
import { m } from '#lib/messages/messages.js';

/**
 * Refuses a kind that a source has not been registered for: whoever pushes or uploads cannot say by that what the source answers for.
 * Null: it delivers the kind.
 */
export function refuseForeignKind(source: { readonly name: string; readonly kinds: readonly string[] }, kind: KindFacts): FileRefusal | null {
	if (source.kinds.includes(kind.stored)) return null;
	const kinds = source.kinds.map((stored) => kindLabel(stored)).join('、');
	const said = { source: source.name, kind: kindLabel(kind.stored) };
	return fileRefusal('kind-not-registered', kinds === '' ? m.sources_kind_foreign_none(said) : m.sources_kind_foreign({ ...said, kinds }));
}

/** New rows of a delivery that lie outside its source's territory, and where: `无锡市 3、苏州市 1`. */
export type RowsOutside = { readonly rows: number; readonly places: string };

/** Places that are named; the others are only counted. */
const namedPlaces = 5;

/** Counts the rows that a merge took in from outside a source's territory, by city (by county for a county's source). */
export async function rowsOutside(trx: Kysely<DB>, kind: KindFacts, territory: string): Promise<RowsOutside> {
	const prefix = regionPrefix(territory);
	if (prefix === '') return { rows: 0, places: '' };
	const monthly = kind.effect === 'class' || kind.effect === 'grade';
	const placed = sql`
		select coalesce(case when s.region_own then s.region_code else e.region_code end, s.region_code) as region_code
		from stage s left join enterprise e on e.uscc = s.uscc and ${monthly ? sql`true` : sql`not s.region_own`} where s.reason is null`;
	const digits = prefix.length === 6 ? 6 : 4;
	const { rows } = await sql<{ place: string; n: number }>`
		select coalesce(r.name, o.code) as place, o.n from (
			select rpad(substr(region_code, 1, ${digits}::int), 6, '0') as code, count(*)::int as n from (${placed}) p
			where region_code is not null and not ${regionWithin(prefix, 'p.region_code')} group by 1
		) o left join region r on r.code = o.code order by o.n desc, o.code
	`.execute(trx);
	const named = rows.slice(0, namedPlaces).map(({ place, n }) => `${place} ${n}`);
	return { rows: rows.reduce((sum, { n }) => sum + n, 0), places: named.join('、') + (rows.length > namedPlaces ? ` 等 ${rows.length} 处` : '') };
}
