import { dayOf, timeOf } from '#lib/calendar/days.ts';
import { m } from '#lib/messages/messages.js';
import { getLocale } from '#lib/messages/runtime.js';
import { ranked, type Figure } from '#lib/risk-map/figures.ts';
import { nameLines, widthOf, type Reach } from '#lib/risk-map/geometry.ts';
import { changeText, count, rateText } from '#lib/risk-map/show.ts';
import type { WallIndustry, WallMap, WallPicture, WallUnit } from './picture.ts';

/** `2026年11月`, `November 2026`. */
export function monthText(month: string): string {
	return new Date(`${month}T00:00:00Z`).toLocaleDateString(getLocale(), { year: 'numeric', month: 'long', timeZone: 'UTC' });
}

/** `2026-11-22 18:05`; of today only the time. */
export function momentText(at: number, now: number): string {
	const [then, today] = [new Date(at), dayOf(new Date(now))];
	return dayOf(then) === today ? timeOf(then) : `${dayOf(then)} ${timeOf(then)}`;
}

/** `2026-11-22 星期日`. */
export const dayText = (at: number): string => {
	const day = dayOf(new Date(at));
	return `${day} ${new Date(`${day}T00:00:00Z`).toLocaleDateString(getLocale(), { weekday: 'long', timeZone: 'UTC' })}`;
};

/** What a wall colours by. */
export type WallMeasure = 'warnings' | 'rate' | 'change';

/** A figure as its measure writes it; what can be recomputed by hand is shown, the shrunken rate colours and ranks. */
export function figureText(figure: Figure, measure: WallMeasure): string {
	if (figure.value === null) return '–';
	return measure === 'rate' ? rateText(figure.rawRate) : measure === 'change' ? changeText(figure.change) : count(figure.n);
}

export const placeName = ({ place }: WallPicture): string => place.name ?? m.common_nation();

/** How much room a region's words take on a wall's map by boundaries, in sides of a hexagon: its name in one or two lines, its figure, the shape above and the day below. */
export function reachOf({ name, figure, isMarked, note }: { readonly name: string; readonly figure: string; readonly isMarked: boolean; readonly note: string }): Reach {
	const lines = nameLines(name);
	const widths = [...lines.map((line) => widthOf(line, lines.length > 1 ? 0.31 : 0.38)), widthOf(figure, 0.46), widthOf(note, 0.32)];
	return { width: Math.max(...widths) + 0.1, up: isMarked ? 0.9 : lines.length > 1 ? 0.65 : 0.48, down: note === '' ? 0.5 : 0.84, mark: isMarked ? 0.5 : 0 };
}

/** What a map is divided by: regions, and in a county industries. */
export type WallPart = WallUnit | WallIndustry;
export const isRegion = (part: WallPart): part is WallUnit => 'hex' in part;
export function partsOf(map: WallMap): readonly WallPart[] {
	return map.industries ?? map.units;
}

/** The parts worst first; what can be said nothing of comes last. */
export function worstFirst(map: WallMap, measure: WallMeasure): readonly WallPart[] {
	const byKey = new Map(partsOf(map).map((part) => [part.key, part]));
	return ranked(partsOf(map), measure).map((figure) => byKey.get(figure.key)!);
}

/** Cities whose data is behind, each with its day, in words; empty where none is. */
export function lateText(map: WallMap): string {
	const late = map.units.filter((unit) => unit.late);
	const said = [...new Set(late.map((unit) => m.riskmap_late_list({ name: unit.group ?? unit.name, day: unit.knownTo ?? '–' })))];
	const most = 3;
	return said.length <= most ? said.join(m.common_comma()) : m.wall_late_more({ names: said.slice(0, most).join(m.common_comma()), n: said.length });
}
