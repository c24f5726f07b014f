import { addMonths, monthOf } from '#lib/calendar/days.ts';

/** Enterprise credit *risk* classes, monthly: A low, B moderate, C higher, D high. Not a credit rating. */
export const riskClasses = ['A', 'B', 'C', 'D'] as const;
export type RiskClass = (typeof riskClasses)[number];
/** `none`: not classified within a year (newly registered, or the province has sent nothing). */
export const classKeys = [...riskClasses, 'none'] as const;
export type ClassKey = (typeof classKeys)[number];

/**
 * First day of the oldest month whose classes and grades still count on a day. Sampling is planned by the year: one that nobody has renewed
 * in a year says nothing of today. Ours.
 */
export function oldestClassMonth(today: string): string {
	return addMonths(monthOf(today), -12);
}

export const limitWindows = ['half-year', 'year', 'two-years'] as const;
export type LimitWindow = (typeof limitWindows)[number];

/** How an item is inspected: 现场、书面、网络. */
export const checkMethods = ['on-site', 'paper', 'network'] as const;
export type CheckMethod = (typeof checkMethods)[number];

/** Internal levels of warnings from the lowest; a level's number is its place here, from 1. */
export const warningLevels = ['blue', 'yellow', 'orange', 'red'] as const;
export type WarningLevel = (typeof warningLevels)[number];
