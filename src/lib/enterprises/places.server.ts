import { sql, type Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import { placeOf, placeRules } from './place.ts';

const chunkSize = 20_000;

/**
 * Finds the place of every address that has none yet, or one by older rules. What is there already costs one look.
 *
 * @param uscc only addresses of these enterprises; default: all.
 */
export async function refreshPlaces(db: Kysely<DB>, uscc?: readonly string[]): Promise<number> {
	const { rows } = await sql<{ key: string; written: string | null }>`
		select l.key, min(e.address) filter (where e.address_key = l.key) as written
		from enterprise_link l join enterprise e on e.uscc = l.uscc
		where l.kind = 'address' and not exists (select from address_place p where p.address_key = l.key and p.rules = ${placeRules})
			${uscc ? sql`and l.uscc in (select unnest(${[...uscc]}::text[]))` : sql``}
		group by l.key
	`.execute(db);
	for (let at = 0; at < rows.length; at += chunkSize) {
		const places = rows.slice(at, at + chunkSize).map(({ key, written }) => {
			const place = placeOf(key, written ?? key);
			return { address_key: key, place_key: place.key, unit: place.unit, kind: place.kind };
		});
		await sql`
			insert into address_place (address_key, place_key, unit, kind, rules)
			select address_key, place_key, unit, kind, ${placeRules}
			from jsonb_to_recordset(${JSON.stringify(places)}::jsonb) as p(address_key text, place_key text, unit text, kind text)
			on conflict (address_key) do update
				set place_key = excluded.place_key, unit = excluded.unit, kind = excluded.kind, rules = excluded.rules
		`.execute(db);
	}
	return rows.length;
}
