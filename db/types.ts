// Generated from the migrations by `npm run db:types`. Do not edit.

import type { ColumnType } from "kysely";

export type Generated<T> = T extends ColumnType<infer S, infer I, infer U>
  ? ColumnType<S, I | undefined, U>
  : ColumnType<T, T | undefined, T>;

export type Int8 = ColumnType<number, bigint | number | string, bigint | number | string>;

export type Json = JsonValue;

export type JsonArray = JsonValue[];

export type JsonObject = {
  [x: string]: JsonValue | undefined;
};

export type JsonPrimitive = boolean | number | string | null;

export type JsonValue = JsonArray | JsonObject | JsonPrimitive;

export type Numeric = ColumnType<string, number | string, number | string>;

export type Timestamp = ColumnType<Date, Date | string, Date | string>;

export interface ActiveMonth {
  industry_key: string;
  month: string;
  n: number;
  region_code: string;
}

export interface AddressPlace {
  address_key: string;
  kind: string;
  place_key: string;
  rules: number;
  unit: string | null;
}

export interface AllowedHost {
  allowed_at: Generated<Timestamp>;
  allowed_by: string;
  host: string;
  id: string;
  plain: boolean;
  reason: string;
  region_code: string;
  removed_at: Timestamp | null;
  removed_by: string | null;
  removed_why: string | null;
}

export interface ApiToken {
  contact: string;
  created_at: Generated<Timestamp>;
  created_by: string;
  expires_on: string;
  granted_at: Timestamp | null;
  granted_by: string | null;
  holder: string;
  id: string;
  last_refusal: string | null;
  last_refused_at: Timestamp | null;
  last_used_address: string | null;
  last_used_at: Timestamp | null;
  name: string;
  office_region_code: string;
  refusals: Generated<Int8>;
  region_code: string | null;
  revoked_at: Timestamp | null;
  revoked_by: string | null;
  revoked_why: string | null;
  scopes: Generated<string[]>;
  secret_end: string;
  secret_hash: string;
  source_ids: Generated<string[]>;
}

export interface AppSession {
  address: string | null;
  created_at: Generated<Timestamp>;
  expires_at: Timestamp;
  id: string;
  last_seen: Timestamp;
  user_agent: string | null;
  user_id: string;
}

export interface AppSetting {
  changed_at: Generated<Timestamp>;
  changed_by: string | null;
  key: string;
  value: Json;
  version: Generated<number>;
}

export interface AppUser {
  acknowledged_rules_at: Timestamp | null;
  created_at: Generated<Timestamp>;
  created_by: string | null;
  demo: Generated<boolean>;
  department_id: string;
  display_name: string;
  grants: Generated<string[]>;
  id: string;
  industries: string[] | null;
  inspector_id: string | null;
  last_login_at: Timestamp | null;
  must_change_password: Generated<boolean>;
  name: string;
  password_hash: string;
  region_code: string;
  role: string;
  role_granted_at: Timestamp | null;
  role_granted_by: string | null;
  state: Generated<string>;
}

export interface AuditEntry {
  action: string;
  actor_id: string | null;
  actor_name: string | null;
  address: string | null;
  at: Timestamp;
  detail: Json;
  hash: string;
  object_id: string | null;
  object_kind: string | null;
  prev_hash: string;
  seq: Int8;
}

export interface Boundary {
  polygons: Json;
  region_code: string;
  set_id: string;
}

export interface BoundarySet {
  bytes: number;
  id: string;
  loaded_at: Generated<Timestamp>;
  loaded_by: string;
  map_number: string;
  region_code: string;
  regions: number;
  retired_at: Timestamp | null;
  retired_by: string | null;
  sha256: string;
  source: string;
}

export interface CalendarDay {
  assumed: boolean;
  corrected_at: Timestamp | null;
  corrected_by: string | null;
  day: string;
  holiday: string | null;
  lunar_day: number;
  lunar_leap: Generated<boolean>;
  lunar_month: number;
  makeup: Generated<boolean>;
  note: string | null;
  off: boolean;
}

export interface Campaign {
  basis: string;
  created_at: Generated<Timestamp>;
  created_by: string;
  decided_at: Timestamp | null;
  decided_by: string | null;
  decision_note: string | null;
  department_id: string;
  from_on: string;
  id: string;
  item_id: string;
  name: string;
  number: string;
  plan: string;
  reason: string;
  region_code: string;
  scope: Json;
  state: string;
  submitted_at: Timestamp | null;
  submitted_by: string | null;
  summary: string | null;
  until_on: string;
  version: Generated<number>;
}

export interface CampaignWarning {
  campaign_id: string;
  warning_id: string;
}

export interface ClassMonth {
  a: number;
  b: number;
  c: number;
  d: number;
  industry_key: string;
  month: string;
  region_code: string;
}

export interface ClassMove {
  from_class: string;
  industry_key: string;
  month: string;
  months_back: number;
  n: number;
  region_code: string;
  to_class: string;
}

