/** Internal warning levels 红橙黄蓝, worst first. Never published, never shown without the word. */
export const levels = ['red', 'orange', 'yellow', 'blue'] as const;
export type Level = (typeof levels)[number];

/** Levels that are told together: 橙色以上, and the two below. */
export const levelPairs = { severe: ['red', 'orange'], minor: ['yellow', 'blue'] } as const satisfies Readonly<Record<string, readonly Level[]>>;
export type LevelPair = keyof typeof levelPairs;

/** The levels that a filter names: one of them or a pair; of anything else none. */
export function levelsNamed(name: string): readonly Level[] {
	return isLevel(name) ? [name] : name in levelPairs ? levelPairs[name as LevelPair] : [];
}

/** 0 for red … 3 for blue: ascending sorts worst first. */
export function levelRank(level: Level): number {
	return levels.indexOf(level);
}

/** Whether `to` is a worse level than `from`. */
export function worsened(from: Level, to: Level): boolean {
	return levelRank(to) < levelRank(from);
}

export function isLevel(value: unknown): value is Level {
	return levels.includes(value as Level);
}

/** What a breach of a statistical cell must reach for a level; every condition has to hold. */
export type CellRule = {
	/** At most this false-discovery-adjusted probability. */
	readonly q: number;
	/** At least this multiple of the expected count. */
	readonly ratio: number;
	/** At least this many events more than expected. */
	readonly excess: number;
};

/**
 * When a breach is red, orange or yellow; whatever else breaches is blue.
 * `cell` is for counts against an expectation, `entity` for a count against the indicator's own limit (a multiple of it).
 */
export type LevelRules = {
	readonly cell: { readonly red: CellRule; readonly orange: CellRule; readonly yellow: CellRule };
	readonly entity: { readonly red: number; readonly orange: number; readonly yellow: number };
};

/** Our own defaults: no notice gives numbers. An office changes them on /warnings/rules. */
export const defaultLevelRules: LevelRules = {
	cell: {
		red: { q: 1e-6, ratio: 3, excess: 30 },
		orange: { q: 1e-4, ratio: 2.5, excess: 15 },
		yellow: { q: 1e-2, ratio: 2, excess: 8 }
	},
	entity: { red: 4, orange: 2.5, yellow: 1.5 }
};

/** The figures a level is read from. */
export type LevelFigures =
	| { readonly kind: 'cell'; readonly q: number; readonly observed: number; readonly expected: number }
	| { readonly kind: 'entity'; readonly observed: number; readonly limit: number };

/** The level of something that breaches. Whether it breaches at all is the detector's verdict, not decided here. */
export function levelOf(rules: LevelRules, figures: LevelFigures): Level {
	const graded = ['red', 'orange', 'yellow'] as const;
	for (const level of graded) {
		if (figures.kind === 'cell') {
			const rule = rules.cell[level];
			const { q, observed, expected } = figures;
			if (q <= rule.q && observed >= rule.ratio * expected && observed - expected >= rule.excess) return level;
		} else if (figures.observed >= rules.entity[level] * figures.limit) {
			return level;
		}
	}
	return 'blue';
}
