import { sql, type Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import { createAccount } from '#lib/access/accounts.server.ts';
import type { Grant, Role } from '#lib/access/actor.ts';
import { hashPassword } from '#lib/access/passwords.server.ts';
import { dayText, type Frame } from './frame.ts';
import { below, labelSeed, pick } from './random.ts';
import { demoSources } from './sources.ts';
import { givenCharacters, surnames } from './words.ts';

/** The desk of the demo accounts. */
export const provincialBureau = 'js';

/** GB/T 2260 code of the demo jurisdiction. */
export const province = '320000';

/** Departments besides the thirteen city bureaus (`js-3201` …). Professional ones name their industries. */
const departments = [
	{ id: provincialBureau, name: '江苏省市场监督管理局', region: province, industries: null },
	{ id: 'js-food', name: '省局食品生产安全监督管理处', region: province, industries: ['C13', 'C14', 'C15'] },
	{ id: 'js-quality', name: '省局产品质量安全监督管理处', region: province, industries: ['C'] },
	{ id: 'js-equipment', name: '省局特种设备安全监察处', region: province, industries: ['C34', 'D44', 'D45'] },
	{ id: 'js-drugs', name: '省药品监督管理局', region: province, industries: ['C27', 'Q84'] },
	// One county's: what it sees ends at its border, and work can be handed down to it.
	{ id: 'js-320412', name: '常州市武进区市场监督管理局', region: '320412', industries: null }
] as const;

/** 谁审批谁监管、谁主管谁监管: everything goes to the provincial desk but what a professional department is in charge of. */
const routes = [
	['*', '', provincialBureau],
	['complaint', 'C', 'js-quality'],
	['complaint', 'C13', 'js-food'],
	['complaint', 'C14', 'js-food'],
	['complaint', 'C15', 'js-food'],
	['complaint', 'C27', 'js-drugs'],
	['complaint', 'Q84', 'js-drugs'],
	['complaint', 'D45', 'js-equipment']
] as const;

/** Departments, routing and sources. */
export async function seedOffice(db: Kysely<DB>, frame: Frame): Promise<void> {
	const bureaus = frame.cities.map((code) => ({
		id: cityBureau(code),
		name: `${frame.countyName.get(code) ?? code}市场监督管理局`,
		region_code: code,
		industries: null
	}));
	await db
		.insertInto('department')
		.values([
			...departments.map(({ region, ...department }) => ({
				...department, region_code: region, industries: department.industries === null ? null : [...department.industries]
			})),
			...bureaus
		])
		.execute();
	await db
		.insertInto('disposal_choice')
		.values([
			...departments.map(({ id, name, region }) => (region === province ? signing(id, '苏市监', '江苏省市场监督管理局') : signing(id, '武市监', name))),
			...bureaus.map(({ id, name }) => signing(id, `${name.slice(0, 2)}市监`, name))
		])
		.execute();
	await db
		.insertInto('routing')
		.values(routes.map(([item, industry_prefix, department_id]) => ({ item, industry_prefix, region_prefix: '32', department_id, changed_by: 'demo' })))
		.execute();
	await db
		.insertInto('source')
		.values(
			demoSources.map((source) => ({
				id: source.id,
				name: source.name,
				owner_department_id: provincialBureau,
				kinds: [...source.kinds],
				region_code: province,
				cadence: source.cadence === null ? null : JSON.stringify(source.cadence),
				contact: source.contact,
				created_by: 'demo'
			}))
		)
		.execute();
}

/** What a department's papers are numbered and signed with. */
const signing = (id: string, code: string, name: string) => ({
	list: 'agency', id, version: 1, state: 'active', created_by: 'demo', definition: JSON.stringify({ code, name, contact: '联系人：演示监测员，电话：000-00000000' })
});

/** Department id of a city's bureau. */
function cityBureau(city: string): string {
	return `js-${city.slice(0, 4)}`;
}

/** The inspector behind the account `inspector`. */
const demoInspector = 'js-01';

/**
 * People who may visit: a small provincial team and eight for each city; some certificates have run out.
 * Written in parts, `from` … `to` of the list with the demo inspector first, as the demo's tasks are drawn in between: a draw is truly random,
 * but who visits in pairs is drawn for every visit where there are only two.
 */
export async function seedInspectors(db: Kysely<DB>, frame: Frame, from: number, to?: number): Promise<void> {
	const random = frame.stream('inspectors');
	const name = () => pick(random, surnames.slice(0, 60)) + pick(random, givenCharacters) + pick(random, givenCharacters);
	const team = (id: string, unit: string, department: string, region: string, k: number) => ({
		id,
		name: id === demoInspector ? '演示执法员' : name(),
		unit,
		department_id: department,
		region_code: region,
		certificate_no: `演${String(labelSeed(frame.seed, id) % 100_000_000).padStart(8, '0')}`,
		// One in six has run out; everybody else has between four months and four years left.
		certificate_until: dayText(k % 6 === 5 ? frame.todayNumber - 20 - below(random, 300) : frame.todayNumber + 120 + below(random, 1300)),
		expert: k === 10,
		state: k === 9 ? 'leave' : 'active'
	});
	const rows = Array.from({ length: 12 }, (_, k) => team(`js-${String(k + 1).padStart(2, '0')}`, '省局执法稽查总队', provincialBureau, province, k));
	for (const city of frame.cities) {
		const unit = `${frame.countyName.get(city) ?? city}市场监督管理综合行政执法支队`;
		for (let k = 0; k < 8; k++) rows.push(team(`${cityBureau(city)}-${k + 1}`, unit, cityBureau(city), city, k));
	}
	await db.insertInto('inspector').values(rows.slice(from, to)).execute();
}

type DemoAccount = {
	readonly name: string;
	readonly displayName: string;
	readonly role: Role;
	readonly grants?: readonly Grant[];
	/** Another than the provincial desk. */
	readonly department?: (typeof departments)[number]['id'];
};

const accounts: readonly DemoAccount[] = [
	{ name: 'leader', displayName: '演示领导', role: 'leader', grants: ['approver'] },
	{ name: 'monitor', displayName: '演示监测员', role: 'monitor', grants: ['editor', 'steward'] },
	{ name: 'planner', displayName: '演示计划员', role: 'planner', grants: ['editor'] },
	{ name: 'inspector', displayName: '演示执法员', role: 'inspector' },
	{ name: 'sysadmin', displayName: '演示系统管理员', role: 'sysadmin' },
	{ name: 'secadmin', displayName: '演示安全管理员', role: 'secadmin' },
	{ name: 'auditor', displayName: '演示审计员', role: 'auditor' },
	// A colleague of the monitor, and one monitor for each professional department: work can be assigned and handed over.
	{ name: 'monitor2', displayName: '演示监测员乙', role: 'monitor' },
	{ name: 'monitor-food', displayName: '演示监测员（食品）', role: 'monitor', department: 'js-food' },
	{ name: 'monitor-quality', displayName: '演示监测员（质量）', role: 'monitor', department: 'js-quality' },
	{ name: 'monitor-equipment', displayName: '演示监测员（特设）', role: 'monitor', department: 'js-equipment' },
	{ name: 'monitor-drugs', displayName: '演示监测员（药品）', role: 'monitor', department: 'js-drugs' },
	{ name: 'monitor-county', displayName: '演示监测员（武进）', role: 'monitor', department: 'js-320412' }
];

/** Names of the demo accounts, in the order in which they are shown. */
export const demoAccountNames = accounts.map((account) => account.name);

/** The demo accounts, one of each role first, all with one password. Their ids are `demo-<name>`. */
export async function seedAccounts(db: Kysely<DB>, password: string): Promise<void> {
	const passwordHash = await hashPassword(password);
	for (const { department = provincialBureau, ...account } of accounts) {
		const { region, industries } = departments.find(({ id }) => id === department)!;
		await createAccount(db, {
			id: `demo-${account.name}`,
			...account,
			passwordHash,
			departmentId: department,
			regionCode: region,
			industries,
			inspectorId: account.role === 'inspector' ? demoInspector : null,
			demo: true,
			createdBy: 'demo'
		});
	}
}

/** The month whose classes came last, as its first day. */
const newestMonth = (frame: Frame) => `${frame.today.slice(0, 7)}-01`;

/** Watermarks: every source is complete up to yesterday in every city, but for what the plot silenced. */
export async function seedWatermarks(db: Kysely<DB>, frame: Frame, late: readonly { kind: string; city: string; from: number }[]): Promise<void> {
	const yesterday = frame.todayNumber - 1;
	const rows = demoSources.flatMap((source) =>
		source.kinds
			.filter((kind) => kind !== 'enterprise')
			.flatMap((kind) =>
				frame.cities.map((city) => {
					const gap = late.find((silence) => silence.kind === kind && silence.city === city);
					const last = gap === undefined ? yesterday : gap.from - 1;
					const received = kind === 'class' ? newestMonth(frame) : dayText(last);
					return {
						source_id: source.id,
						kind,
						region_code: city,
						complete_up_to: received,
						last_received_at: sql<Date>`${`${received} 23:50:00+08`}::timestamptz`,
						state: gap === undefined ? 'on-time' : 'late',
						changed_at: sql<Date>`${`${dayText(gap === undefined ? yesterday : gap.from + 1)} 23:55:00+08`}::timestamptz`
					};
				})
			)
	);
	await db.insertInto('watermark').values(rows).execute();
}