export interface ClusterAddress {
  address: string;
  basis: string;
  created_at: Generated<Timestamp>;
  created_by: string;
  decided_at: Timestamp | null;
  decided_by: string | null;
  department_id: string;
  id: string;
  limit_30_days: number;
  place_key: string;
  region_code: string;
  state: string;
  valid_from: string;
  valid_to: string | null;
  version: number;
}

export interface CohortStep {
  cohort: string;
  industry_key: string;
  month: string;
  n: number;
  region_code: string;
  step: string;
}

export interface CountCityDay {
  day: string;
  industry_key: string;
  kind: string;
  n: number;
  region_code: string;
}

export interface CountCityMonth {
  industry_key: string;
  kind: string;
  month: string;
  n: number;
  region_code: string;
}

export interface CountCountyMonth {
  industry_key: string;
  kind: string;
  month: string;
  n: number;
  region_code: string;
  upto_10: Generated<number>;
  upto_15: Generated<number>;
  upto_20: Generated<number>;
  upto_25: Generated<number>;
  upto_5: Generated<number>;
}

export interface CountDay {
  day: string;
  industry_key: string;
  kind: string;
  n: number;
  region_code: string;
}

export interface CountHistory {
  day: string;
  industry_key: string;
  kind: string;
  n: number;
  region_code: string;
  source_id: string;
}

export interface CountMark {
  changed_at: Timestamp;
  complete_up_to: string | null;
  name: string;
  version: Int8;
}

export interface CountTouched {
  day: string;
  folded: Generated<boolean>;
  id: Generated<Int8>;
  kind: string;
}

export interface CoverageAnchor {
  anchor_on: string;
  confirmed_at: Generated<Timestamp>;
  confirmed_by: string;
  kind: string;
  notice_id: string | null;
  region_code: string;
  source_id: string;
}

export interface CoverageNotice {
  change_on: string;
  decided_at: Timestamp | null;
  decided_by: string | null;
  detected_on: string;
  explanation: Json;
  factor: number;
  id: string;
  kind: string;
  note: string | null;
  region_code: string;
  regions_changed: number;
  regions_judged: number;
  source_id: string;
  state: Generated<string>;
  what: Generated<string>;
}

export interface Department {
  created_at: Generated<Timestamp>;
  deputy_id: string | null;
  head_id: string | null;
  id: string;
  industries: string[] | null;
  name: string;
  region_code: string;
}

export interface Disposal {
  addressee: string;
  approved_at: Timestamp | null;
  approver_id: string | null;
  body: Generated<string>;
  changed_at: Timestamp;
  concluded_by: string | null;
  concluded_on: string | null;
  created_at: Timestamp;
  created_by: string;
  declined_reason: string | null;
  department_id: string;
  fields: Generated<Json>;
  id: string;
  industry_key: string;
  issued_at: Timestamp | null;
  issued_by: string | null;
  issued_on: string | null;
  measure: Json;
  measure_id: string;
  number: string | null;
  outcome: string | null;
  outcome_note: string | null;
  paper: Json | null;
  paper_hash: string | null;
  region_code: string;
  served_how: string | null;
  served_note: string | null;
  served_on: string | null;
  state: string;
  submitted_at: Timestamp | null;
  submitted_by: string | null;
  title: Generated<string>;
  uscc: string | null;
  version: Generated<number>;
  warning_id: string;
  withdrawn_reason: string | null;
}

export interface DisposalAttachment {
  added_at: Timestamp;
  added_by: string;
  bytes: Buffer;
  disposal_id: string;
  hash: string;
  id: string;
  media_type: string;
  name: string;
  size: number;
}

export interface DisposalChoice {
  created_at: Generated<Timestamp>;
  created_by: string;
  decided_at: Timestamp | null;
  decided_by: string | null;
  definition: Json;
  id: string;
  list: string;
  state: string;
  version: number;
}

export interface DutyDay {
  day: string;
  department_id: string;
  user_id: string;
}

export interface Enterprise {
  address: string | null;
  address_key: string | null;
  agent: string | null;
  agent_key: string | null;
  batch_id: string | null;
  cancelled_on: string | null;
  capital_currency: string | null;
  capital_raw: string | null;
  capital_wan: Numeric | null;
  enterprise_type: string | null;
  established_on: string | null;
  in_register: Generated<boolean>;
  industry_key: Generated<string>;
  key_class: Generated<boolean>;
  legal_rep: string | null;
  legal_rep_key: string | null;
  name: string;
  phone: string | null;
  phone_key: string | null;
  region_basis: string;
  region_code: string;
  region_given: string | null;
  source_id: string | null;
  stated: Json | null;
  stated_at: Timestamp;
  stated_cancelled_on: string | null;
  stated_status: string | null;
  status: Generated<string>;
  tags: Generated<string[]>;
  uscc: string;
}

export interface EnterpriseClass {
  batch_id: string | null;
  class: string;
  month: string;
  received_at: Timestamp;
  source_id: string;
  uscc: string;
  version: Generated<number>;
}

export interface EnterpriseLink {
  key: string;
  kind: string;
  since: string;
  until: string | null;
  uscc: string;
}

