import { sql, type Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import { dayText, type Frame } from './frame.ts';
import { provincialBureau } from './office.ts';

/** Two years of visits, one for each inspection event, one in twenty by the province itself: caps, mutual recognition and effect read them. */
export async function writeVisits(db: Kysely<DB>, frame: Frame): Promise<void> {
	await sql`
		insert into inspection_visit (uscc, id, visited_on, department_id, item_id, path, planned, result, class, recorded_at)
		select uscc, 'demo-' || event_id, (occurred_at at time zone 'Asia/Shanghai')::date,
			case when get_byte(uuid_send(event_id), 1) < 12 then ${provincialBureau} else 'js-' || substr(region_code, 1, 4) end,
			case
				when industry_key like 'H62%' then 'food-catering'
				when industry_key like 'F52%' then 'food-sale'
				when industry_key like 'C%' then 'product-quality'
				when industry_key ~ '^[OPR]' then 'consumer'
				when get_byte(uuid_send(event_id), 0) < 128 then 'registration'
				else 'disclosure'
			end,
			content ->> 'path', content ->> 'path' in ('random', 'joint', 'campaign'), content ->> 'result', class, received_at
		from event
		where kind = 'inspection' and occurred_at >= ${dayText(frame.todayNumber - 730)}::date and uscc not like '~%'
	`.execute(db);
}

/** Complaints about nobody registered wait in the match queue; the old ones were looked at and stayed unmatched. */
export async function writeMatchQueue(db: Kysely<DB>, frame: Frame): Promise<void> {
	const month = dayText(frame.todayNumber - 30);
	await sql`
		insert into match_queue (uscc, event_id, occurred_at, given_name, region_code, state, decided_by, decided_at)
		select uscc, event_id, occurred_at, content ->> 'name', region_code,
			case when occurred_at < ${month}::date then 'nobody' else 'open' end,
			case when occurred_at < ${month}::date then 'demo-monitor' end,
			case when occurred_at < ${month}::date then received_at + interval '3 days' end
		from event where uscc like '~%'
	`.execute(db);
}
