import { cityOf, type Region, type RegionTree } from '#lib/regions/tree.ts';
import { emptySum, type AgoKnown, type Sum } from './cube.ts';
import { figuresOf, type Figure } from './figures.ts';
import type { Hex } from './hex.ts';
import { basisOf } from './layers.ts';
import type { MapQuery } from './query.ts';
import { shortName } from './units.ts';

/** A region on the map or, without a hexagon, only in the list (rows that name no region below). */
export type MapUnit = Figure & {
	readonly name: string;
	readonly short: string;
	readonly hex: Hex | null;
	/** The city a county belongs to, where several cities are shown. */
	readonly group: string | null;
	/** The last day its figures contain; null: nothing of this month yet. */
	readonly upTo: string | null;
	readonly late: boolean;
	/** Where late: the last day that is known, or, of warnings, that could be judged. */
	readonly knownTo: string | null;
	/** No source answers for it, and no row says otherwise: its figures are no zeros. */
	readonly unsourced: boolean;
	/** Only rows of this very code, none below it. */
	readonly exact: boolean;
};

/** How far each place is known, as figures on the map have to say. */
export type PlaceKnowledge = {
	/** The last day of the month that a city's events contain. */
	readonly upTo: (city: string) => string | null;
	/** Whether a city's source has not delivered what others have, of a month that has begun. */
	readonly isLate: (city: string) => boolean;
	/** Of a city's events. */
	readonly eventsKnown: (city: string) => AgoKnown;
	readonly sourced: (code: string) => boolean;
	readonly isMonitored: boolean;
	/** Whether monitors ran in those days. */
	readonly warningsKnown: AgoKnown;
	/** By city, since when monitors wait for data. */
	readonly unjudged: ReadonlyMap<string, string>;
	/** The last day whose warnings are shown. */
	readonly monitoredTo: string;
};

/** A figure of days of which nothing has come: nothing can be said of it. */
export const unknown = <T extends Figure>(figure: T): T => ({ ...figure, unknown: true, value: null, rate: null, rawRate: null, change: null });

/** The regions of a map with their figures, judged among each other, and then what names no region of it. */
export function mapUnits(
	regions: RegionTree,
	query: Pick<MapQuery, 'measure' | 'detail'>,
	units: readonly Region[],
	hexes: readonly Hex[],
	sums: ReadonlyMap<string, Sum>,
	known: PlaceKnowledge
): readonly MapUnit[] {
	const basis = basisOf[query.measure];
	const ofEvents = basis === 'events';
	const ofWarnings = basis === 'warnings' || basis === 'both';
	const onMap = new Set(units.map((one) => one.code));
	const beside = [...sums.keys()].filter((code) => !onMap.has(code)).sort();
	const codes = [...onMap, ...beside];
	const empty = (code: string) => {
		const ago = ofEvents ? known.eventsKnown(cityOf(code)) : known.warningsKnown;
		return emptySum(code, !ofEvents || ago.year, ago);
	};
	const figures = figuresOf(codes.map((code) => sums.get(code) ?? empty(code)), query.measure);
	return figures.map((figure, i) => {
		const code = codes[i]!;
		const city = cityOf(code);
		const upTo = ofEvents ? known.upTo(city) : null;
		const judgedTo = ofWarnings && known.isMonitored ? (known.unjudged.get(city) ?? null) : null;
		const late = ofEvents ? known.isLate(city) : judgedTo !== null && judgedTo < known.monitoredTo;
		const one = regions.get(code);
		const unsourced = (ofEvents || basis === 'warnings') && figure.n === 0 && !known.sourced(code);
		const isKnown = !unsourced && isSaid();
		return {
			...(isKnown ? figure : unknown(figure)),
			name: regions.name(code),
			short: shortName(regions.name(code), regions.name(one?.parentCode ?? '')),
			hex: hexes[i] ?? null,
			group: query.detail === 'county' && code !== city ? regions.name(city) : null,
			upTo,
			late: late && !unsourced,
			knownTo: ofEvents ? upTo : judgedTo,
			unsourced,
			exact: i >= units.length && one?.level !== 'county'
		};

		function isSaid(): boolean {
			switch (basis) {
				case 'events':
					return upTo !== null;
				case 'warnings':
					return known.isMonitored;
				case 'both':
					return known.isMonitored || figure.active > 0;
				default:
					return figure.n > 0 || figure.active > 0;
			}
		}
	});
}