export interface Event {
  batch_id: string;
  class: string | null;
  content: Generated<Json>;
  event_id: string;
  folded_into: string | null;
  industry_key: string;
  item: string | null;
  kind: string;
  known_from: Timestamp;
  known_to: Timestamp | null;
  occurred_at: Timestamp;
  person_key: string | null;
  received_at: Timestamp;
  region_basis: string;
  region_code: string;
  source_id: string;
  source_key: string;
  uscc: string;
  withdrawn: Generated<boolean>;
}

export interface EventFold {
  derived: Generated<boolean>;
  event_id: string;
  industry_key: string;
  kept_event_id: string;
  kept_occurred_at: Timestamp;
  kept_source_id: string;
  kept_source_key: string;
  kept_uscc: string;
  kind: string;
  made_at: Timestamp;
  occurred_at: Timestamp;
  region_code: string;
  rule: string;
  rule_version: number;
  source_id: string;
  source_key: string;
  undone_at: Timestamp | null;
  undone_by: string | null;
  undone_by_name: string | null;
  undone_why: string | null;
  uscc: string;
}

export interface Exchange {
  batch_rows: number;
  columns: Json | null;
  connection: string;
  created_at: Generated<Timestamp>;
  created_by: string;
  every_minutes: number;
  high_column: string;
  high_water: string | null;
  id: string;
  kind: string;
  last_batch_id: string | null;
  last_ok_at: Timestamp | null;
  last_rows: number | null;
  last_sha256: string | null;
  last_started_at: Timestamp | null;
  name: string;
  overlap: number;
  problem: string | null;
  problem_detail: string | null;
  problem_since: Timestamp | null;
  source_id: string;
  state: string;
  table_name: string;
  table_schema: string;
}

export interface FigureSnapshot {
  address: string;
  cited_at: Timestamp | null;
  content: Buffer;
  id: string;
  industries: string[] | null;
  month: string;
  region_code: string;
  taken_at: Timestamp;
}

export interface FoldVerdict {
  actor_id: string;
  actor_name: string;
  at: Generated<Timestamp>;
  kind: string;
  note: string;
  other_source_id: string;
  other_source_key: string;
  source_id: string;
  source_key: string;
  uscc: string;
  verdict: string;
}

export interface HeldEvening {
  as_of: string;
  kind: string;
  reason: string;
  region_code: string;
  scored_on: string | null;
  since: string | null;
  source_id: string | null;
}

export interface InboxLook {
  bytes: Int8;
  first_seen_at: Timestamp;
  modified_at: Timestamp;
  path: string;
  seen_at: Timestamp;
}

export interface Incident {
  created_at: Timestamp;
  created_by: string;
  department_id: string;
  id: string;
  number: string;
  title: string;
}

export interface Indicator {
  created_at: Generated<Timestamp>;
  created_by: string | null;
  id: string;
  item: string;
  kind: Generated<string>;
  name: string;
  name_en: string;
  owner_department_id: string;
  parent_indicator: string | null;
  retired_at: Timestamp | null;
}

export interface IndicatorVersion {
  created_at: Generated<Timestamp>;
  created_by: string | null;
  decided_at: Timestamp | null;
  decided_by: string | null;
  definition: Json;
  indicator_id: string;
  note: string | null;
  state: string;
  valid_from: Timestamp | null;
  valid_to: Timestamp | null;
  version: number;
}

export interface Industry {
  code: string;
  key: string;
  level: number;
  name: string;
  parent_key: string | null;
}

export interface InspectionFile {
  added_at: Generated<Timestamp>;
  added_by: string;
  bytes: Buffer;
  hash: string;
  id: string;
  item_id: string | null;
  media_type: string;
  name: string;
  ref: string;
  size: number;
  uscc: string;
}

export interface InspectionItem {
  active: Generated<boolean>;
  department_id: string;
  field: string | null;
  frequency: number | null;
  id: string;
  industries: string[] | null;
  key_field: Generated<boolean>;
  legal_basis: string;
  method: string;
  name: string;
  number: string;
  object_kinds: string[] | null;
  ratio: number | null;
  staff_needed: Generated<number>;
  statutory: Generated<boolean>;
  sub_item: string | null;
  validity_days: Generated<number>;
}

export interface InspectionMonth {
  found: number;
  industry_key: string;
  month: string;
  region_code: string;
  undecided: number;
  visited: number;
  visits: number;
}

export interface InspectionObject {
  class: string | null;
  class_month: string | null;
  established_on: string | null;
  industry_key: string;
  key_class: boolean;
  region_code: string;
  tags: Generated<string[]>;
  uscc: string;
  visit_by: string | null;
  visit_on: string | null;
  visit_path: string | null;
  visits: Generated<number>;
}

export interface InspectionResult {
  entered_at: Generated<Timestamp>;
  entered_by: string;
  item_id: string;
  note: string | null;
  ref: string;
  result: string;
  uscc: string;
}

