import { previewVerdicts, type PreviewResult, type PreviewVerdict, type Raised } from './result.ts';

/** What a setting would have meant for a desk, or for all together. */
export type SettingFigures = {
	readonly setting: number;
	/** By week. */
	readonly weekly: readonly number[];
	readonly total: number;
	readonly median: number;
	readonly worst: number;
	readonly verdicts: Readonly<Record<PreviewVerdict, number>>;
	/** Of the confirmed warnings of the time, those it would have raised. */
	readonly kept: number;
};

/** @param desk index of the desk; null: all. */
export function figuresOf(result: PreviewResult, step: PreviewResult['steps'][number], desk: number | null): SettingFigures {
	const raised = desk === null ? step.raised : step.raised.filter((one) => one[1] === desk);
	const weekly = result.weeks.map(() => 0);
	for (const [week] of raised) weekly[week]!++;
	const judged = weekly.filter((_, week) => !result.weeks[week]!.held).sort((a, b) => a - b);
	return {
		setting: step.setting, weekly, total: raised.length,
		median: middle(judged), worst: judged[judged.length - 1] ?? 0, verdicts: countVerdicts(raised),
		kept: new Set(raised.flatMap((one) => (one[3] < 0 || (desk !== null && result.confirmed[one[3]]!.desk !== desk) ? [] : [one[3]]))).size
	};
}

/** How many of the confirmed warnings of the time were on a desk. */
export function confirmedOn(result: PreviewResult, desk: number | null): number {
	return result.confirmed.filter((one) => desk === null || one.desk === desk).length;
}

/** Weeks of a hundred in which a desk may get more than it handles. Ours. */
const overloaded = 0.1;

/**
 * The loosest setting that gives a desk no more than it handles, in nine weeks of ten; null when even the strictest gives more.
 *
 * @param capacity warnings a week.
 */
export function fitCapacity(result: PreviewResult, desk: number | null, capacity: number): SettingFigures | null {
	let best: SettingFigures | null = null;
	for (const step of result.steps) {
		const figures = figuresOf(result, step, desk);
		const judged = figures.weekly.filter((_, week) => !result.weeks[week]!.held);
		if (judged.filter((n) => n > capacity).length > overloaded * judged.length) break;
		best = figures;
	}
	return best;
}

function middle(sorted: readonly number[]): number {
	if (sorted.length === 0) return 0;
	const half = sorted.length / 2;
	return sorted.length % 2 === 1 ? sorted[Math.floor(half)]! : (sorted[half - 1]! + sorted[half]!) / 2;
}

function countVerdicts(raised: readonly Raised[]): Record<PreviewVerdict, number> {
	const counts = { confirmed: 0, refuted: 0, data: 0, open: 0, unknown: 0 };
	for (const one of raised) counts[previewVerdicts[one[2]]!]++;
	return counts;
}
