/** Enterprise credit *risk* classes, monthly: A low, B moderate, C higher, D high. Not a credit rating. */
export const riskClasses = ['A', 'B', 'C', 'D'] as const;
export type RiskClass = (typeof riskClasses)[number];
/** `none`: not classified within a year (newly registered, or the province has sent nothing). */
export const classKeys = [...riskClasses, 'none'] as const;
export type ClassKey = (typeof classKeys)[number];

export const limitWindows = ['half-year', 'year', 'two-years'] as const;
export type LimitWindow = (typeof limitWindows)[number];