export interface InspectionVisit {
  class: string | null;
  control: Generated<boolean>;
  department_id: string;
  id: string;
  indicator_id: string | null;
  item_id: string | null;
  kind: string | null;
  lead_check_id: string | null;
  level: string | null;
  path: string;
  planned: boolean;
  recorded_at: Generated<Timestamp>;
  result: string;
  scale: string | null;
  scale_value: string | null;
  task_id: string | null;
  uscc: string;
  visited_on: string;
}

export interface Inspector {
  certificate_no: string;
  certificate_until: string;
  department_id: string;
  expert: Generated<boolean>;
  id: string;
  item_ids: string[] | null;
  name: string;
  post: string | null;
  recused_uscc: Generated<string[]>;
  region_code: string;
  state: Generated<string>;
  unit: string;
}

export interface IntakeBatch {
  accepted: Generated<number>;
  actor_id: string | null;
  duplicates: Generated<number>;
  error: string | null;
  file_bytes: Int8 | null;
  file_name: string | null;
  file_sha256: string | null;
  finished_at: Timestamp | null;
  first_day: string | null;
  history: Generated<boolean>;
  id: string;
  kind: string;
  last_day: string | null;
  mapping: Json | null;
  mend_rule_id: string | null;
  mended: Generated<Json>;
  rejected: Generated<number>;
  rows: Generated<number>;
  source_id: string;
  started_at: Generated<Timestamp>;
  state: string;
  versions: Generated<number>;
  warnings: Generated<Json>;
}

export interface IntakeKey {
  content_hash: string;
  event_id: string;
  kind: string;
  occurred_at: Timestamp;
  source_id: string;
  source_key: string;
  uscc: string;
}

export interface IntakeKind {
  created_at: Generated<Timestamp>;
  created_by: string;
  item_headers: Generated<string[]>;
  label: string;
  label_en: string;
  name: string;
  retired_at: Timestamp | null;
  retired_by: string | null;
  retired_reason: string | null;
  subject: string;
}

export interface IntakeKindField {
  created_at: Generated<Timestamp>;
  created_by: string;
  headers: Generated<string[]>;
  kind: string;
  label: string;
  label_en: string;
  name: string;
  position: number;
  required: boolean;
  type: string;
}

export interface IntakeReject {
  batch_id: string;
  field: string | null;
  line: number;
  message: string;
  raw: string;
  reason: string;
  rule_id: string | null;
  state: Generated<string>;
  value: string | null;
}

export interface ItemName {
  decided_at: Timestamp | null;
  decided_by: string | null;
  evidence: Json;
  found_on: string;
  id: string;
  item: string;
  kind: string;
  means: string | null;
  note: string | null;
  since: string;
  source_id: string;
  state: Generated<string>;
  why: string;
}

export interface JobRequest {
  attempt: Generated<number>;
  claimed_by: string | null;
  error: string | null;
  finished_at: Timestamp | null;
  id: Generated<Int8>;
  job: string;
  lease_until: Timestamp | null;
  payload: Generated<Json>;
  progress: number | null;
  requested_at: Generated<Timestamp>;
  requested_by: string | null;
  result: Json | null;
  state: Generated<string>;
}

export interface JobRun {
  attempt: Generated<number>;
  claimed_at: Timestamp;
  claimed_by: string;
  detail: Generated<Json>;
  due_at: Timestamp;
  error: string | null;
  finished_at: Timestamp | null;
  job: string;
  lease_until: Timestamp;
  state: string;
}

export interface JointVisit {
  decided_at: Generated<Timestamp>;
  decided_by: string;
  id: string;
  lead_department_id: string;
  lead_rule: string;
  number: string;
  reason: string | null;
  state: string;
  uscc: string;
  version: Generated<number>;
  visit_from: string | null;
  visit_until: string | null;
}

export interface JointVisitPart {
  department_id: string;
  due_on: string | null;
  item_id: string | null;
  joint_id: string;
  ref: string;
  uscc: string;
}

export interface LeadCheck {
  cancel_reason: string | null;
  created_at: Generated<Timestamp>;
  created_by: string;
  department_id: string;
  due_on: string | null;
  entered_at: Timestamp | null;
  entered_by: string | null;
  evidence: string;
  ground: string;
  id: string;
  inspector_ids: Generated<string[]>;
  item_id: string | null;
  number: string;
  region_code: string;
  report_id: string | null;
  result: string | null;
  result_note: string | null;
  reviewed_at: Timestamp | null;
  reviewed_by: string | null;
  state: string;
  uscc: string;
  version: Generated<number>;
  visited_on: string | null;
  warning_id: string | null;
}

export interface LeadReport {
  content: string;
  created_at: Generated<Timestamp>;
  created_by: string;
  decided_at: Timestamp | null;
  decided_by: string | null;
  department_id: string;
  finding: string | null;
  id: string;
  medium: string;
  number: string;
  region_code: string;
  reported_on: string;
  state: string;
  uscc: string;
  version: Generated<number>;
}

export interface LinkJudgement {
  actor_id: string;
  actor_name: string;
  at: Generated<Timestamp>;
  department_id: string;
  key: string;
  kind: string;
  note: string;
  uscc: string;
  verdict: string;
}

