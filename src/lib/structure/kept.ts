import { m } from '#lib/messages/messages.js';
import type { Told } from '#lib/risk-map/differences.ts';
import type { SnapshotContent } from '#lib/risk-map/snapshot.ts';
import { industryName } from '#lib/risk-map/show.ts';
import type { ClassFlow, Part } from './class-flow.server.ts';
import type { ClassQuery } from './class-query.ts';
import { moveLabel, shiftLabels } from './class-words.ts';
import type { CohortFigures } from './cohort-figures.ts';
import type { CohortQuery } from './cohort-query.ts';
import { cohortMeasureLabels, cohortName } from './cohort-words.ts';
import { balanceOf, highShare, shifts, type Balance } from './moves.ts';
import type { Place } from './place.server.ts';

/** Where figures were, without what a page needs to lead elsewhere. */
export type KeptPlace = Pick<Place, 'name' | 'level' | 'industryName'>;

export type ClassFigures = Pick<ClassFlow, 'moves' | 'regions' | 'industries' | 'shares'> & { readonly place: KeptPlace };

/** Figures of the two pages of structure as they were shown, and what they hang on; plain data. */
export type ClassContent = { readonly of: 'classes'; readonly query: ClassQuery; readonly scope: SnapshotContent['scope']; readonly figures: ClassFigures };
export type CohortContent = {
	readonly of: 'cohorts'; readonly query: CohortQuery; readonly scope: SnapshotContent['scope']; readonly today: string; readonly place: KeptPlace; readonly figures: CohortFigures;
};
export type StructureContent = ClassContent | CohortContent;

export const isStructure = (content: object): content is StructureContent => 'of' in content;

export const keptPlace = ({ name, level, industryName: industry }: Place): KeptPlace => ({ name, level, industryName: industry });

/** A part under the name it is shown by. */
export const partName = (part: Pick<Part, 'key' | 'name' | 'exact'>): string => (part.exact ? m.riskmap_exact({ name: part.name }) : industryName(part));

const count = (name: string, key: string, figure: string, label: string, value: number | null): Told => ({ name, key, figure, label, format: 'count', value });
const share = (name: string, key: string, figure: string, label: string, value: number | null): Told => ({ name, key, figure, label, format: 'percent', value: value === null ? null : value * 100 });

/** Every figure of a page of structure, one by one. */
export const toldOf = (content: StructureContent, whole: string): readonly Told[] => (content.of === 'classes' ? ofClasses(content.figures, whole) : ofCohorts(content, whole));

function ofBalance(name: string, key: string, { now, nowBy, byShift }: Balance): readonly Told[] {
	return [
		count(name, key, 'now', m.structure_classified(), now), share(name, key, 'high', m.structure_high(), highShare(nowBy)),
		...shifts.map((shift) => count(name, key, shift, shiftLabels[shift](), byShift[shift]))
	];
}

function ofClasses({ moves, regions, industries, shares }: ClassFigures, whole: string): readonly Told[] {
	const parts = (list: readonly Part[], of: string) => list.flatMap((part) => ofBalance(partName(part), `${of} ${part.key}`, part.balance));
	return [
		...ofBalance(whole, '', balanceOf(moves)),
		...moves.filter(({ n }) => n > 0).map(({ from, to, n }) => count(moveLabel(from, to), `${from} ${to}`, 'move', m.structure_flow(), n)),
		...parts(regions, 'region'), ...parts(industries, 'industry'),
		...shares.flatMap(({ month, by }) => [
			count(month.slice(0, 7), month, 'classified', m.structure_classified(), by.reduce((sum, n) => sum + n, 0)), share(month.slice(0, 7), month, 'share', m.structure_shares(), highShare(by))
		])
	];
}

function ofCohorts({ query, figures }: CohortContent, whole: string): readonly Told[] {
	const judged = (name: string, key: string, one: CohortFigures['whole']) => [
		count(name, key, 'founded', m.structure_founded(), one.founded), share(name, key, 'ended', m.structure_ended_share(), one.ended), share(name, key, 'bad', m.structure_bad_share(), one.bad)
	];
	return [
		...judged(whole, '', figures.whole),
		...figures.cohorts.flatMap((cohort) => [
			count(cohortName(cohort, query.by), cohort.from, 'founded', m.structure_founded(), cohort.founded),
			...cohort.cells.map(({ age, n }) => count(cohortName(cohort, query.by), cohort.from, `age ${age}`, `${cohortMeasureLabels[query.measure]()} ${m.structure_age({ months: age })}`, n))
		]),
		...figures.curve.map((point) => share(m.structure_age({ months: point.age }), `age ${point.age}`, 'alive', m.structure_survival(), point.share)),
		...figures.parts.flatMap((part) => judged(partName(part), part.key, part))
	];
}
