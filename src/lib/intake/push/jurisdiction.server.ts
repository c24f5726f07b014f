import { sql, type Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import { regionWithin } from '#lib/access/scope.server.ts';
import type { KindFacts } from '#lib/intake/kinds/kinds.ts';

/**
 * Refuses the staged rows that are not a token's to push. A row lies where it says itself, else where the register has its
 * enterprise, else where its code was given out. A cancellation lies where the register has the enterprise, whatever it says: nobody
 * cancels another office's enterprises by writing the own region beside them.
 *
 * @param jurisdiction the token's region as a prefix and as people know it.
 */
export async function rejectOutside(trx: Kysely<DB>, kind: KindFacts, jurisdiction: { readonly prefix: string; readonly label: string }): Promise<void> {
	if (jurisdiction.prefix === '') return;
	const registered = sql`coalesce(e.region_code, s.region_code, substr(s.uscc, 3, 6))`;
	const place = kind.effect === 'cancellation' ? registered : sql`case when s.region_own then s.region_code else ${registered} end`;
	await sql`
		update stage s set reason = 'outside-jurisdiction', fault_field = case when s.region_own then 'region' else 'uscc' end,
			message = '所在区划 ' || p.region_code || coalesce(' ' || r.name, '') || ${` 不在此令牌的管辖区域（${jurisdiction.label}）内；请由所在地的系统推送，或请安全管理员调整令牌的管辖区域`}
		from (
			select s.line, ${place} as region_code from stage s left join enterprise e on e.uscc = s.uscc where s.reason is null
		) p left join region r on r.code = p.region_code
		where p.line = s.line and not ${regionWithin(jurisdiction.prefix, 'p.region_code')}
	`.execute(trx);
}