export interface LoginFailure {
  failures: number;
  first_at: Timestamp;
  key: string;
  kind: string;
  last_at: Timestamp;
  locked_until: Timestamp | null;
}

export interface MatchQueue {
  decided_at: Timestamp | null;
  decided_by: string | null;
  event_id: string;
  given_name: string | null;
  given_uscc: string | null;
  matched_uscc: string | null;
  occurred_at: Timestamp;
  region_code: string;
  state: Generated<string>;
  uscc: string;
}

export interface MendEntry {
  action: string;
  actor_id: string;
  actor_name: string;
  at: Generated<Timestamp>;
  note: string;
  rule_id: string;
}

export interface MendRule {
  actor_id: string;
  actor_name: string;
  department_id: string;
  id: string;
  kind: string;
  made_at: Generated<Timestamp>;
  note: string;
  number: number;
  scope: Json;
  source_id: string;
  step: Json;
}

export interface MonitorRun {
  as_of: string;
  cleared: number;
  evaluated: number;
  finished_at: Timestamp;
  held: number;
  indicator_id: string;
  milliseconds: number;
  raised: number;
  series: number;
  version: number;
}

export interface Notice {
  created_at: Generated<Timestamp>;
  detail: Generated<Json>;
  id: Generated<Int8>;
  key: string;
  kind: string;
  number: string | null;
  object_id: string;
  object_kind: string;
  planned_at: Timestamp | null;
  read_at: Timestamp | null;
  user_id: string;
}

export interface NoticeReach {
  email: string | null;
  email_confirmed_at: Timestamp | null;
  locale: Generated<string>;
  pending_email: string | null;
  pending_hash: string | null;
  pending_until: Timestamp | null;
  rhythm: Generated<Json>;
  user_id: string;
}

export interface NumberCounter {
  last: number;
  series: string;
  year: string;
}

export interface ObjectTag {
  department_id: string | null;
  removed_at: Timestamp | null;
  removed_by: string | null;
  set_at: Generated<Timestamp>;
  set_by: string;
  tag: string;
  uscc: string;
}

export interface ObservationPeriod {
  bottom_lines: string;
  class_then: string;
  department_id: string;
  end_note: string | null;
  end_reason: string | null;
  ended_by: string | null;
  ended_on: string | null;
  from_on: string;
  granted_at: Generated<Timestamp>;
  granted_by: string;
  id: string;
  newness: string;
  until_on: string;
  uscc: string;
}

export interface Outgoing {
  address: string | null;
  attempts: Generated<number>;
  channel: string;
  created_at: Generated<Timestamp>;
  due_at: Timestamp;
  ended_at: Timestamp | null;
  followed: Generated<boolean>;
  form: string;
  handing_since: Timestamp | null;
  id: string;
  next_at: Timestamp;
  problem: string | null;
  problem_detail: string | null;
  state: Generated<string>;
  user_id: string | null;
  webhook_id: string | null;
}

export interface OutgoingItem {
  key: string;
  notice_id: Int8;
  outgoing_id: string;
  target: string;
}

export interface OutsideStatement {
  outside_id: string;
  received_at: Timestamp;
  said: Json;
  source_id: string;
  token_id: string;
  version: number;
}

export interface OutsideStatus {
  fed: Int8;
  outside_id: string;
  source_id: string;
  warning_id: string;
}

export interface OutsideWarning {
  content_hash: string;
  outside_id: string;
  series_key: string;
  source_id: string;
  version: number;
}

export interface OutwardDrop {
  after_seq: Int8;
  bytes: Int8 | null;
  dataset: string;
  file_name: string;
  made_at: Timestamp;
  rows: Int8 | null;
  sha256: string | null;
  state: string;
  through_seq: Int8;
}

export interface OutwardMark {
  dataset: string;
  head: Generated<Int8>;
  looked_at: Timestamp;
  seen: Generated<Json>;
  since: string;
}

export interface OutwardRow {
  content: string;
  dataset: string;
  fact: string;
  logged_at: Timestamp;
  object_key: string;
  period: string;
  region_code: string;
  revises: Int8 | null;
  seq: Int8;
  withdrawn: Generated<boolean>;
}

export interface OutwardTaker {
  dataset: string;
  last_at: Timestamp;
  position: Int8;
  region_code: string;
  requests: Generated<Int8>;
  rows: Generated<Int8>;
  token_id: string;
}

export interface PartialDay {
  day: string;
  expected: number;
  found_on: string;
  kind: string;
  note: string | null;
  region_code: string;
  rows: number;
  settled_by: string | null;
  settled_on: string | null;
  source_id: string;
}

export interface PlanEntry {
  department_ids: Generated<string[]>;
  from_on: string;
  id: string;
  item_id: string;
  kind: string;
  mode: string;
  note: string | null;
  occurrence: string;
  origin: string;
  plan_id: string;
  position: number;
  promised: number;
  scope: Json;
  until_on: string;
}

