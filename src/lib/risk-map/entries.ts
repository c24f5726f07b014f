import { m } from '#lib/messages/messages.js';
import type { Behind } from './columns.ts';
import type { Figure } from './figures.ts';
import type { NamedFigure } from './industry-figures.ts';
import type { MapUnit } from './map-units.ts';
import { mapHref, rowsHref, type MapQuery } from './query.ts';
import type { RiskMap } from './risk-map.server.ts';
import { industryName, rowsBehindFigure } from './show.ts';

/** A line of a ranked list: a region or an industry with its figures. */
export type Entry = {
	readonly key: string;
	readonly name: string;
	/** The city of a county, where several are shown. */
	readonly group: string | null;
	readonly figure: Figure;
	/** One level deeper; null where there is none. */
	readonly href: string | null;
	readonly late: string | null;
	readonly unsourced: boolean;
	/** The address of the rows behind one of its figures; null where there are none. */
	readonly rows: (behind: Behind) => string | null;
	/** Where a sampling task would begin; null where it cannot. */
	readonly task: string | null;
};

/** The regions of a map as lines of a list. */
export function regionEntries(query: MapQuery, map: RiskMap, ranked: readonly MapUnit[], snapshot: string | null): readonly Entry[] {
	return ranked.map((unit) => ({
		key: unit.key,
		name: unit.exact ? m.riskmap_exact({ name: unit.name }) : unit.name,
		group: unit.group,
		figure: unit,
		href: unit.exact ? null : mapHref(query, { region: unit.key, detail: null, compare: null, view: unit.key.endsWith('00') ? query.view : 'industry' }),
		late: unit.late ? (unit.knownTo ?? '–') : null,
		unsourced: unit.unsourced,
		rows: (behind) => {
			const rows = rowsBehindFigure(query, map, { region: unit.key, upTo: unit.upTo, exact: unit.exact }, behind);
			return rows === null ? null : rowsHref({ ...rows, snapshot });
		},
		task: unit.exact ? null : `region=${unit.key}${query.industry ? `&industry=${query.industry}` : ''}`
	}));
}

/** Industries as lines of a list. */
export function industryEntries(query: MapQuery, map: RiskMap, ranked: readonly NamedFigure[], snapshot: string | null): readonly Entry[] {
	return ranked.map((figure) => {
		const isOne = /^[A-T](\d\d)?$/.test(figure.key);
		return {
			key: figure.key,
			name: industryName(figure),
			group: null,
			figure,
			href: isOne && figure.key !== query.industry ? mapHref(query, { industry: figure.key }) : null,
			late: null,
			unsourced: false,
			rows: (behind) => {
				// Of a section narrowed to one of its divisions only that division is shown.
				const industry = query.industry?.startsWith(figure.key) ? query.industry : figure.key;
				const rows = rowsBehindFigure(query, map, { region: query.region, industry, upTo: null, exact: false }, behind);
				return rows === null ? null : rowsHref({ ...rows, snapshot });
			},
			task: isOne ? `region=${query.region}&industry=${figure.key}` : null
		};
	});
}
