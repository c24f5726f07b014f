import { rowFaults, type OddValue, type RowFault } from '#lib/intake/read/csv.ts';
import { dateFaults, type DateFault } from './dates.ts';
import type { FieldFacts } from '#lib/intake/kinds/kinds.ts';
import { limits } from './limits.ts';
import { plainHeader } from './plain-header.ts';

/** Why a row was refused: the vocabulary of `intake_reject.reason`. */
export const rejectReasons = [
	...rowFaults, 'too-many-fields', 'missing', 'name-placeholder', 'not-text', 'too-long', 'formula',
	'cell-error', 'uscc-length', 'uscc-characters', 'uscc-region', 'uscc-check', 'digits-lost',
	...dateFaults, 'date-future', 'number', 'month-format', 'class-unknown', 'flag-unknown', 'subject-missing', 'outside-jurisdiction',
	// By a rule that a person made: see `mending.ts`.
	'ignored'
] as const;
export type RejectReason = (typeof rejectReasons)[number];

/** A refused row: code, the field it lies in, and words that name the input and what to do. */
export type Reject = { readonly reason: RejectReason; readonly field: string | null; readonly message: string };

/** What was noticed about rows that were taken in all the same. */
export const warningCodes = [
	'capital-placeholder', 'capital-no-unit', 'capital-ambiguous', 'capital-unreadable', 'capital-too-large',
	'region-unknown', 'region-from-uscc', 'region-fallback', 'industry-unknown', 'industry-parent', 'phone-unreadable', 'address-unreadable',
	'result-unknown', 'enterprise-unknown', 'nobody-registered', 'history', 'other-sheets', 'new-source', 'kind-added', 'outside-territory', 'column-ignored', 'column-twice', 'name-placeholder', 'no-rows',
	'totals-left-out', 'header-repeated', 'blank-rows', 'lines-above-header'
] as const;
export type WarningCode = (typeof warningCodes)[number];

/** A warning with how many rows it concerns and where it was first seen. */
export type IntakeWarning = { readonly code: WarningCode; readonly count: number; readonly firstLine: number | null; readonly example: string | null };

/** A field of a row, how it is read, and the column of the file that it has. */
export type FieldAt = Pick<FieldFacts, 'headers'> & { readonly field: string; readonly column: string | null };

/** A field by its Chinese header, behind the file's own name of the column where that is another. */
function fieldLabel({ field, headers, column }: FieldAt): string {
	const label = headers[0] ?? field;
	return column === null || plainHeader(column) === label ? label : `列“${column}”：${label}`;
}

function shown(text: string): string {
	const plain = text.replace(/\s+/g, ' ');
	return `“${plain.length > 40 ? `${plain.slice(0, 40)}…` : plain}”`;
}

export function rowFaultReject(fault: RowFault): Reject {
	const messages: Record<RowFault, string> = {
		'row-too-long': `这一行超过 ${limits.rowBytes / 1024 / 1024} MiB，已跳过；请检查是否缺少换行或引号`,
		'too-many-columns': `这一行超过 ${limits.columns} 列，已跳过；请检查分隔符`,
		'quote-open': '这一行有未配对的双引号；请补上引号，字段内的引号请写成两个',
		'not-json': '这一行不是 JSON 对象；每行应为一个 {"字段": "值"}',
		'bad-characters': '这一行有无法识别的字符；请以 UTF-8 重新导出'
	};
	return { reason: fault, field: null, message: messages[fault] };
}

export function tooManyFields(found: number, expected: number): Reject {
	return { reason: 'too-many-fields', field: null, message: `这一行有 ${found} 列，表头只有 ${expected} 列；字段内含分隔符时请用双引号括起` };
}

export function missing(at: FieldAt): Reject {
	return { reason: 'missing', field: at.field, message: `${fieldLabel(at)}为空；请补全后重新导入` };
}

/** A name that names nobody, where there must be one. */
export function noName(at: FieldAt, text: string): Reject {
	return { reason: 'name-placeholder', field: at.field, message: `${fieldLabel(at)}${shown(text)}是占位符或乱码，不是名称；请补全真实名称后重新导入` };
}