export interface ProfessionalGrade {
  batch_id: string | null;
  field: string;
  grade: string;
  month: string;
  received_at: Timestamp;
  source_id: string;
  uscc: string;
  version: Generated<number>;
}

export interface Rectification {
  checked_at: Timestamp | null;
  checked_by: string | null;
  checked_on: string | null;
  created_at: Generated<Timestamp>;
  created_by: string;
  demand: string;
  department_id: string;
  due_on: string;
  finding: string | null;
  id: string;
  item_id: string;
  ref: string;
  region_code: string;
  state: string;
  uscc: string;
  version: Generated<number>;
}

export interface Region {
  code: string;
  kind: string;
  latitude: number | null;
  level: string;
  longitude: number | null;
  name: string;
  parent_code: string | null;
}

export interface RegionSuccession {
  retired_code: string;
  retired_name: string;
  successor_code: string;
}

export interface RegisterVersion {
  changed_at: Generated<Timestamp>;
  changed_by: string | null;
  content: Json;
  id: string;
  register: string;
  version: number;
  way: string;
}

export interface Report {
  agency: Json | null;
  approver_id: string | null;
  changed_at: Timestamp;
  closed_at: Timestamp | null;
  closed_by: string | null;
  closed_reason: string | null;
  composed_at: Timestamp | null;
  content: Json | null;
  created_at: Timestamp;
  created_by: string | null;
  department_id: string;
  edition: Generated<number>;
  from_day: string;
  id: string;
  industries: string[] | null;
  issued_at: Timestamp | null;
  issued_by: string | null;
  issued_on: string | null;
  kind: string;
  number: string | null;
  paper_hash: string | null;
  period_key: string;
  reason: string | null;
  region_code: string;
  replaces: string | null;
  reviewed_at: Timestamp | null;
  reviewed_by: string | null;
  reviewer_id: string | null;
  state: string;
  submitted_at: Timestamp | null;
  submitted_by: string | null;
  to_day: string;
  version: Generated<number>;
  writers: Generated<string[]>;
}

export interface ReportDue {
  changed_at: Timestamp;
  changed_by: string;
  day: number;
  month: number;
  region_code: string;
}

export interface ReportPicture {
  bytes: Buffer;
  hash: string;
  report_id: string;
}

export interface ReportRemark {
  id: Generated<Int8>;
  report_id: string;
  said: string;
  said_at: Timestamp;
  said_by: string;
  section_key: string | null;
}

export interface ReportUnit {
  changed_at: Timestamp;
  changed_by: string;
  department_id: string;
  kinds: string[];
}

export interface ResultPublication {
  channel: string | null;
  decided_at: Timestamp | null;
  decided_by: string | null;
  department_id: string;
  due_on: string;
  exempt_reason: string | null;
  published_on: string | null;
  ref: string;
  state: string;
  uscc: string;
}

export interface ResultReturn {
  n: number;
  reason: string;
  ref: string;
  returned_at: Generated<Timestamp>;
  returned_by: string;
  uscc: string;
}

export interface Routing {
  changed_at: Generated<Timestamp>;
  changed_by: string | null;
  department_id: string;
  industry_prefix: string;
  item: string;
  region_prefix: string;
}

export interface SamplingDraw {
  commitment: string;
  committed_at: Timestamp;
  committed_by: string;
  drawn_at: Timestamp | null;
  drawn_by: string | null;
  entropy_source: string | null;
  entropy_value: string | null;
  format: string;
  frozen: Json;
  n: number;
  pool_hash: string;
  previous: string | null;
  salt: string;
  seed: string;
  state: string;
  task_id: string;
  void_reason: string | null;
  voided_at: Timestamp | null;
  voided_by: string | null;
  weighted: boolean;
}

export interface SamplingObject {
  class: string | null;
  class_month: string | null;
  control: Generated<boolean>;
  draw_n: Generated<number>;
  entered_at: Timestamp | null;
  entered_by: string | null;
  object_id: string;
  rank: number;
  result: string | null;
  result_items: Json | null;
  result_note: string | null;
  reviewed_at: Timestamp | null;
  reviewed_by: string | null;
  stratum: string | null;
  task_id: string;
  uscc: string;
  visited_on: string | null;
}

export interface SamplingPassed {
  draw_n: number;
  object_id: string;
  reason: string;
  task_id: string;
  uscc: string;
}

export interface SamplingPlan {
  amends: string | null;
  created_at: Generated<Timestamp>;
  created_by: string;
  decided_at: Timestamp | null;
  decided_by: string | null;
  decision_note: string | null;
  department_id: string;
  filed_on: string | null;
  filing_no: string | null;
  id: string;
  name: string;
  number: string;
  region_code: string;
  state: string;
  submitted_at: Timestamp | null;
  submitted_by: string | null;
  version: Generated<number>;
  year: number;
}

export interface SamplingPoolPart {
  class: string;
  details: Json | null;
  draw_n: number;
  objects: Buffer | null;
  part: number;
  reason: string;
  size: number;
  stratum: string;
  task_id: string;
  usccs: Buffer;
  weights: number[] | null;
}

