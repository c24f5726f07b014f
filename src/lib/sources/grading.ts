/** Grades of data: Data Security Law, article 21. */
export const gradings = ['general', 'important', 'core'] as const;
export type Grading = (typeof gradings)[number];
/** Levels within general data, from no harm to grave harm of organisations and persons: GB/T 43697-2024, the annex on grading general data. */
export const gradingLevels = [1, 2, 3, 4] as const;
export type GradingLevel = (typeof gradingLevels)[number];

export type SourceGrade = { readonly grading: Grading; readonly level: GradingLevel | null };

/** Reads a grade; null where general data have no level, or where anything else has one. */
export function readGrade(grading: string, level: string): SourceGrade | null {
	const found = gradings.find((one) => one === grading);
	if (found === undefined) return null;
	const at = gradingLevels.find((one) => String(one) === level.trim()) ?? null;
	if (found === 'general') return at === null ? null : { grading: found, level: at };
	return { grading: found, level: null };
}
