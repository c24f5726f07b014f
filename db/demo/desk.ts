import { sql, type Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import { addDays, daysBetween } from '#lib/calendar/days.ts';
import type { Actor } from '#lib/access/actor.ts';
import { act } from '#lib/warnings/desk.server.ts';
import type { DeskStep } from '#lib/warnings/work-steps.ts';
import { demoActor } from './actors.ts';
import { disposeOf, readNotices, type Until, type Wanted } from './disposals.ts';
import { labelSeed, randomStream } from './random.ts';

type Row = {
	readonly id: string;
	readonly number: string;
	readonly indicator_id: string;
	readonly evaluation: string;
	readonly level: string;
	readonly raised_on: string;
	readonly department_id: string;
	readonly industry_key: string;
};

/** A step of work, or a disposal on its way, and how many days after the warning was raised it began. */
type Played = { readonly after: number } & ({ readonly step: DeskStep } | { readonly disposal: Wanted });

/**
 * Lets the demo accounts work on what is older than three days, by the verbs that the pages use, day by day, so that papers are numbered in
 * the order of their dates. The newest warnings stay untouched, and one in eight of the others too: those are overdue.
 */
export async function playDesk(db: Kysely<DB>, seed: number, today: string): Promise<void> {
	const [monitor, leader] = [await demoActor(db, 'monitor'), await demoActor(db, 'leader')];
	const rows = await db
		.selectFrom('warning')
		.select(['id', 'number', 'indicator_id', 'evaluation', 'level', 'raised_on', 'department_id', 'industry_key'])
		.where('department_id', '=', monitor.departmentId)
		.orderBy('number')
		.execute();
	const turns: Turn[] = [];
	const begun = { paper: 0, inspect: 0 };
	for (const row of rows as Row[]) {
		const random = randomStream(labelSeed(seed, 'desk'), row.number);
		const age = daysBetween(row.raised_on, today);
		if (age <= 3 || (row.level !== 'red' && random() < 0.12)) continue;
		const steps = stepsFor(row, random, (kind) => untils[kind][begun[kind]++ % untils[kind].length]!);
		for (const played of steps) {
			if ('step' in played) turns.push(stepTurn(db, monitor, row, played.after, played.step));
			else turns.push(...disposeOf(db, { monitor, leader }, row, played.after, played.disposal));
		}
	}
	const kept = turns.filter(({ day }) => day < today).sort((a, b) => (a.day < b.day ? -1 : a.day > b.day ? 1 : a.hour - b.hour));
	for (const { row, day, hour, take } of kept) {
		const at = `${day} ${String(hour).padStart(2, '0')}:${10 + (labelSeed(2, row.number) % 49)}:00+08`;
		await take(at);
		const { version } = await db.selectFrom('warning').select('version').where('id', '=', row.id).executeTakeFirstOrThrow();
		await backdate(db, row.id, version, at);
	}
	await readNotices(db);
	await inOrder(db);
}

/** How far the disposals of what goes on have come: each state is seen somewhere. */
const untils: Readonly<Record<'paper' | 'inspect', readonly Until[]>> = {
	paper: ['served', 'submitted', 'draft', 'approved', 'issued', 'withdrawn'], inspect: ['issued', 'submitted', 'issued', 'withdrawn']
};

/** One thing that somebody did on a day; `take` does it. */
export type Turn = { readonly row: Pick<Row, 'id' | 'number' | 'raised_on'>; readonly day: string; readonly hour: number; readonly take: (at: string) => Promise<void> };

const stepTurn = (db: Kysely<DB>, actor: Actor, row: Row, after: number, step: DeskStep): Turn => ({
	row, day: addDays(row.raised_on, after), hour: step.action === 'close' ? 17 : 9,
	take: async () => {
		const { version } = await db.selectFrom('warning').select('version').where('id', '=', row.id).executeTakeFirstOrThrow();
		const done = await act(db, actor, { id: row.id, version }, step);
		if (!done.ok) throw new Error(`the demo could not ${step.action} warning ${row.number}: ${done.reason}`);
	}
});

const causes = [
	['restructuring', '核查登记材料，变更系集团内部股权调整，手续齐全'],
	['restructuring', '联系企业核实，系经营场所到期搬迁及增资，未见异常'],
	['park-signing', '与属地分局核对，增长来自园区集中签约，材料真实']
] as const;

/** What is done about an episode that goes on. */
const ongoing: Readonly<Record<string, Omit<Wanted, 'until'>>> = {
	'shared-address': { measure: 'transfer', text: '核查住所使用情况，核实期间暂缓受理同一地址新设登记' },
	'shared-person': { measure: 'interview', text: '代理登记业务开展情况、身份信息核验情况' },
	'shared-phone': { measure: 'refer', text: '提交虚假材料取得市场主体登记' },
	'complaint-surge': { measure: 'inspect', text: '经营场所公示、合同格式条款、投诉办理情况' },
	'registration-surge': { measure: 'transfer', text: '随同一地址登记事项一并核查' },
	'enterprise-complaint-rise': { measure: 'caution', text: '七日内办结未办结的投诉，公开退费安排' },
	'prepaid-card-risk': { measure: 'remind', text: '如实告知预付款退还安排，保留经营记录' }
};

function stepsFor(row: Row, random: () => number, until: (kind: keyof typeof untils) => Until): Played[] {
	const steps: Played[] = [{ after: row.level === 'red' || random() < 0.6 ? 1 : 2, step: { action: 'acknowledge', note: '' } }];
	steps.push({ after: 3, step: { action: 'investigate', note: '调取近期明细，联系属地分局核实' } });
	if (row.evaluation !== 'cleared') {
		const disposal = ongoing[row.indicator_id];
		// The gyms are still being looked into: what to do about them is the visitor's turn.
		if (disposal !== undefined && !row.industry_key.startsWith('R')) return [...steps, { after: 4, disposal: { ...disposal, until: until(disposal.measure === 'inspect' ? 'inspect' : 'paper') } }];
		const luck = random();
		// Changes that go on for a good reason are closed while they do.
		if (disposal === undefined && luck < 0.3) return [...steps, closedAsNormal(random)];
		return luck < 0.72 ? steps : steps.slice(0, 1);
	}
	switch (row.indicator_id) {
		case 'enterprise-complaint-rise':
		case 'complaint-surge':
		case 'prepaid-card-risk':
			return [
				...steps,
				{ after: 5, disposal: { measure: 'interview', text: '限期处理投诉，公开退费安排', until: 'concluded' } },
				{ after: 12, step: { action: 'close', reason: 'confirmed', note: '投诉已回落，退费承诺兑现' } }
			];
		case 'shared-address':
		case 'shared-person':
		case 'shared-phone':
		case 'registration-surge':
			return [
				...steps,
				{ after: 6, disposal: { measure: 'transfer', text: '开展登记事项核查', until: 'concluded' } },
				{ after: 14, step: { action: 'close', reason: 'confirmed', note: '部分企业通过登记住所无法联系，已列入核查名单' } }
			];
		default:
			return [...steps, closedAsNormal(random)];
	}
}

function closedAsNormal(random: () => number): Played {
	const [cause, note] = causes[Math.floor(random() * causes.length)]!;
	return { after: 6, step: { action: 'close', reason: 'normal-cause', cause, note } };
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