export interface SamplingPreset {
  created_at: Generated<Timestamp>;
  created_by: string | null;
  decided_at: Timestamp | null;
  decided_by: string | null;
  id: string;
  name: string;
  region_code: string;
  rules: Json;
  source: string | null;
  state: string;
  version: number;
}

export interface SamplingTask {
  campaign_id: string | null;
  cancel_reason: string | null;
  class_month: string | null;
  created_at: Generated<Timestamp>;
  created_by: string;
  department_id: string;
  draw_n: number | null;
  drawn_at: Timestamp | null;
  due_on: string | null;
  excluded_size: number | null;
  id: string;
  incident_id: string | null;
  item_id: string;
  kind: string;
  name: string;
  number: string;
  occurrence: Generated<string>;
  plan_entry_id: string | null;
  pool_size: number | null;
  preset_id: string;
  preset_version: number;
  recheck: Json | null;
  region_code: string;
  scope: Json;
  settings: Generated<Json>;
  state: string;
  version: Generated<number>;
}

export interface SamplingTaskPartner {
  department_id: string;
  item_id: string;
  task_id: string;
}

export interface SamplingTaskWarning {
  task_id: string;
  warning_id: string;
}

export interface SavedView {
  created_at: Generated<Timestamp>;
  department_id: string;
  id: string;
  name: string;
  query: string;
  shared: Generated<boolean>;
  user_id: string;
}

export interface Source {
  cadence: Json | null;
  contact: string | null;
  created_at: Generated<Timestamp>;
  created_by: string | null;
  graded_at: Timestamp | null;
  graded_by: string | null;
  grading: string | null;
  grading_level: number | null;
  id: string;
  kinds: string[];
  name: string;
  owner_department_id: string;
  region_code: string;
  state: Generated<string>;
  stopped_at: Timestamp | null;
  stopped_by: string | null;
  stopped_reason: string | null;
}

export interface SourceMapping {
  changed_at: Generated<Timestamp>;
  changed_by: string | null;
  kind: string;
  mapping: Json;
  origin: Generated<string>;
  source_id: string;
}

export interface SourceVolume {
  kind: string;
  rows_expected: number;
  source_id: string;
}

export interface SummarySeen {
  last_done: Timestamp | null;
  name: string;
  seen: string;
}

export interface TaskInspector {
  draw_n: Generated<number>;
  expert: Generated<boolean>;
  inspector_id: string;
  rank: number;
  task_id: string;
  uscc: string;
}

export interface WallScreen {
  created_at: Generated<Timestamp>;
  created_by: string;
  id: string;
  last_day: string | null;
  last_seen_address: string | null;
  last_seen_at: Timestamp | null;
  name: string;
  region_code: string;
  revoked_at: Timestamp | null;
  revoked_by: string | null;
  revoked_why: string | null;
  seconds: number;
  token_hash: string;
  token_made_at: Generated<Timestamp>;
  token_made_by: string;
  token_version: Generated<number>;
  views: string[];
}

export interface Warning {
  acknowledge_due: string | null;
  acknowledged_at: Timestamp | null;
  changed_at: Timestamp;
  cleared_on: string | null;
  close_reason: string | null;
  closed_at: Timestamp | null;
  department_id: string;
  dispose_due: string | null;
  disposed_at: Timestamp | null;
  escalation: Generated<number>;
  evaluation: string;
  expected: number | null;
  explanation: Json;
  first_breach_on: string;
  hand_over_to: string | null;
  id: string;
  incident_id: string | null;
  indicator_id: string;
  indicator_version: number;
  industry_key: string;
  item: string;
  last_breach_on: string;
  level: string;
  number: string;
  observed: number | null;
  occurred_on: string;
  owner_id: string | null;
  parent_id: string | null;
  q_value: number | null;
  raised_at: Timestamp;
  raised_on: string;
  region_code: string;
  scope_kind: string;
  series_key: string;
  title_data: Generated<Json>;
  upper: number | null;
  uscc: string | null;
  version: Generated<number>;
  work: Generated<string>;
}

export interface WarningEvent {
  action: string;
  actor_id: string | null;
  actor_name: string | null;
  as_of: string;
  at: Timestamp;
  axis: string;
  data: Generated<Json>;
  from_state: string | null;
  note: string | null;
  seq: number;
  to_state: string | null;
  warning_id: string;
}

export interface WarningFeed {
  at: Generated<Timestamp>;
  department_id: string;
  id: Generated<Int8>;
  industry_key: string;
  region_code: string;
  warning_id: string;
  what: string;
}

export interface WarningSeries {
  evaluated_on: string;
  evaluation: string;
  indicator_id: string;
  last_breach_on: string | null;
  level_on: string | null;
  series_key: string;
  snooze_reason: string | null;
  snoozed_at: Timestamp | null;
  snoozed_by: string | null;
  snoozed_until: Timestamp | null;
  warning_id: string | null;
}

export interface WarningSubject {
  role: string;
  uscc: string;
  warning_id: string;
  weight: Generated<number>;
}

