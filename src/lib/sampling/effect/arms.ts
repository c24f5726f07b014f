import { ratio, rateOf, wilson, type Estimate, type Interval } from './intervals.ts';
import { addCells, judgeableVisits, type Cell } from './outcomes.ts';
import { pooledRatio } from './pooled.ts';

/**
 * How a visit came about. `control`: the random arm inside an undirected task (C10). `random`: drawn at random, and the source does not say
 * whether directed. `planned`: any other planned visit of a source. `lead`: for cause, at a named enterprise.
 */
export const arms = ['control', 'undirected', 'random', 'targeted', 'campaign', 'planned', 'lead'] as const;
export type Arm = (typeof arms)[number];

/** Drawn without regard to evidence: what classes are judged by first. */
export const randomArms: readonly Arm[] = ['control', 'undirected', 'random'];
/** Everything planned; visits for cause never. */
export const plannedArms: readonly Arm[] = arms.filter((arm) => arm !== 'lead');

/** What others are compared with: the random arm, all undirected visits, all random visits of which the direction is not known. */
export const references = ['control', 'undirected', 'random'] as const;
export type Reference = (typeof references)[number];
export const armsOfReference: Readonly<Record<Reference, readonly Arm[]>> = {
	control: ['control'],
	undirected: ['control', 'undirected'],
	random: ['control', 'undirected', 'random']
};

/** One cell of the counted visits. */
export type CubeRow = {
	readonly arm: Arm;
	readonly class: string | null;
	readonly level: string | null;
	readonly indicatorId: string | null;
	readonly n: number;
	readonly problems: number;
	/** Left out: not decided yet, and said in words nobody here understands. */
	readonly undecided: number;
	readonly unknown: number;
};

/** The narrowest reference that has enough visits; the widest one where none has. */
export function usualReference(rows: readonly CubeRow[]): Reference {
	return references.find((reference) => referenceCell(rows, reference).n >= judgeableVisits) ?? 'random';
}

export const referenceCell = (rows: readonly CubeRow[], reference: Reference): Cell =>
	addCells(rows.filter((row) => armsOfReference[reference].includes(row.arm)));

/** A line of a comparison. */
export type Compared = {
	readonly key: string;
	readonly cell: Cell;
	readonly rate: number | null;
	readonly interval: Interval | null;
	/** The line is the reference itself, or a part of it. */
	readonly isReference: boolean;
	/** Times the reference's rate; null: too few on either side. */
	readonly lift: Estimate | null;
	/** The same among enterprises of the same class, so that a different mix of classes makes no lift. */
	readonly likeForLike: Estimate | null;
	/** Too few visits to judge (E6). */
	readonly few: boolean;
};

/**
 * Groups of visits against a reference. A group holds no visit of the reference, so that the two are independent; where the groups are kinds
 * of tasks those of the reference are shown as such.
 *
 * @param keyOf the group of a row; null: in none.
 */
export function compare(rows: readonly CubeRow[], reference: Reference, keyOf: (row: CubeRow) => string | null, keepReference = false): Compared[] {
	const within = armsOfReference[reference];
	const against = rows.filter((row) => within.includes(row.arm));
	const referred = addCells(against);
	const groups = new Map<string, CubeRow[]>();
	for (const row of rows) {
		const key = keyOf(row);
		if (key === null || (!keepReference && within.includes(row.arm))) continue;
		groups.set(key, [...(groups.get(key) ?? []), row]);
	}
	return [...groups].filter(([, own]) => own.some((row) => row.n > 0)).map(([key, own]): Compared => {
		const cell = addCells(own);
		const isReference = own.every((row) => within.includes(row.arm));
		const few = cell.n < judgeableVisits;
		const judged = !isReference && !few && referred.n >= judgeableVisits && referred.problems > 0;
		return {
			key, cell, isReference, few,
			rate: cell.n > 0 ? rateOf(cell) : null,
			interval: cell.n > 0 ? wilson(cell) : null,
			lift: judged ? ratio(cell, referred) : null,
			likeForLike: judged ? pooledRatio(byClass(own, against)) : null
		};
	});
}

const byClass = (a: readonly CubeRow[], b: readonly CubeRow[]) =>
	[...new Set(a.map((row) => row.class))].filter((riskClass) => riskClass !== null).map((riskClass) => ({
		a: addCells(a.filter((row) => row.class === riskClass)), b: addCells(b.filter((row) => row.class === riskClass))
	}));
