import { m } from '#lib/messages/messages.js';
import { getLocale, type Locale } from '#lib/messages/runtime.js';
import { definedLabel } from '#lib/intake/kinds/defined-labels.ts';
import { isKind, kinds, type Field, type KindFacts } from '#lib/intake/kinds/kinds.ts';
import type { RejectReason, WarningCode } from './reject-reasons.ts';
import type { ShownState } from '#lib/sources/watermark.ts';

/** A message; in the reader's language unless another is asked for. */
type Named = (inputs?: Record<never, never>, options?: { readonly locale?: Locale }) => string;

const kindLabels: Readonly<Record<string, Named>> = {
	enterprise: m.intake_kind_enterprise,
	registration: m.intake_kind_registration,
	filing: m.intake_kind_filing,
	change: m.intake_kind_change,
	cancellation: m.intake_kind_cancellation,
	licence: m.intake_kind_licence,
	confirmation: m.intake_kind_confirmation,
	penalty: m.intake_kind_penalty,
	'compulsory-measure': m.intake_kind_compulsory_measure,
	inspection: m.intake_kind_inspection,
	'annual-report': m.intake_kind_annual_report,
	investment: m.intake_kind_investment,
	pledge: m.intake_kind_pledge,
	complaint: m.intake_kind_complaint,
	'abnormal-list': m.intake_kind_abnormal_list,
	'serious-violation': m.intake_kind_serious_violation,
	class: m.intake_kind_class,
	grade: m.intake_kind_grade
};

const fieldLabels: Readonly<Record<Field, Named>> = {
	sourceKey: m.intake_field_source_key,
	uscc: m.intake_field_uscc,
	name: m.intake_field_name,
	occurredOn: m.intake_field_occurred_on,
	receivedAt: m.intake_field_received_at,
	region: m.intake_field_region,
	industry: m.intake_field_industry,
	item: m.intake_field_item,
	withdrawn: m.intake_field_withdrawn,
	enterpriseType: m.intake_field_enterprise_type,
	legalRep: m.intake_field_legal_rep,
	legalRepId: m.intake_field_legal_rep_id,
	address: m.intake_field_address,
	phone: m.intake_field_phone,
	agent: m.intake_field_agent,
	capital: m.intake_field_capital,
	establishedOn: m.intake_field_established_on,
	status: m.intake_field_status,
	cancelledOn: m.intake_field_cancelled_on,
	keyClass: m.intake_field_key_class,
	scope: m.intake_field_scope,
	before: m.intake_field_before,
	after: m.intake_field_after,
	afterId: m.intake_field_after_id,
	reason: m.intake_field_reason,
	authority: m.intake_field_authority,
	amount: m.intake_field_amount,
	amountWan: m.intake_field_amount_wan,
	result: m.intake_field_result,
	path: m.intake_field_path,
	scale: m.effect_field_scale,
	scaleValue: m.effect_field_scale_value,
	year: m.intake_field_year,
	validUntil: m.intake_field_valid_until,
	removedOn: m.intake_field_removed_on,
	investee: m.intake_field_investee,
	channel: m.intake_field_channel,
	description: m.intake_field_description,
	complainant: m.intake_field_complainant,
	complainantId: m.intake_field_complainant_id,
	month: m.intake_field_month,
	class: m.intake_field_class,
	field: m.intake_field_field,
	grade: m.intake_field_grade
};

