import { addDays, addMonths, isDay, monthEnd, monthOf } from '#lib/calendar/days.ts';

/** 月报, 季报, 年度总结, 成效评估. */
export const reportKinds = ['monthly', 'quarterly', 'yearly', 'effect'] as const;
export type ReportKind = (typeof reportKinds)[number];
export const isReportKind = (value: unknown): value is ReportKind => reportKinds.includes(value as ReportKind);

/** Whole months. */
export type Period = {
	readonly kind: ReportKind;
	/** What it is the report of, for one unit: `2026-10`, `2026Q3`, `2026`, `2025-11~2026-10`. */
	readonly key: string;
	readonly from: string;
	readonly to: string;
};

/** So many months an evaluation of effect looks back: fewer hold too few visits to judge. Ours. */
export const effectMonths = 12;

/** The newest period of a kind that is over on a day; a year is over with its newest whole month. */
export function lastPeriod(kind: ReportKind, today: string): Period {
	const month = addMonths(monthOf(today), -1);
	switch (kind) {
		case 'monthly':
			return periodOf(kind, month);
		case 'quarterly': {
			const quarter = quarterOf(month);
			return periodOf(kind, monthEnd(addMonths(quarter, 2)) < today ? quarter : addMonths(quarter, -3));
		}
		default:
			return periodOf(kind, month);
	}
}

/**
 * The period of a kind that a month lies in: of an evaluation the twelve months up to it, of a year its months up to it.
 *
 * @param month any day of it.
 */
export function periodOf(kind: ReportKind, month: string): Period {
	const first = monthOf(month);
	switch (kind) {
		case 'monthly':
			return { kind, key: first.slice(0, 7), from: first, to: monthEnd(first) };
		case 'quarterly': {
			const from = quarterOf(first);
			return { kind, key: `${from.slice(0, 4)}Q${quarterNumber(from)}`, from, to: monthEnd(addMonths(from, 2)) };
		}
		case 'yearly':
			return { kind, key: first.slice(0, 4), from: `${first.slice(0, 4)}-01-01`, to: monthEnd(first) };
		case 'effect': {
			const from = addMonths(first, 1 - effectMonths);
			return { kind, key: `${from.slice(0, 7)}~${first.slice(0, 7)}`, from, to: monthEnd(first) };
		}
	}
}

/** Reads a form's kind and month; null where they name no period that is over. */
export function readPeriod(kind: unknown, month: unknown, today: string): Period | null {
	if (!isReportKind(kind) || typeof month !== 'string' || !isDay(`${month}-01`)) return null;
	const period = periodOf(kind, `${month}-01`);
	return period.to < today ? period : null;
}

/** As many months before: what a period is compared with first. Of a year or an evaluation the same months a year before. */
export function periodBefore({ kind, from, to }: Pick<Period, 'kind' | 'from' | 'to'>): { readonly from: string; readonly to: string } {
	const back = kind === 'monthly' ? -1 : kind === 'quarterly' ? -3 : -12;
	return { from: addMonths(from, back), to: monthEnd(addMonths(monthOf(to), back)) };
}

export function monthsOf({ from, to }: { readonly from: string; readonly to: string }): readonly string[] {
	const months: string[] = [];
	for (let month = monthOf(from); month <= to; month = addMonths(month, 1)) months.push(month);
	return months;
}

const quarterNumber = (day: string): number => Math.ceil(Number(day.slice(5, 7)) / 3);
const quarterOf = (day: string): string => `${day.slice(0, 4)}-${String((quarterNumber(day) - 1) * 3 + 1).padStart(2, '0')}-01`;

/** 2026年10月 */
export const monthText = (day: string): string => `${day.slice(0, 4)}年${Number(day.slice(5, 7))}月`;
/** 2026年10月31日 */
export const dayText = (day: string): string => `${monthText(day)}${Number(day.slice(8, 10))}日`;

/** 2026年10月, 2026年第3季度, 2026年, 2025年11月—2026年10月. */
export function periodText({ kind, from, to }: Pick<Period, 'kind' | 'from' | 'to'>): string {
	switch (kind) {
		case 'monthly':
			return monthText(from);
		case 'quarterly':
			return `${from.slice(0, 4)}年第${quarterNumber(from)}季度`;
		case 'yearly':
			return `${from.slice(0, 4)}年`;
		case 'effect':
			return `${monthText(from)}—${monthText(to)}`;
	}
}

/** How sentences call a period and the one before: 本月 and 上月. */
export const called: Readonly<Record<ReportKind, { readonly now: string; readonly before: string; readonly next: string }>> = {
	monthly: { now: '本月', before: '比上月', next: '下月' },
	quarterly: { now: '本季度', before: '比上季度', next: '下季度' },
	yearly: { now: '本年度', before: '比上年同期', next: '下年度' },
	effect: { now: '评估期内', before: '比上年同期', next: '下一阶段' }
};

/** @param place the region's name; @param unit the department's. */
export function titleOf(period: Period, { place, unit }: { readonly place: string; readonly unit: string }): string {
	const text = periodText(period);
	switch (period.kind) {
		case 'monthly':
			return `${place}企业信用风险监测预警分析月报（${text}）`;
		case 'quarterly':
			return `${place}企业信用风险监测预警分析季报（${text}）`;
		case 'yearly':
			return `${unit}${text}企业信用风险分类管理和监测预警工作总结`;
		case 'effect':
			return `${place}企业信用风险分类管理和监测预警成效评估报告（${text}）`;
	}
}

/** The day after a period: from then on it can be told. */
export const afterPeriod = ({ to }: Pick<Period, 'to'>): string => addDays(to, 1);
