import { m } from '#lib/messages/messages.js';

/** Names of what entries tell, in the order in which they are told; what has none is shown by its code, and the opened entry has all of it as it is stored. */
const fields: Readonly<Record<string, () => string>> = {
	number: m.access_detail_number, from: m.access_detail_from, to: m.access_detail_to, note: m.access_detail_note, reason: m.access_detail_reason,
	why: m.access_detail_why, name: m.access_detail_name, role: m.access_detail_role, grants: m.access_detail_grants,
	regionCode: m.access_detail_region_code, region: m.access_detail_region, industries: m.access_detail_industries,
	departmentId: m.access_detail_department_id, warning: m.access_detail_warning, warnings: m.access_detail_warnings,
	numbers: m.access_detail_numbers, uscc: m.access_detail_uscc, result: m.access_detail_result, visited_on: m.access_detail_visited_on,
	visitedOn: m.access_detail_visited_on, drawn: m.access_detail_drawn, total: m.access_detail_total, eligible: m.access_detail_eligible,
	excluded: m.access_detail_excluded, classMonth: m.access_detail_class_month, commitment: m.access_detail_commitment,
	voidedCommitment: m.access_detail_voided_commitment, poolHash: m.access_detail_pool_hash, preset: m.access_detail_preset,
	presetVersion: m.access_detail_preset_version, reviewed: m.access_detail_reviewed, done: m.access_detail_done, rows: m.access_detail_rows,
	accepted: m.access_detail_accepted, added: m.registers_detail_added, changed: m.registers_detail_changed, rejected: m.access_detail_rejected,
	duplicates: m.access_detail_duplicates, kind: m.access_detail_kind,
	source: m.access_detail_source, item: m.access_detail_item, file: m.access_detail_file, bytes: m.access_detail_bytes, size: m.access_detail_size,
	sha256: m.access_detail_sha256, hash: m.access_detail_hash, version: m.access_detail_version, value: m.access_detail_value,
	before: m.access_detail_before, proposedBy: m.access_detail_proposed_by, step: m.access_detail_step, paper: m.access_detail_paper,
	measureName: m.access_detail_measure_name, causeName: m.access_detail_cause_name, fields: m.access_detail_fields,
	fromTemplate: m.access_detail_from_template, disposalId: m.access_detail_disposal_id, escalated: m.access_detail_escalated,
	reminded: m.access_detail_reminded, returned: m.access_detail_returned, resurfaced: m.access_detail_resurfaced, parents: m.access_detail_parents,
	due: m.access_detail_due, owed: m.access_detail_owed, until: m.access_detail_until, day: m.access_detail_day, userIds: m.access_detail_user_ids,
	turn: m.access_detail_turn, headId: m.access_detail_head_id, deputyId: m.access_detail_deputy_id, ownerId: m.access_detail_owner_id,
	parentId: m.access_detail_parent_id, host: m.access_detail_host, plain: m.access_detail_plain, domain: m.access_detail_domain,
	holder: m.access_detail_holder, expiresOn: m.access_detail_expires_on, scopes: m.access_detail_scopes, sources: m.access_detail_sources,
	failures: m.access_detail_failures, lockedUntil: m.access_detail_locked_until, entries: m.access_detail_entries, address: m.access_detail_address,
	verdict: m.access_detail_verdict, ground: m.access_detail_ground, undone: m.access_detail_undone, undoes: m.access_detail_undoes,
	state: m.access_detail_state, filingNo: m.plans_detail_filing_no, plan: m.plans_detail_plan, partners: m.plans_detail_partners, report: m.plans_detail_report,
	entry: m.plans_detail_entry, removed: m.plans_detail_removed, period: m.reports_detail_period, edition: m.reports_detail_edition,
	section: m.reports_detail_section, replaces: m.reports_detail_replaces, way: m.reports_detail_way, month: m.riskmap_month, measure: m.riskmap_layer, seconds: m.wall_detail_seconds, views: m.wall_detail_views
};

/** Values that are codes of ours wherever they stand. */
const values: Readonly<Record<string, () => string>> = {
	new: m.warnings_work_new, acknowledged: m.warnings_work_acknowledged, investigating: m.warnings_work_investigating, disposed: m.warnings_work_disposed,
	closed: m.warnings_work_closed, reopened: m.warnings_work_reopened, leader: m.access_role_leader, monitor: m.access_role_monitor, planner: m.access_role_planner,
	inspector: m.access_role_inspector, sysadmin: m.access_role_sysadmin, secadmin: m.access_role_secadmin, auditor: m.access_role_auditor
};

/** What an entry of the audit trail tells, on one line in the reader's language. Names in the other language are left out. */
export function auditDetailLine(detail: unknown, locale: 'zh-CN' | 'en'): string {
	const all = Object.entries((detail ?? {}) as Readonly<Record<string, unknown>>);
	const names = new Set(all.map(([name]) => name));
	const said = all.filter(([name]) => (locale === 'en' ? !names.has(`${name}En`) : !(name.endsWith('En') && names.has(name.slice(0, -2)))));
	const order = Object.keys(fields);
	const placeOf = (name: string) => (name in fields ? order.indexOf(name) : order.length);
	const label = (name: string) => fields[name]?.() ?? fields[name.replace(/En$/, '')]?.() ?? name;
	return said.sort(([a], [b]) => placeOf(a) - placeOf(b)).map(([name, value]) => `${label(name)}${m.common_colon()}${short(value)}`).join(' · ');
}

/** Hashes and keys by their beginning: nobody reads them. */
function short(value: unknown): string {
	if (value === null) return '–';
	if (typeof value === 'boolean') return value ? m.common_yes() : m.common_no();
	if (Array.isArray(value)) return value.map(short).join(m.common_comma());
	if (typeof value !== 'string') return JSON.stringify(value);
	return /^[0-9a-f-]{32,}$/.test(value) ? `${value.slice(0, 8)}…` : (Object.hasOwn(values, value) ? values[value]!() : value);
}