const reasonLabels: Readonly<Record<RejectReason, () => string>> = {
	'row-too-long': m.intake_reject_row_too_long,
	'too-many-columns': m.intake_reject_too_many_columns,
	'quote-open': m.intake_reject_quote_open,
	'not-json': m.intake_reject_not_json,
	'bad-characters': m.intake_reject_bad_characters,
	'too-many-fields': m.intake_reject_too_many_fields,
	missing: m.intake_reject_missing,
	'name-placeholder': m.intake_reject_name_placeholder,
	'not-text': m.intake_reject_not_text,
	'too-long': m.intake_reject_too_long,
	formula: m.intake_reject_formula,
	'cell-error': m.intake_reject_cell_error,
	'uscc-length': m.intake_reject_uscc_length,
	'uscc-characters': m.intake_reject_uscc_characters,
	'uscc-region': m.intake_reject_uscc_region,
	'uscc-check': m.intake_reject_uscc_check,
	'digits-lost': m.intake_reject_digits_lost,
	'date-format': m.intake_reject_date_format,
	'date-impossible': m.intake_reject_date_impossible,
	'date-too-old': m.intake_reject_date_too_old,
	'date-lunar': m.intake_reject_date_lunar,
	'date-epoch': m.intake_reject_date_epoch,
	'date-serial': m.intake_reject_date_serial,
	'date-future': m.intake_reject_date_future,
	number: m.intake_reject_number,
	'month-format': m.intake_reject_month_format,
	'class-unknown': m.intake_reject_class_unknown,
	'flag-unknown': m.intake_reject_flag_unknown,
	'subject-missing': m.intake_reject_subject_missing,
	ignored: m.mending_reason_ignored,
	'outside-jurisdiction': m.api_reject_outside_jurisdiction
};

const warningLabels: Readonly<Record<WarningCode, () => string>> = {
	'capital-placeholder': m.intake_warning_capital_placeholder,
	'capital-no-unit': m.intake_warning_capital_no_unit,
	'capital-ambiguous': m.intake_warning_capital_ambiguous,
	'capital-unreadable': m.intake_warning_capital_unreadable,
	'capital-too-large': m.intake_warning_capital_too_large,
	'region-unknown': m.intake_warning_region_unknown,
	'region-from-uscc': m.intake_warning_region_from_uscc,
	'region-fallback': m.intake_warning_region_fallback,
	'industry-unknown': m.intake_warning_industry_unknown,
	'industry-parent': m.intake_warning_industry_parent,
	'phone-unreadable': m.intake_warning_phone_unreadable,
	'address-unreadable': m.intake_warning_address_unreadable,
	'result-unknown': m.intake_warning_result_unknown,
	'enterprise-unknown': m.intake_warning_enterprise_unknown,
	'nobody-registered': m.intake_warning_nobody_registered,
	history: m.intake_warning_history,
	'other-sheets': m.intake_warning_other_sheets,
	'new-source': m.intake_warning_new_source,
	'kind-added': m.intake_warning_kind_added,
	'outside-territory': m.intake_warning_outside_territory,
	'column-ignored': m.intake_warning_column_ignored,
	'column-twice': m.intake_warning_column_twice,
	'name-placeholder': m.intake_warning_name_placeholder,
	'no-rows': m.intake_warning_no_rows,
	'totals-left-out': m.intake_warning_totals_left_out,
	'header-repeated': m.intake_warning_header_repeated,
	'blank-rows': m.intake_warning_blank_rows,
	'lines-above-header': m.intake_warning_lines_above_header
};

const sourceLabels: Readonly<Record<ShownState, () => string>> = {
	'on-demand': m.intake_source_on_demand,
	'on-time': m.intake_source_on_time,
	late: m.intake_source_late,
	missing: m.intake_source_missing,
	partial: m.intake_source_partial,
	'changed-coverage': m.intake_source_changed_coverage,
	stopped: m.intake_source_stopped
};

/** A kind of event or row, by its stored name (`registration`); what is not known is shown as it is. */
export const kindLabel = (kind: string, locale: Locale = getLocale()): string =>
	kindLabels[isKind(kind) ? kinds[kind].stored : kind]?.({}, { locale }) ?? definedLabel(kind, locale) ?? kind;

/** A field of a kind: by our name of it, or by that of whoever defined it. */
export function fieldName(field: string, kind: Pick<KindFacts, 'defined'>, locale: Locale = getLocale()): string {
	const own = kind.defined?.fields[field];
	if (own !== undefined && !Object.hasOwn(fieldLabels, field)) return locale === 'en' ? own.labelEn : own.headers[0]!;
	return fieldLabels[field as Field]?.({}, { locale }) ?? field;
}
export const reasonLabel = (reason: string): string => reasonLabels[reason as RejectReason]?.() ?? reason;
export const warningLabel = (code: string): string => warningLabels[code as WarningCode]?.() ?? code;
export const sourceStateLabel = (state: ShownState): string => sourceLabels[state]();
