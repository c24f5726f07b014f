import type { InspectionResult } from '#lib/sampling/tasks/results.ts';
import { inspectionResults } from '#lib/sampling/tasks/results.ts';

/** The published words of the nine results (C8), as sources shorten them. */
const patterns: readonly (readonly [RegExp, InspectionResult])[] = [
	// 不合格 and 不正常 hold the words of the opposite.
	[/未发现问题|(?<!不)正常|(?<!不)合格/, 'no-problem'],
	[/未按规定公示(其)?年报|未年报|未公示年度报告/, 'annual-report-missing'],
	[/未按规定公示其他/, 'disclosure-missing'],
	[/隐瞒真实情况|弄虚作假/, 'disclosure-false'],
	[/无法联系|查无下落/, 'unreachable'],
	[/责令改正/, 'ordered-to-correct'],
	[/不(予)?配合/, 'uncooperative'],
	[/未发现开展/, 'no-activity'],
	[/待后续处理|后续处理/, 'follow-up']
];

/** The result that a source's words mean; null where they mean none of the nine. */
export function inspectionResultOf(text: string): InspectionResult | null {
	return inspectionResults.find((result) => result === text) ?? patterns.find(([pattern]) => pattern.test(text))?.[1] ?? null;
}
