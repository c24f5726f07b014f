import type { IndustryTree } from '#lib/industries/tree.ts';
import { sumBy, type Cell, type Sum } from './cube.ts';
import { figuresOf, type Figure } from './figures.ts';
import type { Measure } from './layers.ts';
import { unknown } from './map-units.ts';

export type NamedFigure = Figure & { readonly name: string };
export type IndustryFigure = NamedFigure & { readonly children: readonly NamedFigure[] };

/** Sections with their divisions, where the cells have them; judged among each other. */
export function industryFigures(cells: readonly Cell[], measure: Measure, industries: IndustryTree, isKnown: boolean): readonly IndustryFigure[] {
	const sections = [...sumBy(cells, (cell) => cell.industry.slice(0, 1)).values()];
	const divisions = [...sumBy(cells, (cell) => cell.industry).values()];
	const judged = (sums: readonly Sum[]) =>
		figuresOf(sums, measure).map((figure) => ({ ...(isKnown ? figure : unknown(figure)), name: industries.name(figure.key) }));
	const below = new Map<string, NamedFigure[]>();
	for (const figure of judged(divisions)) {
		const section = figure.key.slice(0, 1);
		const list = below.get(section);
		if (list) list.push(figure);
		else below.set(section, [figure]);
	}
	return judged(sections).map((figure) => {
		const children = below.get(figure.key) ?? [];
		const alone = children.length === 1 && children[0]!.key === figure.key;
		return { ...figure, children: alone ? [] : children };
	});
}
