import { inspectionResults, type InspectionResult } from '../tasks/results.ts';

/** What a result says about the question "was a problem found": yes, no, not yet, or in words nobody here understands. */
export const outcomes = ['problem', 'none', 'undecided', 'unknown'] as const;
export type Outcome = (typeof outcomes)[number];

/** A visit of several items is one, with the weightiest outcome: what was found weighs more than what was not. */
export const outcomeWeight: Readonly<Record<Outcome, number>> = { unknown: 0, none: 1, undecided: 2, problem: 3 };

/**
 * Which of the nine results (C8) are a problem. Ours: whoever does no business has nothing wrong with it; a problem left for follow-up may
 * still turn out to be none, so that it counts on neither side until it is decided.
 */
export const outcomeOfResult: Readonly<Record<InspectionResult, Outcome>> = {
	'no-problem': 'none',
	'no-activity': 'none',
	unreachable: 'problem',
	'annual-report-missing': 'problem',
	'disclosure-missing': 'problem',
	'disclosure-false': 'problem',
	'ordered-to-correct': 'problem',
	uncooperative: 'problem',
	'follow-up': 'undecided'
};

/** A clause that says that something was looked for and not there. */
const absent = /^(经检查|检查|现场)?(均|暂|全部)?(未发现|未见|没有发现|无)[^，。；]*(问题|异常|违法|违规|不合格|隐患|情况|情形|行为)/;
const wrong = /不合格|不符合|不达标|未通过|不通过|不正常|异常|违法|违规|整改|责令|改正|警告|罚款|处罚|立案|失联|无法联系|查无|弄虚作假|不配合|拒绝检查|发现.*(问题|隐患)|存在.*(问题|隐患)|无证|过期/;
const right = /合格|符合|达标|通过|正常|良好|优秀|未发现/;
const later = /待.*(处理|核实|复查|检验)|后续处理|处理中|核查中/;

/**
 * What an imported result in free Chinese text says, clause by clause: one clause that names something wrong makes it a problem. Where
 * neither side is said the row is unknown and left out: a guess either way would move a rate.
 */
export function outcomeOfText(text: string): Outcome {
	const clauses = text.split(/[，,。；;、\s]+/).filter((clause) => clause !== '').map((clause): Outcome => {
		if (absent.test(clause)) return 'none';
		if (later.test(clause)) return 'undecided';
		if (wrong.test(clause)) return 'problem';
		return right.test(clause) ? 'none' : 'unknown';
	});
	return (['problem', 'undecided', 'none'] as const).find((outcome) => clauses.includes(outcome)) ?? 'unknown';
}

/** What any stored result says. */
export function outcomeOf(result: string): Outcome {
	const known = inspectionResults.find((code) => code === result);
	return known ? outcomeOfResult[known] : outcomeOfText(result);
}

/** Visits of a group: those with a decided result, and how many of them found a problem. */
export type Cell = { readonly n: number; readonly problems: number };

export const emptyCell: Cell = { n: 0, problems: 0 };
export const addCells = (cells: readonly Cell[]): Cell =>
	cells.reduce((sum, c) => ({ n: sum.n + c.n, problems: sum.problems + c.problems }), emptyCell);

/** From so many decided visits on a rate is judged. Ours, the same as on the map (E6). */
export const judgeableVisits = 30;
/** The same for one month of one class, where the exact counts stand beside it. Ours. */
export const judgeableInMonth = 10;