export function notText(at: FieldAt, value: OddValue): Reject {
	const what = { boolean: '布尔值（true/false）', array: '数组', object: '对象' } as const;
	return { reason: 'not-text', field: at.field, message: `${fieldLabel(at)}的值是 JSON ${what[value]}；请改为文字或数字` };
}

export function tooLongField(at: FieldAt, length: number, longest: number): Reject {
	return { reason: 'too-long', field: at.field, message: `${fieldLabel(at)}有 ${length} 个字，最多 ${longest} 个；请检查是否串行` };
}

export function formula(at: FieldAt, text: string): Reject {
	return { reason: 'formula', field: at.field, message: `${fieldLabel(at)}${shown(text)}是表格公式，不是内容；请粘贴为数值后重新导出` };
}

export function cellError(at: FieldAt, text: string): Reject {
	return { reason: 'cell-error', field: at.field, message: `${fieldLabel(at)}${shown(text)}是表格的出错值；请修正公式或清空该单元格后重新导出` };
}

export function digitsLost(at: FieldAt, text: string): Reject {
	return { reason: 'digits-lost', field: at.field, message: `${fieldLabel(at)}${shown(text)}被表格软件当作数字，后面几位已丢失，无法还原；请在源表中把该列设为文本，从系统重新导出` };
}

export function usccReject(at: FieldAt, fault: 'length' | 'characters' | 'region' | 'check', text: string): Reject {
	const why = {
		length: text.length === 15 ? '是 15 位旧注册号，应为 18 位统一社会信用代码；请换成 18 位代码' : `应为 18 位，实为 ${text.length} 位；请核对`,
		characters: '含有代码不使用的字符（代码不用 I、O、S、V、Z）；请核对',
		region: '第 3 至 8 位应为登记机关行政区划数字；请核对',
		check: '校验码不符，至少有一位抄错；请核对'
	} as const;
	return { reason: `uscc-${fault}`, field: at.field, message: `${fieldLabel(at)}${shown(text)}${why[fault]}` };
}

export function dateReject(at: FieldAt, fault: DateFault | 'date-future', text: string): Reject {
	const why = {
		'date-format': '不是可识别的日期；请写成 2019-02-28（先年后月日）',
		'date-impossible': '不存在；请核对',
		'date-too-old': '早于 1900 年；请核对',
		'date-lunar': '是农历日期；请换成公历',
		'date-epoch': '像是时间戳，单位和时区未知；如确是，请用修正规则指明（毫秒或秒），或导出为 2019-02-28',
		'date-serial': '像是表格的日期序号，起算年未知；如确是，请用修正规则指明，或把该列设为日期后重新导出',
		'date-future': '晚于今天；请核对'
	} as const;
	return { reason: fault, field: at.field, message: `${fieldLabel(at)}${shown(text)}${why[fault]}` };
}

export function unreadable(reason: 'number' | 'month-format' | 'class-unknown' | 'flag-unknown', at: FieldAt, text: string): Reject {
	const why = {
		number: '不是数字；请只填数字',
		'month-format': '不是月份；请写成 2026-10',
		'class-unknown': '不是 A、B、C、D 之一；请核对',
		'flag-unknown': '应为是或否；请核对'
	} as const;
	return { reason, field: at.field, message: `${fieldLabel(at)}${shown(text)}${why[reason]}` };
}

/** A withdrawal without a day, of a row that never came. */
export const withdrawalUnknown: Reject = {
	reason: 'missing', field: 'occurredOn',
	message: '撤回行没有日期，编号也不是此前报送过的；请核对编号，或补上原记录的日期'
};

/** @param region what the row says of its place, that nobody recognises; empty when nothing. */
export function subjectMissing(at: FieldAt, region: string): Reject {
	const why = region === '' ? '没有统一社会信用代码，也没有区划' : `没有统一社会信用代码，${fieldLabel(at)}${shown(region)}也无法识别（不是区划代码，或不止一地同名）`;
	return { reason: 'subject-missing', field: 'region', message: `${why}，无法归到任何地区；请补代码，或写六位区划代码或带上级的全称` };
}
