import type { Refusal } from '#lib/access/refuse.ts';
import { dayOf } from '#lib/calendar/days.ts';
import { m } from '#lib/messages/messages.js';
import { campaignLengths, type CampaignText } from '../campaigns/content.ts';
import { campaignStates, type CampaignState } from '../campaigns/states.ts';
import { refusalLabel } from '../labels.ts';
import type { LeadListState } from '../leads/list.ts';
import type { ReportState } from '../leads/reports.ts';
import type { TaskKind } from '../tasks/task.ts';
import type { TaskCrossing, TaskDoor, TaskDue, TaskSourceKind } from '../tasks/list.ts';
import type { Occurrence, PromiseMode } from './kinds.ts';
import { narrowings, type Narrowing } from './scope-rules.ts';
import { planStates, type PlanState } from './states.ts';

type Label = () => string;
type Mark = 'waiting' | 'running' | 'done' | 'late' | 'failed' | 'off';

const kinds: Record<TaskKind, Label> = { targeted: m.plans_kind_targeted, undirected: m.plans_kind_undirected, campaign: m.plans_kind_campaign };
export const kindLabel = (kind: TaskKind): string => kinds[kind]();

const often: Record<Occurrence, Label> = { periodic: m.plans_occurrence_periodic, occasional: m.plans_occurrence_occasional };
export const occurrenceLabel = (occurrence: Occurrence): string => often[occurrence]();

const modes: Record<PromiseMode, Label> = { number: m.plans_mode_number, ratio: m.plans_mode_ratio };
export const modeLabel = (mode: PromiseMode): string => modes[mode]();

const states: Record<PlanState, Label> = {
	draft: m.plans_state_draft, submitted: m.plans_state_submitted, approved: m.plans_state_approved, filed: m.plans_state_filed, closed: m.plans_state_closed
};
export const planStateLabel = (state: PlanState): string => states[state]();
export const planMark: Record<PlanState, Mark> = { draft: 'waiting', submitted: 'running', approved: 'running', filed: 'done', closed: 'off' };

const campaigns: Record<CampaignState, Label> = {
	draft: m.plans_campaign_state_draft, submitted: m.plans_campaign_state_submitted, approved: m.plans_campaign_state_approved,
	done: m.plans_campaign_state_done, cancelled: m.plans_campaign_state_cancelled
};
export const campaignStateLabel = (state: CampaignState): string => campaigns[state]();
export const campaignMark: Record<CampaignState, Mark> = { draft: 'waiting', submitted: 'running', approved: 'running', done: 'done', cancelled: 'off' };

const reports: Record<ReportState, Label> = { open: m.plans_report_state_open, verified: m.plans_report_state_verified, refuted: m.plans_report_state_refuted };
export const reportStateLabel = (state: string): string => (reports as Partial<Record<string, Label>>)[state]?.() ?? state;
export const reportMark: Record<ReportState, Mark> = { open: 'waiting', verified: 'done', refuted: 'off' };

const doors: Record<TaskDoor, Label> = {
	all: m.plans_door_all, draft: m.plans_door_draft, committed: m.plans_door_committed, recheck: m.plans_door_recheck, review: m.plans_door_review, overdue: m.plans_door_overdue
};
export const doorLabel = (door: TaskDoor): string => doors[door]();

const sources: Record<TaskSourceKind, Label> = {
	plan: m.plans_source_plan, campaign: m.plans_source_campaign, incident: m.plans_source_incident, warning: m.plans_source_warning, free: m.plans_source_free
};
export const sourceLabel = (source: TaskSourceKind): string => sources[source]();

const crossings: Record<TaskCrossing, Label> = { own: m.plans_crossing_own, joint: m.plans_crossing_joint };
export const crossingLabel = (crossing: TaskCrossing): string => crossings[crossing]();

const dues: Record<TaskDue, Label> = { over: m.plans_due_over, week: m.plans_due_week, month: m.plans_due_month, later: m.plans_due_later };
export const dueLabel = (due: TaskDue): string => dues[due]();

const leads: Record<LeadListState, Label> = { open: m.plans_lead_state_open, review: m.plans_lead_state_review, done: m.plans_lead_state_done, cancelled: m.plans_lead_state_cancelled };
export const leadListLabel = (state: LeadListState): string => leads[state]();

const narrow: Record<Narrowing, Label> = {
	cells: m.plans_narrow_cells, warnings: m.plans_narrow_warnings, classes: m.plans_narrow_classes, tags: m.plans_narrow_tags, dates: m.plans_narrow_dates
};

