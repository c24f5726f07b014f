import { randomUUID } from 'node:crypto';
import type { Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import { audit } from '#lib/access/audit.server.ts';
import { roles, type Actor, type Grant, type Role } from '#lib/access/actor.ts';
import { regionPrefix } from '#lib/access/scope.ts';
import { reportScope } from '#lib/access/tokens.ts';
import { rebuildCounts } from '#lib/counts/roll-up.server.ts';
import { defaultMeasures } from '#lib/disposals/default-measures.ts';
import { paperOf } from '#lib/disposals/paper.ts';
import { paperHash } from '#lib/disposals/paper-hash.ts';
import { outsideSeries } from '#lib/warnings/outside.ts';
import { reportOutside } from '#lib/warnings/outside.server.ts';
import { presetDefaults } from '#lib/sampling/presets/defaults.ts';
import { evaluation } from '../warnings/fixtures.ts';
import { writeDraws } from './jurisdiction-draws.ts';
import { writeEffect } from './jurisdiction-effect.ts';
import { writeFieldwork } from './jurisdiction-fieldwork.ts';
import { writeMap } from './jurisdiction-map.ts';
import { writePlans } from './jurisdiction-plans.ts';
import { writePresets } from './jurisdiction-presets.ts';
import { writeRegisters } from './jurisdiction-registers.ts';
import { writeReports } from './jurisdiction-reports.ts';
import { writeStructure } from './jurisdiction-structure.ts';
import { writeWall } from './jurisdiction-wall.ts';

/** Two cities of a province; the first with two counties, the second with one. */
export const places = [
	{ code: '320000', name: '江苏省', level: 'province', parent: '000000' },
	{ code: '320400', name: '常州市', level: 'city', parent: '320000' },
	{ code: '320402', name: '天宁区', level: 'county', parent: '320400' },
	{ code: '320412', name: '武进区', level: 'county', parent: '320400' },
	{ code: '320500', name: '苏州市', level: 'city', parent: '320000' },
	{ code: '320505', name: '虎丘区', level: 'county', parent: '320500' }
] as const;
export type Place = (typeof places)[number];

/** In every id, number, name, USCC and note of what belongs to a place, and in nothing else. */
export const markOf = (code: string) => `T${code}`;
export const usccOf = (code: string) => `91${markOf(code)}`.padEnd(18, '0');
export const today = '2026-11-21';
export const occurredOn = '2026-11-10';

const grantsOf: Partial<Record<Role, readonly Grant[]>> = { leader: ['approver'], monitor: ['editor', 'steward'], planner: ['editor'] };

export function actorIn(place: Place, role: Role): Actor {
	const mark = markOf(place.code);
	return {
		id: `user-${role}-${mark}`, name: `${role}-${mark}`, displayName: `${role}${mark}`, role, grants: grantsOf[role] ?? [],
		departmentId: `department-${mark}`, regionCode: place.code, industries: null,
		inspectorId: role === 'inspector' ? `inspector-${mark}` : null, address: null
	};
}

/** Data of every kind in every place, each wearing the place's mark. */
export async function writeWorld(db: Kysely<DB>): Promise<void> {
	await db
		.insertInto('region')
		.values([
			{ code: '000000', name: '全国', level: 'nation', kind: 'division', parent_code: null },
			...places.map(({ code, name, level, parent }, i) => ({
				code, name, level, kind: 'division', parent_code: parent, longitude: 119 + i / 10, latitude: 31 + i / 10
			}))
		])
		.execute();
	await db
		.insertInto('industry')
		.values([
			{ key: 'H', code: 'H', level: 1, parent_key: null, name: '住宿和餐饮业' },
			{ key: 'H62', code: '62', level: 2, parent_key: 'H', name: '餐饮业' }
		])
		.execute();
	await db.insertInto('department').values(places.map(({ code }) => ({ id: `department-${markOf(code)}`, name: `局${markOf(code)}`, region_code: code }))).execute();
	const province = `department-${markOf('320000')}`;
	await db
		.insertInto('indicator')
		.values({ id: 'complaint-surge', name: '投诉举报异常增长', name_en: 'Surge of complaints', item: 'complaint', owner_department_id: province })
		.execute();
	await db
		.insertInto('indicator_version')
		.values({
			indicator_id: 'complaint-surge', version: 1, state: 'active', valid_from: new Date('2026-01-01'),
			definition: JSON.stringify({ monitor: 'cell-surge', eventKind: 'complaint', q: 0.01, floor: 6, excess: 5, ratio: 1.5, alpha: 0.01, keep: 0.01, clearAfterDays: 7 })
		})
		.execute();
	const [preset] = presetDefaults;
	await db
		.insertInto('sampling_preset')
		.values({ id: 'preset', version: 1, name: '方案', region_code: '000000', rules: JSON.stringify(preset!.rules), state: 'active' })
		.execute();
	await db
		.insertInto('inspection_item')
		.values({ id: 'item', number: '1', name: '登记事项检查', legal_basis: '《企业信息公示暂行条例》', department_id: province, method: 'on-site' })
		.execute();
	for (const place of places) await writePlace(db, place);
	for (const place of places) await writeOutside(db, place);
	await writeNotices(db);
	await linkAcross(db);
	for (const { code } of places) await writeFieldwork(db, code, markOf(code), usccOf(code));
	for (const { code } of places) await writePlans(db, code, markOf(code), usccOf(code));
	for (const { code } of places) await writeReports(db, code, markOf(code));
	for (const { code } of places) await writeMap(db, code, markOf(code));
	for (const { code } of places) await writeEffect(db, markOf(code), usccOf(code));
	for (const { code } of places) await writeDraws(db, code, markOf(code), usccOf(code));
	for (const { code } of places) await writePresets(db, code, markOf(code), usccOf(code));
	for (const { code } of places) await writeRegisters(db, code, markOf(code), usccOf(code));
	for (const { code } of places) await writeWall(db, code, markOf(code));
	await db.transaction().execute(rebuildCounts);
	await writeStructure(db, places.map(({ code }) => usccOf(code)));
	for (const place of places) await audit(db, actorIn(place, 'monitor'), { action: 'enterprise.reveal', objectKind: 'enterprise', objectId: usccOf(place.code) });
}

async function writePlace(db: Kysely<DB>, place: Place): Promise<void> {
	const { code } = place;
	const mark = markOf(code);
	const [uscc, department, at] = [usccOf(code), `department-${mark}`, new Date(`${occurredOn}T02:00:00Z`)];
	for (const role of [...roles]) {
		const { id, name, displayName, grants, inspectorId } = actorIn(place, role);
		await db
			.insertInto('app_user')
			.values({ id, name, display_name: displayName, password_hash: 'none', role, grants: [...grants], department_id: department, region_code: code, inspector_id: inspectorId })
			.execute();
	}
	const source = `source-${mark}`;
	const city = `${code.slice(0, 4)}00`;
	await db.insertInto('source').values({ id: source, name: `源${mark}`, owner_department_id: department, kinds: ['complaint'], region_code: code, contact: mark }).execute();
	await db
		.insertInto('watermark')
		.values({ source_id: source, kind: 'complaint', region_code: city, complete_up_to: '2026-11-19', last_received_at: at, state: 'late', changed_at: at })
		.execute();
	await db
		.insertInto('api_token')
		.values({
			id: `token-${mark}`, name: `令牌${mark}`, holder: mark, contact: mark, secret_hash: mark, secret_end: mark, office_region_code: code, expires_on: '2027-01-01',
			created_by: `user-sysadmin-${mark}`, region_code: code, scopes: ['intake:complaints'], source_ids: [source], granted_by: `user-secadmin-${mark}`, granted_at: at
		})
		.execute();
	await db
		.insertInto('exchange')
		.values({
			id: `exchange-${mark}`, name: `前置${mark}`, source_id: source, kind: 'complaints', connection: 'permits', table_schema: 'public', table_name: mark, high_column: 'id',
			overlap: 1, batch_rows: 1, every_minutes: 1, state: 'on', created_by: `user-sysadmin-${mark}`
		})
		.execute();
	const batch = `batch-${mark}`;
	await db
		.insertInto('intake_batch')
		.values({
			id: batch, source_id: source, kind: 'complaint', file_name: `${mark}.csv`, state: 'done', rejected: 1, actor_id: `user-monitor-${mark}`,
			mapping: JSON.stringify({ header: ['code', 'name'], format: 'csv' })
		})
		.execute();
	await db.insertInto('intake_reject').values({ batch_id: batch, line: 1, reason: 'uscc-length', message: mark, field: 'uscc', raw: `${mark},${mark}` }).execute();
	await db
		.insertInto('enterprise')
		.values({
			uscc, name: `某${mark}有限公司`, region_code: code, region_basis: 'given', industry_key: 'H62', legal_rep: `张${mark}`, phone: mark,
			address: `路${mark}`, stated_at: at, established_on: '2020-01-01'
		})
		.execute();
	// All share one address: links must not lead across.
	await db.insertInto('enterprise_link').values({ kind: 'address', key: 'shared', uscc, since: '2020-01-01' }).execute();
	await db
		.insertInto('link_judgement')
		.values({ uscc, kind: 'address', key: 'shared', verdict: 'unsure', note: mark, actor_id: 'somebody', actor_name: mark, department_id: `department-${mark}` })
		.execute();
	await db
		.insertInto('cluster_address')
		.values({
			id: `cluster-${mark}`, version: 1, address: `${mark}路1号`, place_key: mark, region_code: place.code, department_id: `department-${mark}`,
			basis: mark, limit_30_days: 9, valid_from: '2020-01-01', state: 'active', created_by: 'somebody'
		})
		.execute();
	await db.insertInto('enterprise_class').values({ uscc, month: '2026-11-01', class: 'B', source_id: source, received_at: at }).execute();
	await db.insertInto('professional_grade').values({ uscc, field: `领域${mark}`, month: '2026-11-01', grade: 'B', source_id: source, received_at: at }).execute();
	const row = (kind: string, key: string, subject = uscc) => ({
		uscc: subject, occurred_at: at, event_id: randomUUID(), kind, item: `事${mark}`, source_id: source, source_key: `${key}-${mark}`, batch_id: batch,
		received_at: at, region_code: code, region_basis: 'given', industry_key: 'H62', content: JSON.stringify({ before: mark, after: mark, channel: mark, name: mark }), known_from: at
	});
	const complaint = row('complaint', 'complaint');
	// Said twice, and about somebody not registered.
	const twice = { ...row('complaint', 'twice'), withdrawn: true, folded_into: complaint.event_id };
	const unknown = row('complaint', 'unknown', `~${code}:H62`);
	await db.insertInto('event').values([complaint, row('change', 'change'), twice, unknown].map((event) => ({ withdrawn: false, folded_into: null, ...event }))).execute();
	await db
		.insertInto('event_fold')
		.values({
			uscc, event_id: twice.event_id, occurred_at: at, kind: 'complaint', source_id: source, source_key: twice.source_key, region_code: code, industry_key: 'H62', rule: 'complaint-channels',
			rule_version: 1, kept_uscc: uscc, kept_event_id: complaint.event_id, kept_occurred_at: at, kept_source_id: source, kept_source_key: complaint.source_key, made_at: at
		})
		.execute();
	await db
		.insertInto('match_queue')
		.values({ uscc: unknown.uscc, event_id: unknown.event_id, occurred_at: at, given_name: mark, region_code: code })
		.execute();
	await db
		.insertInto('mend_rule')
		.values({
			id: `rule-${mark}`, number: places.findIndex((one) => one.code === code) + 1, source_id: source, kind: 'complaint', step: JSON.stringify({ op: 'default', column: mark, value: mark }),
			scope: JSON.stringify({ reason: null, field: null, shape: null }), note: mark, department_id: department, actor_id: 'somebody', actor_name: mark
		})
		.execute();
	await writeWarning(db, code);
	await writeDisposal(db, code);
	await writeVisits(db, code);
	await db
		.insertInto('coverage_notice')
		.values({
			id: `notice-${mark}`, source_id: source, kind: 'complaint', region_code: code, change_on: '2026-11-01', detected_on: '2026-11-10', factor: 2,
			regions_changed: 1, regions_judged: 1, explanation: JSON.stringify({ cities: [{ code: city, factor: 2 }], weeks: [], z: 9 })
		})
		.execute();
	await db
		.insertInto('routing')
		.values({ item: 'complaint', industry_prefix: 'H', region_prefix: code.replace(/(00)+$/, ''), department_id: department })
		.execute();
	await db
		.insertInto('job_request')
		.values([
			{ job: 'preview-indicator', payload: JSON.stringify({ indicatorId: 'complaint-surge', version: 1 }), requested_by: `user-monitor-${mark}`, state: 'failed', error: mark },
			{ job: 'import-upload', payload: JSON.stringify({ batchId: batch }), requested_by: `user-monitor-${mark}`, state: 'failed', error: mark }
		])
		.execute();
}

async function writeWarning(db: Kysely<DB>, code: string): Promise<void> {
	const mark = markOf(code);
	const id = `warning-${mark}`;
	const explanation = evaluation({ regionCode: code, industryKey: 'H62' }).explanation!;
	const named = {
		...explanation,
		contributors: { ...explanation.contributors, enterprises: [{ key: usccOf(code), label: mark, observed: 3, share: 1 }] },
		evidence: { ...explanation.evidence, from: '2026-11-01', to: '2026-11-20' }
	};
	const department = `department-${mark}`;
	const at = new Date(`${occurredOn}T12:00:00Z`);
	await db.insertInto('warning_series').values({ series_key: `series-${mark}`, indicator_id: 'complaint-surge', evaluation: 'breaching', evaluated_on: occurredOn, warning_id: id }).execute();
	const monitor = `user-monitor-${mark}`;
	await db
		.insertInto('incident')
		.values({ id: `incident-${mark}`, number: `I-${mark}`, title: `事件${mark}`, department_id: department, created_by: monitor, created_at: at })
		.execute();
	await db.insertInto('duty_day').values({ department_id: department, day: today, user_id: monitor }).execute();
	await db.updateTable('department').set({ head_id: `user-leader-${mark}`, deputy_id: monitor }).where('id', '=', department).execute();
	await db
		.insertInto('saved_view')
		.values({ id: `view-${mark}`, user_id: monitor, department_id: department, name: `视图${mark}`, query: `door=all&q=${mark}`, shared: true })
		.execute();
	await db
		.insertInto('warning')
		.values({
			id, number: `N-${mark}`, incident_id: `incident-${mark}`, series_key: `series-${mark}`, indicator_id: 'complaint-surge', indicator_version: 1, item: 'complaint', scope_kind: 'enterprise',
			region_code: code, industry_key: 'H62', uscc: usccOf(code), title_data: JSON.stringify({ label: `某${mark}有限公司` }), level: 'red',
			evaluation: 'breaching', work: 'acknowledged', department_id: department, owner_id: `user-monitor-${mark}`, first_breach_on: occurredOn,
			last_breach_on: occurredOn, occurred_on: occurredOn, raised_at: at, raised_on: occurredOn, acknowledged_at: at, acknowledge_due: '2026-11-11',
			dispose_due: '2026-11-16', observed: 9, expected: 2, upper: 5, explanation: JSON.stringify(named), changed_at: at
		})
		.execute();
	await db
		.insertInto('warning_event')
		.values({
			warning_id: id, seq: 1, at, as_of: occurredOn, axis: 'work', action: 'acknowledge', actor_id: `user-monitor-${mark}`, actor_name: mark,
			from_state: 'new', to_state: 'acknowledged', note: mark, data: JSON.stringify({ set: { ownerId: `user-monitor-${mark}`, departmentId: department } })
		})
		.execute();
	await db.insertInto('warning_subject').values({ uscc: usccOf(code), warning_id: id, role: 'named', weight: 1 }).execute();
	await db.insertInto('warning_feed').values({ warning_id: id, region_code: code, industry_key: 'H62', department_id: department, what: 'raise' }).execute();
}

/** Ids of the warnings that an outside platform raised, by place; known once the world is written. */
export const outsideWarnings = new Map<string, string>();

/** An outside platform of the place tells of a warning there, in its own words. */
async function writeOutside(db: Kysely<DB>, { code }: Place): Promise<void> {
	const mark = markOf(code);
	const source = `source-${mark}`;
	await db.insertInto('routing').values({ item: '*', industry_prefix: '', region_prefix: code.replace(/(00)+$/, ''), department_id: `department-${mark}` }).execute();
	const token = { id: `token-${mark}`, name: `令牌${mark}`, address: null, regionCode: code, regionPrefix: regionPrefix(code), scopes: [reportScope], sourceIds: [source] };
	const value = { id: mark, title: `外部${mark}`, level: 'orange', region: code, industry: 'H62', raisedOn: occurredOn, description: `说明${mark}` };
	const told = await reportOutside(db, token, null, [{ line: 1, value }]);
	if (!told.ok || told.rejects.length > 0) throw new Error(`the platform of ${code} was not taken: ${JSON.stringify(told)}`);
	const { warning_id: id } = await db.selectFrom('warning_series').select('warning_id').where('series_key', '=', outsideSeries(source, mark)).executeTakeFirstOrThrow();
	outsideWarnings.set(code, id!);
}

/** Everybody was told of every place's warning once, as if all had been theirs; ways out of each place, and what did not get through. */
async function writeNotices(db: Kysely<DB>): Promise<void> {
	for (const here of places) {
		const mark = markOf(here.code);
		for (const role of roles) {
			const userId = `user-${role}-${mark}`;
			const about = [here, ...places.filter((there) => there !== here)];
			await db
				.insertInto('notice')
				.values(
					about.flatMap(({ code }) =>
						(['warning', 'disposal'] as const).map((objectKind) => ({
							user_id: userId, kind: 'assigned', object_kind: objectKind, object_id: `${objectKind}-${markOf(code)}`, number: `N-${markOf(code)}`,
							key: `${objectKind} ${code}`, detail: JSON.stringify({ by: mark })
						}))
					)
				)
				.execute();
			await db.insertInto('notice_reach').values({ user_id: userId, email: `${role}@${mark}.test`, email_confirmed_at: new Date() }).execute();
		}
		await db
			.insertInto('webhook')
			.values({ id: `webhook-${mark}`, department_id: `department-${mark}`, name: `推送${mark}`, url: `https://${mark}.hook.test/`, secret_hash: mark, created_by: mark })
			.execute();
		await db.insertInto('allowed_host').values({ id: `host-${mark}`, host: `${mark}.test`, region_code: here.code, plain: false, reason: mark, allowed_by: mark }).execute();
		await db
			.insertInto('outgoing')
			.values({
				id: `outgoing-${mark}`, channel: 'webhook', webhook_id: `webhook-${mark}`, form: 'notices', state: 'given-up', due_at: new Date(), next_at: new Date(), ended_at: new Date(),
				problem: 'host-not-listed', problem_detail: mark
			})
			.execute();
	}
}

/** An issued disposal with a paper and an attachment, and what its department signs with. */
async function writeDisposal(db: Kysely<DB>, code: string): Promise<void> {
	const mark = markOf(code);
	const [id, person, at] = [`disposal-${mark}`, `user-monitor-${mark}`, new Date(`${occurredOn}T12:00:00Z`)];
	const measure = defaultMeasures.find((one) => one.id === 'caution')!;
	const paper = paperOf({
		agency: { code: '市监', name: `机关${mark}`, contact: mark }, number: `市监警${mark}`, title: `函${mark}`, recipient: `某${mark}有限公司`, body: mark, date: occurredOn
	});
	await db
		.insertInto('disposal_choice')
		.values({
			list: 'agency', id: `department-${mark}`, version: 1, definition: JSON.stringify({ code: '市监', name: `市监局${mark}`, contact: mark }), state: 'active', created_by: person
		})
		.execute();
	await db
		.insertInto('disposal_choice')
		.values({
			list: 'agency', id: `department-${mark}`, version: 2, definition: JSON.stringify({ code: '市监', name: `改名${mark}`, contact: mark }), state: 'proposed', created_by: person
		})
		.execute();
	await db
		.insertInto('disposal')
		.values({
			id, warning_id: `warning-${mark}`, region_code: code, industry_key: 'H62', department_id: `department-${mark}`, measure_id: 'caution', measure: JSON.stringify(measure),
			state: 'issued', uscc: usccOf(code), addressee: `某${mark}有限公司`, fields: JSON.stringify({ request: mark }), title: `函${mark}`, body: mark, created_by: person,
			created_at: at, approver_id: `user-leader-${mark}`, submitted_by: person, number: `市监警${mark}`, issued_by: person, issued_at: at, issued_on: occurredOn,
			paper: JSON.stringify(paper), paper_hash: paperHash(paper), changed_at: at
		})
		.execute();
	await db
		.insertInto('disposal_attachment')
		.values({
			id: `attachment-${mark}`, disposal_id: id, name: `${mark}.pdf`, media_type: 'application/pdf', bytes: Buffer.from(`%PDF-${mark}`), size: 10, hash: mark, added_by: person, added_at: at
		})
		.execute();
}

/** Inspectors, a drawn task, a lead check and visits. */
async function writeVisits(db: Kysely<DB>, code: string): Promise<void> {
	const mark = markOf(code);
	const [uscc, department, inspector, task] = [usccOf(code), `department-${mark}`, `inspector-${mark}`, `task-${mark}`];
	await db
		.insertInto('inspector')
		.values({ id: inspector, name: `检${mark}`, unit: `队${mark}`, department_id: department, region_code: code, certificate_no: mark, certificate_until: '2099-12-31', recused_uscc: [uscc] })
		.execute();
	await db
		.insertInto('sampling_task')
		.values({
			id: task, number: `R-${mark}`, name: `任务${mark}`, kind: 'targeted', item_id: 'item', department_id: department, region_code: code, preset_id: 'preset',
			preset_version: 1, scope: JSON.stringify({ cells: [{ region: code, industry: '*' }], memberWarnings: [], classes: null, establishedFrom: null, establishedTo: null }),
			settings: JSON.stringify({ joint: false, spareOnSite: false, floor: 1, cap: 9, team: 'object' }), state: 'drawn', draw_n: 1,
			due_on: '2026-12-10', pool_size: 1, excluded_size: 0, created_by: `user-planner-${mark}`, drawn_at: new Date(`${occurredOn}T03:00:00Z`)
		})
		.execute();
	await db.insertInto('sampling_object').values({ uscc, task_id: task, rank: 1, object_id: `object-${mark}`, result: 'no-problem', result_note: mark }).execute();
	await db.insertInto('task_inspector').values({ task_id: task, uscc, inspector_id: inspector, rank: 1 }).execute();
	await db.insertInto('sampling_task_warning').values({ task_id: task, warning_id: `warning-${mark}` }).execute();
	await writeLeadCheck(db, `lead-${mark}`, code, code);
	await db
		.insertInto('inspection_visit')
		.values({ uscc, id: `visit-${mark}`, visited_on: occurredOn, department_id: department, path: 'random', planned: true, result: 'no-problem' })
		.execute();
}

/** Id of the lead check about an enterprise of one place because of the warning of another. */
export const crossLeadOf = (code: string, warningOf: string) => `lead-${markOf(code)}-${places.findIndex((place) => place.code === warningOf)}`;

/** A lead check about the enterprise of one place because of the warning of another. */
async function writeLeadCheck(db: Kysely<DB>, id: string, code: string, warningOf: string): Promise<void> {
	const mark = markOf(code);
	await db
		.insertInto('lead_check')
		.values({
			id, number: `L-${id}`, uscc: usccOf(code), warning_id: `warning-${markOf(warningOf)}`, ground: 'monitoring-finding', evidence: mark,
			department_id: `department-${mark}`, region_code: code, item_id: 'item', inspector_ids: [`inspector-${mark}`], due_on: '2026-12-10', state: 'open',
			created_by: `user-planner-${mark}`
		})
		.execute();
}

/** What one warning leads to may lie outside of its reader's jurisdiction: the province's task of all its warnings, a visit elsewhere, members that moved. */
async function linkAcross(db: Kysely<DB>): Promise<void> {
	const all = places.map(({ code }) => code);
	const pairs = all.flatMap((here) => all.filter((there) => there !== here).map((there) => ({ here, there })));
	await db
		.insertInto('sampling_task_warning')
		.values(all.filter((code) => code !== '320000').map((code) => ({ task_id: `task-${markOf('320000')}`, warning_id: `warning-${markOf(code)}` })))
		.execute();
	await db
		.insertInto('warning_subject')
		.values(pairs.map(({ here, there }) => ({ uscc: usccOf(there), warning_id: `warning-${markOf(here)}`, role: 'member', weight: 0.5 })))
		.execute();
	for (const { here, there } of pairs) await writeLeadCheck(db, crossLeadOf(there, here), there, here);
}
