import { sql, type Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import { check } from '#lib/access/permissions.ts';
import { regionWithin } from '#lib/access/scope.server.ts';
import { regionPrefix } from '#lib/access/scope.ts';
import type { NotAllowed, NotFound, OwnWork } from '#lib/access/refuse.ts';
import { datasets, rowSchemas } from './datasets.ts';

/** Drops shown; older files are in the table and, unless taken away, in the outbox. */
const shownDrops = 50;

/** What leaves, who has taken how much of it, and the files put out: counts and states, never rows. */
export async function outwardStatus(db: Kysely<DB>, actor: Actor) {
	const refusal: NotAllowed | NotFound | OwnWork | null = check(actor, 'outward.see');
	if (refusal !== null) return refusal;
	const [marks, takers, drops] = await Promise.all([
		db.selectFrom('outward_mark').selectAll().execute(),
		sql<{ taker: string; holder: string; dataset: string; region: string; position: number; rows: number; requests: number; lastAt: Date; good: boolean }>`
			select a.name as taker, a.holder, t.dataset, coalesce(r.name, t.region_code) as region, t.position, t.rows, t.requests, t.last_at as "lastAt",
				a.revoked_at is null and a.expires_on >= (now() at time zone 'Asia/Shanghai')::date as good
			from outward_taker t join api_token a on a.id = t.token_id left join region r on r.code = t.region_code
			where ${regionWithin(regionPrefix(actor.regionCode), 'a.office_region_code')}
			order by a.name, t.dataset
		`.execute(db),
		db
			.selectFrom('outward_drop')
			.select(['dataset', 'file_name as fileName', 'state', 'rows', 'bytes', 'sha256', 'made_at as madeAt'])
			.orderBy('made_at', 'desc')
			.limit(shownDrops)
			.execute()
	]);
	const head = (dataset: string) => marks.find((mark) => mark.dataset === dataset)?.head ?? 0;
	return {
		ok: true as const,
		datasets: datasets.map((dataset) => {
			const mark = marks.find((one) => one.dataset === dataset);
			return { dataset, title: rowSchemas[dataset].title, since: mark?.since ?? null, head: head(dataset), lookedAt: mark?.looked_at ?? null };
		}),
		takers: takers.rows.map((taker) => ({ ...taker, behind: Math.max(0, head(taker.dataset) - taker.position) })),
		drops
	};
}
