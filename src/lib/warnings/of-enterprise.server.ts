import type { Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import { may } from '#lib/access/permissions.ts';
import { scopeOf } from '#lib/access/scope.ts';
import { withinJurisdiction } from '#lib/access/scope.server.ts';

/** The warnings an enterprise is named in, a member of, or a main contributor to; newest first. */
export async function warningsOf(db: Kysely<DB>, actor: Actor, uscc: string) {
	if (!may(actor, 'warning.see')) return [];
	return db
		.selectFrom('warning_subject as s')
		.innerJoin('warning as w', 'w.id', 's.warning_id')
		.innerJoin('indicator as i', 'i.id', 'w.indicator_id')
		.select([
			'w.id', 'w.number', 'w.level', 'w.work', 'w.evaluation', 'w.raised_on as raisedOn', 's.role', 'i.name as indicatorName',
			'i.name_en as indicatorNameEn'
		])
		.where('s.uscc', '=', uscc)
		.where(withinJurisdiction(scopeOf(actor), { region: 'w.region_code', industry: 'w.industry_key' }))
		.orderBy('w.raised_on', 'desc')
		.orderBy('w.number', 'desc')
		.limit(50)
		.execute();
}