export interface Watermark {
  changed_at: Timestamp;
  complete_up_to: string;
  delay_days: number | null;
  delay_rows: number | null;
  delay_share: number | null;
  kind: string;
  last_received_at: Timestamp;
  region_code: string;
  source_id: string;
  state: string;
}

export interface Webhook {
  created_at: Generated<Timestamp>;
  created_by: string;
  department_id: string;
  id: string;
  locale: Generated<string>;
  name: string;
  rhythm: Generated<Json>;
  secret_hash: string;
  secret_since: Generated<Timestamp>;
  secret_version: Generated<number>;
  state: Generated<string>;
  url: string;
}

export interface DB {
  active_month: ActiveMonth;
  address_place: AddressPlace;
  allowed_host: AllowedHost;
  api_token: ApiToken;
  app_session: AppSession;
  app_setting: AppSetting;
  app_user: AppUser;
  audit_entry: AuditEntry;
  boundary: Boundary;
  boundary_set: BoundarySet;
  calendar_day: CalendarDay;
  campaign: Campaign;
  campaign_warning: CampaignWarning;
  class_month: ClassMonth;
  class_move: ClassMove;
  cluster_address: ClusterAddress;
  cohort_step: CohortStep;
  count_city_day: CountCityDay;
  count_city_month: CountCityMonth;
  count_county_month: CountCountyMonth;
  count_day: CountDay;
  count_history: CountHistory;
  count_mark: CountMark;
  count_touched: CountTouched;
  coverage_anchor: CoverageAnchor;
  coverage_notice: CoverageNotice;
  department: Department;
  disposal: Disposal;
  disposal_attachment: DisposalAttachment;
  disposal_choice: DisposalChoice;
  duty_day: DutyDay;
  enterprise: Enterprise;
  enterprise_class: EnterpriseClass;
  enterprise_link: EnterpriseLink;
  event: Event;
  event_fold: EventFold;
  exchange: Exchange;
  figure_snapshot: FigureSnapshot;
  fold_verdict: FoldVerdict;
  held_evening: HeldEvening;
  inbox_look: InboxLook;
  incident: Incident;
  indicator: Indicator;
  indicator_version: IndicatorVersion;
  industry: Industry;
  inspection_file: InspectionFile;
  inspection_item: InspectionItem;
  inspection_month: InspectionMonth;
  inspection_object: InspectionObject;
  inspection_result: InspectionResult;
  inspection_visit: InspectionVisit;
  inspector: Inspector;
  intake_batch: IntakeBatch;
  intake_key: IntakeKey;
  intake_kind: IntakeKind;
  intake_kind_field: IntakeKindField;
  intake_reject: IntakeReject;
  item_name: ItemName;
  job_request: JobRequest;
  job_run: JobRun;
  joint_visit: JointVisit;
  joint_visit_part: JointVisitPart;
  lead_check: LeadCheck;
  lead_report: LeadReport;
  link_judgement: LinkJudgement;
  login_failure: LoginFailure;
  match_queue: MatchQueue;
  mend_entry: MendEntry;
  mend_rule: MendRule;
  monitor_run: MonitorRun;
  notice: Notice;
  notice_reach: NoticeReach;
  number_counter: NumberCounter;
  object_tag: ObjectTag;
  observation_period: ObservationPeriod;
  outgoing: Outgoing;
  outgoing_item: OutgoingItem;
  outside_statement: OutsideStatement;
  outside_status: OutsideStatus;
  outside_warning: OutsideWarning;
  outward_drop: OutwardDrop;
  outward_mark: OutwardMark;
  outward_row: OutwardRow;
  outward_taker: OutwardTaker;
  partial_day: PartialDay;
  plan_entry: PlanEntry;
  professional_grade: ProfessionalGrade;
  rectification: Rectification;
  region: Region;
  region_succession: RegionSuccession;
  register_version: RegisterVersion;
  report: Report;
  report_due: ReportDue;
  report_picture: ReportPicture;
  report_remark: ReportRemark;
  report_unit: ReportUnit;
  result_publication: ResultPublication;
  result_return: ResultReturn;
  routing: Routing;
  sampling_draw: SamplingDraw;
  sampling_object: SamplingObject;
  sampling_passed: SamplingPassed;
  sampling_plan: SamplingPlan;
  sampling_pool_part: SamplingPoolPart;
  sampling_preset: SamplingPreset;
  sampling_task: SamplingTask;
  sampling_task_partner: SamplingTaskPartner;
  sampling_task_warning: SamplingTaskWarning;
  saved_view: SavedView;
  source: Source;
  source_mapping: SourceMapping;
  source_volume: SourceVolume;
  summary_seen: SummarySeen;
  task_inspector: TaskInspector;
  wall_screen: WallScreen;
  warning: Warning;
  warning_event: WarningEvent;
  warning_feed: WarningFeed;
  warning_series: WarningSeries;
  warning_subject: WarningSubject;
  watermark: Watermark;
  webhook: Webhook;
}