/** Names of the fields of forms, where a refusal tells of one. */
const fields: Readonly<Record<string, Label>> = {
	name: m.plans_campaign_name, reason: m.plans_campaign_reason, basis: m.plans_campaign_basis, plan: m.plans_campaign_plan,
	medium: m.plans_report_medium, reportedOn: m.plans_report_day, content: m.plans_report_content, uscc: m.sampling_col_uscc
};

/** Who took a step and on which day; `–` for a step not taken yet. */
export const whoWhen = (who: string | null, at: Date | string | null): string => (who === null || at === null ? '–' : m.plans_fact_at({ who, day: dayOf(new Date(at)) }));

type Detail = Readonly<Partial<Record<'what' | 'from' | 'to' | 'state' | 'number' | 'day' | 'n' | 'fromOn' | 'untilOn', string | number>>>;

const plain: Readonly<Record<string, Label>> = {
	'name-missing': m.plans_refuse_name_missing, 'plan-empty': m.plans_refuse_plan_empty, 'plan-not-in-force': m.plans_refuse_plan_not_in_force,
	'campaign-not-approved': m.plans_refuse_campaign_not_approved, 'campaign-missing': m.plans_refuse_campaign_missing,
	'filing-no-missing': m.plans_refuse_filing_no_missing, 'in-the-future': m.plans_refuse_in_the_future, 'window-backwards': m.plans_refuse_window_backwards,
	'window-outside-year': m.plans_refuse_window_outside_year, 'window-over': m.plans_refuse_window_over,
	'promise-not-a-number': m.plans_refuse_promise_not_a_number, 'promise-not-a-share': m.plans_refuse_promise_not_a_share,
	'scope-beyond': m.plans_refuse_scope_beyond, 'department-unknown': m.plans_refuse_department_unknown, 'partner-twice': m.plans_refuse_partner_twice,
	'partner-unknown': m.plans_refuse_partner_unknown, 'partners-not-planned': m.plans_refuse_partners_not_planned,
	'summary-missing': m.plans_refuse_summary_missing,
	'reported-in-the-future': m.plans_refuse_reported_in_the_future, 'report-decided': m.plans_refuse_report_decided,
	'finding-missing': m.plans_refuse_finding_missing, 'report-not-verified': m.plans_refuse_report_not_verified,
	'report-of-another': m.plans_refuse_report_of_another, 'report-ground': m.plans_refuse_report_ground,
	'enterprise-not-found': m.plans_refuse_enterprise_not_found
};

const text = (value: string | number | undefined): string => (value === undefined ? '' : String(value));

/** What to tell a person about a refusal: which input, and what to do. */
export function planRefusal(refusal: Refusal & Detail): string {
	const { what, state } = refusal;
	switch (refusal.reason) {
		case 'plan-year':
			return m.plans_refuse_plan_year({ from: text(refusal.from), to: text(refusal.to) });
		case 'plan-wrong-state':
			return m.plans_refuse_plan_wrong_state({ state: states[planStates.find((s) => s === state) ?? 'draft']() });
		case 'campaign-wrong-state':
			return m.plans_refuse_campaign_wrong_state({ state: campaigns[campaignStates.find((s) => s === state) ?? 'draft']() });
		case 'campaign-text': {
			const [least, most] = campaignLengths[what as CampaignText] ?? [1, 4000];
			return m.plans_refuse_campaign_text({ what: fields[text(what)]?.() ?? text(what), least, most });
		}
		case 'report-incomplete':
			return m.plans_refuse_report_incomplete({ what: fields[text(what)]?.() ?? text(what) });
		case 'amended-already':
			return m.plans_refuse_amended_already({ number: text(refusal.number) });
		case 'tasks-open':
			return m.plans_refuse_tasks_open({ n: text(refusal.n) });
		case 'filed-before-approval':
			return m.plans_refuse_filed_before_approval({ day: text(refusal.day) });
		case 'due-outside-window':
			return m.plans_refuse_due_outside_window({ fromOn: text(refusal.fromOn), untilOn: text(refusal.untilOn) });
		case 'undirected-narrowed':
			return m.plans_refuse_undirected_narrowed({ what: narrow[narrowings.find((n) => n === what) ?? 'cells']() });
		default:
			return plain[refusal.reason]?.() ?? refusalLabel(refusal.reason);
	}
}
