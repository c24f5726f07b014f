import { sql, type Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import { addDays, daysBetween } from '#lib/calendar/days.ts';
import type { Actor } from '#lib/access/actor.ts';
import { act } from '#lib/warnings/desk.server.ts';
import type { Measure } from '#lib/warnings/measures.ts';
import type { WorkStep } from '#lib/warnings/work-steps.ts';
import { demoActor } from './actors.ts';
import { labelSeed, randomStream } from './random.ts';

type Row = {
	readonly id: string;
	readonly number: string;
	readonly version: number;
	readonly indicator_id: string;
	readonly evaluation: string;
	readonly level: string;
	readonly raised_on: string;
	readonly department_id: string;
	readonly industry_key: string;
};

/** A step of work and how many days after the warning was raised it was taken. */
type Played = { readonly after: number; readonly step: WorkStep };

/**
 * Lets the demo monitor work on what is older than three days, by the verbs that the pages use. The newest warnings stay untouched,
 * and one in eight of the others too: those are overdue.
 */
export async function playDesk(db: Kysely<DB>, seed: number, today: string): Promise<void> {
	const monitor = await demoActor(db, 'monitor');
	const rows = await db
		.selectFrom('warning')
		.select(['id', 'number', 'version', 'indicator_id', 'evaluation', 'level', 'raised_on', 'department_id', 'industry_key'])
		.where('department_id', '=', monitor.departmentId)
		.orderBy('number')
		.execute();
	for (const row of rows as Row[]) {
		const random = randomStream(labelSeed(seed, 'desk'), row.number);
		const age = daysBetween(row.raised_on, today);
		if (age <= 3 || (row.level !== 'red' && random() < 0.12)) continue;
		await play(db, monitor, row, stepsFor(row, random), today);
	}
	await inOrder(db);
}

const causes = [
	'核查登记材料，变更系集团内部股权调整，手续齐全',
	'联系企业核实，系经营场所到期搬迁及增资，未见异常',
	'与属地分局核对，增长来自园区集中签约，材料真实'
] as const;

/** What is done about an episode that goes on. */
const ongoing: Readonly<Record<string, { readonly measure: Measure; readonly note: string }>> = {
	'shared-address': { measure: 'transfer', note: '转属地登记机关核查住所使用情况，暂缓同一地址新设登记' },
	'shared-person': { measure: 'interview', note: '约谈登记代理机构，核实身份信息是否被冒用' },
	'shared-phone': { measure: 'transfer', note: '随同一地址登记事项一并核查' },
	'complaint-surge': { measure: 'inspect', note: '安排定向抽查，并督促平台企业落实主体责任' },
	'registration-surge': { measure: 'transfer', note: '随同一地址登记事项一并核查' }
};

function stepsFor(row: Row, random: () => number): Played[] {
	const steps: Played[] = [{ after: row.level === 'red' || random() < 0.6 ? 1 : 2, step: { action: 'acknowledge', note: '' } }];
	steps.push({ after: 3, step: { action: 'investigate', note: '调取近期明细，联系属地分局核实' } });
	if (row.evaluation !== 'cleared') {
		const disposal = ongoing[row.indicator_id];
		// The gyms are still being looked into: what to do about them is the visitor's turn.
		if (disposal !== undefined && !row.industry_key.startsWith('R')) return [...steps, { after: 4, step: { action: 'dispose', ...disposal } }];
		return random() < 0.6 ? steps : steps.slice(0, 1);
	}
	switch (row.indicator_id) {
		case 'enterprise-complaint-rise':
		case 'complaint-surge':
		case 'prepaid-card-risk':
			return [
				...steps,
				{ after: 5, step: { action: 'dispose', measure: 'interview', note: '约谈企业负责人，督促限期处理投诉并公开退费安排' } },
				{ after: 12, step: { action: 'close', reason: 'confirmed', note: '投诉已回落，退费承诺兑现' } }
			];
		case 'shared-address':
		case 'shared-person':
		case 'shared-phone':
		case 'registration-surge':
			return [
				...steps,
				{ after: 6, step: { action: 'dispose', measure: 'inspect', note: '转属地开展登记事项核查' } },
				{ after: 14, step: { action: 'close', reason: 'confirmed', note: '部分企业通过登记住所无法联系，已列入核查名单' } }
			];
		default:
			return [...steps, { after: 6, step: { action: 'close', reason: 'normal-cause', note: causes[Math.floor(random() * causes.length)] as string } }];
	}
}

async function play(db: Kysely<DB>, actor: Actor, row: Row, steps: readonly Played[], today: string): Promise<void> {
	let { version } = row;
	for (const { after, step } of steps) {
		const day = addDays(row.raised_on, after);
		if (day >= today) return;
		const done = await act(db, actor, { id: row.id, version }, step);
		if (!done.ok) throw new Error(`the demo could not ${step.action} warning ${row.number}: ${done.reason}`);
		version = done.version;
		await backdate(db, row.id, version, `${day} ${String(9 + (labelSeed(1, row.number + step.action) % 8)).padStart(2, '0')}:${10 + (labelSeed(2, row.number) % 49)}:00+08`);
	}
}

/**
 * Moves a step to the day on which a desk would have taken it, so that lead times look like a used desk's. Only the warning's own history:
 * the audit trail keeps the true time, the moment of loading.
 */
async function backdate(db: Kysely<DB>, id: string, seq: number, at: string): Promise<void> {
	await sql`
		update warning_event
		set at = ${at}::timestamptz, as_of = (${at}::timestamptz at time zone 'Asia/Shanghai')::date,
			data = jsonb_set(data, '{set}', (
				select coalesce(jsonb_object_agg(key, case when key in ('acknowledgedAt', 'disposedAt', 'closedAt') and value <> 'null'
					then to_jsonb(to_char(${at}::timestamptz at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')) else value end), '{}')
				from jsonb_each(data -> 'set')
			))
		where warning_id = ${id} and seq = ${seq}
	`.execute(db);
	await sql`
		update warning set
			acknowledged_at = case when e.data -> 'set' ? 'acknowledgedAt' then (e.data -> 'set' ->> 'acknowledgedAt')::timestamptz else warning.acknowledged_at end,
			disposed_at = case when e.data -> 'set' ? 'disposedAt' then (e.data -> 'set' ->> 'disposedAt')::timestamptz else warning.disposed_at end,
			closed_at = case when e.data -> 'set' ? 'closedAt' then (e.data -> 'set' ->> 'closedAt')::timestamptz else warning.closed_at end
		from warning_event e where e.warning_id = warning.id and e.seq = ${seq} and warning.id = ${id}
	`.execute(db);
}

/** Numbers each history by time again: the machine's later evenings were written before the steps that came before them. */
async function inOrder(db: Kysely<DB>): Promise<void> {
	await db.transaction().execute(async (trx) => {
		// Twice, as a primary key is checked row by row.
		await sql`
			update warning_event e set seq = n.place + 1000000
			from (select warning_id, seq, row_number() over (partition by warning_id order by at, seq) as place from warning_event) n
			where n.warning_id = e.warning_id and n.seq = e.seq
		`.execute(trx);
		await sql`update warning_event set seq = seq - 1000000`.execute(trx);
	});
}
