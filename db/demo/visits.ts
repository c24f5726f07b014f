import { sql, type Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import { dayText, type Frame } from './frame.ts';
import { provincialBureau } from './office.ts';

/** A byte that an event's id gives: dice that fall alike each time, and not as those that made the event. */
const dice = (n: number) => sql`get_byte(decode(md5(event_id::text), 'hex'), ${n})`;

/** The riskier the class, the oftener a random check was directed; of 256. */
const directed = sql`(content ->> 'path' in ('random', 'joint')
	and ${dice(2)} < case class when 'D' then 150 when 'C' then 100 when 'B' then 45 when 'A' then 18 else 40 end)`;
/** Directed visits and lead checks that a warning led to. */
const warned = sql`(${dice(3)} < 180 and (content ->> 'path' = 'lead-check' or ${directed}))`;

/** Two years of visits, one for each inspection event, one in twenty by the province itself: caps, mutual recognition and effect read them. */
export async function writeVisits(db: Kysely<DB>, frame: Frame): Promise<void> {
	await sql`
		insert into inspection_visit (uscc, id, visited_on, department_id, item_id, path, planned, result, class, recorded_at, kind, control, level, indicator_id)
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
			content ->> 'path', content ->> 'path' in ('random', 'joint', 'campaign'), content ->> 'result', class, received_at,
			case when content ->> 'path' = 'campaign' then 'campaign' when ${directed} then 'targeted' when content ->> 'path' in ('random', 'joint') then 'undirected' end,
			content ->> 'path' = 'random' and not ${directed} and ${dice(4)} < 24,
			case when ${warned} then (array['blue', 'yellow', 'orange', 'red'])[1 + (${dice(5)} + case class when 'D' then 60 when 'C' then 30 else 0 end) * 4 / 317] end,
			case when ${warned} then (array['complaint-surge', 'shared-address', 'change-surge'])[1 + ${dice(6)} % 3] end
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
