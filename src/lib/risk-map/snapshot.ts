import { createHash } from 'node:crypto';
import { regionPrefix } from '#lib/access/scope.ts';
import type { GroupCount } from './groups.server.ts';
import type { MonthPoint, Progress } from './lists.server.ts';
import type { KnownThen } from './map-context.server.ts';
import type { MapQuery } from './query.ts';
import type { RiskMap } from './risk-map.server.ts';
import type { SmallMap } from './small-maps.server.ts';

/** How far the data of a kind went: the last complete day of all and of each city of its own, and which of them were late. */
export type KeptKnowledge = { readonly mark: string | null; readonly upTo: readonly (readonly [string, string])[]; readonly late: readonly string[] };

/** What of it is kept with figures. Only cities of the reader's own: what is late elsewhere is nobody's business here. */
export function keptKnowledge(region: string, { mark, upTo, late }: KnownThen): KeptKnowledge {
	const own = (city: string) => city.startsWith(regionPrefix(region).slice(0, 4));
	return { mark, upTo: [...upTo].filter(([city]) => own(city)).sort(), late: [...late].filter(own).sort() };
}

export const knownThen = ({ mark, upTo, late }: KeptKnowledge): KnownThen => ({ mark, upTo: new Map(upTo), late: new Set(late) });

/** Figures as a page showed them, and what they hang on; plain data. */
export type SnapshotContent = {
	readonly query: MapQuery;
	/** The jurisdiction they were made within. */
	readonly scope: { readonly regionCode: string; readonly industries: readonly string[] | null };
	readonly known: KeptKnowledge;
	readonly today: string;
	readonly map: RiskMap;
	readonly series: readonly MonthPoint[];
	readonly progress: Progress;
	/** The same map of the month compared with. */
	readonly beside?: RiskMap;
	/** Of small multiples: each map. */
	readonly smallMaps?: readonly SmallMap[];
	/** Of a division looked at alone: its groups. */
	readonly groups?: readonly GroupCount[];
};

/** What a page draws of figures. */
export type Drawn = Omit<SnapshotContent, 'scope' | 'known'>;

/** Whether what comes after a page is still being counted, or could not be; null: all is there. */
export type Counting = 'running' | 'failed' | null;

export function drawnOf({ scope: _, known: _known, smallMaps, ...drawn }: SnapshotContent): Drawn {
	return { ...drawn, ...(smallMaps ? { smallMaps: smallMaps.map(({ known: _ofKind, ...one }) => one) } : {}) };
}

/** The figures alone: what regions are drawn by is none, it is drawn anew when somebody looks. */
export function withoutDrawing(content: SnapshotContent): SnapshotContent {
	const plain = (map: RiskMap): RiskMap => ({ ...map, approved: null });
	return { ...content, map: plain(content.map), ...(content.beside ? { beside: plain(content.beside) } : {}) };
}

/** Letters and digits that are not mistaken for each other on paper (Crockford's base 32). */
const digits = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const idLength = 12;

/**
 * The id of figures: the first 60 bits of the SHA-256 of their content. What changes with every roll-up although no figure does, the
 * counts' version, the day of looking and how far the data went, is left out, and so is what the regions are drawn by.
 */
export function snapshotId(content: SnapshotContent): string {
	const { today: _, known: _known, ...figures } = withoutDrawing(content);
	const plain = (map: RiskMap): RiskMap => ({ ...map, version: 0 });
	const smallMaps = figures.smallMaps?.map(({ known: _ofKind, ...one }) => one);
	return figureId({ ...figures, ...(smallMaps ? { smallMaps } : {}), map: plain(figures.map), ...(figures.beside ? { beside: plain(figures.beside) } : {}) });
}

/** The id of plain data. */
export function figureId(figures: object): string {
	const bytes = createHash('sha256').update(JSON.stringify(figures)).digest();
	let bits = bytes.readBigUInt64BE(0) >> 4n;
	let id = '';
	for (let i = 0; i < idLength; i++) {
		id = digits[Number(bits & 31n)]! + id;
		bits >>= 5n;
	}
	return id;
}
