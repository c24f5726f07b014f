import type { Sum } from './cube.ts';

/** How strongly a region or industry stands out by classes and warnings together (E2), from nothing to the most. */
export const riskGrades = ['none', 'watch', 'raised', 'high'] as const;
export type RiskGrade = (typeof riskGrades)[number];

/** From this multiple of the whole's share on, C and D are many. Ours; written under the list. */
export const manyTimes = 1.25;

export type RiskFacts = {
	/** Share of C and D among those with a class, drawn towards the whole's; null: nobody has one. */
	readonly share: number | null;
	/** Of all siblings together. */
	readonly parent: number;
	/** Too few enterprises to judge the share. */
	readonly few: boolean;
	/** Warnings raised in the month, by level, worst first. */
	readonly levels: Sum['levels'];
};

/** Whether C and D are many: judged only where there are enough to judge. */
export const isMany = ({ share, parent, few }: Omit<RiskFacts, 'levels'>): boolean => share !== null && !few && parent > 0 && share >= manyTimes * parent;

/**
 * The rule that makes a region or an industry high-risk, of class results and warnings together: many in C and D and a red or orange
 * warning are high; one of the two with a warning beside it is raised; one alone is to be watched. Ours, and said under each list.
 */
export function riskGrade(facts: RiskFacts): RiskGrade {
	const [red, orange, yellow, blue] = facts.levels;
	const severe = red + orange > 0;
	const many = isMany(facts);
	if (many && severe) return 'high';
	if (severe || (many && yellow + blue > 0)) return 'raised';
	return many || yellow + blue > 0 ? 'watch' : 'none';
}
