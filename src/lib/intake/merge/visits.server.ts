import { sql, type Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import { noteVisits } from '#lib/counts/inspection-month.server.ts';
import { keepVisits } from '#lib/sampling/objects/keep.server.ts';
import type { MergeInput } from './merge.server.ts';

/** Words of a path that is no planned check: named enterprises, for cause. */
const forCause = '线索|投诉|举报|转办|交办|督办|lead';

/** How a visit was chosen, in the words of sources; of the first that fits. A source's 双随机 does not say whether it was directed. */
const kind = sql`case
	when v.content ->> 'path' ~ '不定向' then 'undirected'
	when v.content ->> 'path' ~ '定向' then 'targeted'
	when v.content ->> 'path' ~* '专项|campaign' then 'campaign'
	when v.content ->> 'path' ~* '随机|抽查|random' then 'random'
end`;
/** The value on a scale of the source's own; a value without the name of its scale is kept under a name that says so. */
const scale = sql`case when v.content ->> 'scaleValue' is not null then coalesce(v.content ->> 'scale', '未注明分级体系') end`;

/**
 * Imported inspections are visits: caps and frequencies (C3, C6) count them whoever made them. They are the source's department's, and
 * planned unless their path says otherwise.
 */
export async function mergeVisits(trx: Kysely<DB>, { sourceId }: MergeInput, corrected: boolean): Promise<void> {
	// Of corrected rows the day before may lie in another month than the day after.
	const { rows: days } = await sql<{ day: string }>`
		select distinct date_trunc('month', day)::date as day from stage where reason is null
		${corrected ? sql`union select distinct date_trunc('month', v.visited_on)::date from inspection_visit v join version w on v.uscc = w.old_uscc and v.id = ${`import:${sourceId}:`}::text || w.source_key` : sql``}
	`.execute(trx);
	await noteVisits(trx, days.map(({ day }) => day));
	const id = (key: string) => sql`${`import:${sourceId}:`}::text || ${sql.ref(key)}`;
	if (corrected) await sql`delete from inspection_visit v using version w where v.uscc = w.old_uscc and v.id = ${id('w.source_key')}`.execute(trx);
	await sql`
		insert into inspection_visit (uscc, id, visited_on, department_id, path, planned, result, class, kind, scale, scale_value)
		select v.uscc, ${id('s.source_key')}, s.day, source.owner_department_id, 'imported', coalesce(v.content ->> 'path', '') !~* ${forCause},
			coalesce(v.content ->> 'result', '未填写'), v.class, ${kind}, ${scale}, v.content ->> 'scaleValue'
		from stage s join event v on v.uscc = s.uscc and v.occurred_at = s.occurred_at and v.event_id = s.event_id
		join source on source.id = ${sourceId}
		where s.reason is null and s.live and not s.withdrawn
		on conflict (uscc, id) do update set visited_on = excluded.visited_on, planned = excluded.planned, result = excluded.result,
			class = excluded.class, kind = excluded.kind, scale = excluded.scale, scale_value = excluded.scale_value
	`.execute(trx);
	await keepVisits(trx, corrected ? sql`select uscc from stage where reason is null union select old_uscc from version` : sql`select uscc from stage where reason is null`);
}
