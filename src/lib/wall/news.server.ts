import { sql, type Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import { may } from '#lib/access/permissions.ts';
import { withinJurisdiction } from '#lib/access/scope.server.ts';
import { scopeOf } from '#lib/access/scope.ts';
import type { WarningSpan } from '#lib/risk-map/cells.server.ts';
import { rank } from '#lib/warnings/due.server.ts';
import type { WallWarning } from './picture.ts';

const most = 7;

/**
 * The worst open warnings raised in a span of days, newest first among equals. Whom a warning is about is not even read here; of an
 * outside platform also not its name, which may be a company's.
 */
export async function wallNews(db: Kysely<DB>, actor: Actor, span: WarningSpan): Promise<readonly WallWarning[]> {
	if (!may(actor, 'map.see')) return [];
	const { rows } = await sql<WallWarning>`
		select w.level, w.work, case when i.kind <> 'outside' then i.name end as "indicatorName", case when i.kind <> 'outside' then i.name_en end as "indicatorNameEn",
			r.name as "regionName", w.industry_key as "industryKey", n.name as "industryName", w.raised_on as "raisedOn"
		from warning w join indicator i on i.id = w.indicator_id
		left join region r on r.code = w.region_code left join industry n on n.key = w.industry_key
		where ${withinJurisdiction(scopeOf(actor), { region: 'w.region_code', industry: 'w.industry_key' })}
			and w.raised_on between ${span.from} and ${span.to} and w.work <> 'closed'
		order by ${rank}, w.raised_on desc, w.id
		limit ${most}
	`.execute(db);
	return rows;
}
