import { regionPrefix, regionsHolding } from '#lib/access/scope.ts';
import type { EvaluationState } from './lifecycle.ts';

/** An open episode of a region × industry cell or cluster, as far as its place among the others goes. */
export type OpenCell = {
	readonly id: string;
	readonly indicatorId: string;
	readonly regionCode: string;
	/** '*' is every industry; '-' unknown lies in no other. */
	readonly industryKey: string;
	/** What a cluster consists of; null of a single cell, which holds all below it. */
	readonly cells: { readonly regions: readonly string[]; readonly industries: readonly string[] } | null;
	readonly evaluation: EvaluationState;
	readonly raisedOn: string;
};

const industryHolds = (wide: string, narrow: string) => wide === '*' || narrow.startsWith(wide);

function clusterHolds({ regions, industries }: NonNullable<OpenCell['cells']>, narrow: OpenCell): boolean {
	return (
		regions.some((region) => narrow.regionCode.startsWith(regionPrefix(region))) &&
		industries.some((industry) => industryHolds(industry, narrow.industryKey))
	);
}

/** Keys of an industry and of all that hold it, widest first: `H621` → *, H, H6 (no industry, never found), H62, H621. */
function industriesHolding(key: string): readonly string[] {
	if (key === '*') return ['*'];
	return ['*', ...Array.from({ length: key.length }, (_, i) => key.slice(0, i + 1))];
}

/** Wider region first, then wider industry, then the older, then by id: one order for all, so that no two hold each other. */
function wider(a: OpenCell, b: OpenCell): number {
	const region = regionPrefix(a.regionCode).length - regionPrefix(b.regionCode).length;
	const width = (cell: OpenCell) => (cell.industryKey === '*' ? 0 : cell.industryKey.length);
	return region || width(a) - width(b) || Number(a.cells !== null) - Number(b.cells !== null) || (a.raisedOn < b.raisedOn ? -1 : a.raisedOn > b.raisedOn ? 1 : a.id < b.id ? -1 : 1);
}

/**
 * Which wider episode of the same indicator holds each episode (E5: one warning, not fifty): the widest that is open. One whose signal
 * has subsided holds only what has subsided as well. An episode that holds others is held by none of those.
 */
export function parentsOf(open: readonly OpenCell[]): ReadonlyMap<string, string | null> {
	const place = (cell: Pick<OpenCell, 'indicatorId' | 'regionCode' | 'industryKey'>) => `${cell.indicatorId}|${cell.regionCode}|${cell.industryKey}`;
	const single = new Map<string, OpenCell[]>();
	const clusters = new Map<string, OpenCell[]>();
	for (const cell of open) {
		const [map, key] = cell.cells === null ? [single, place(cell)] : [clusters, cell.indicatorId];
		map.set(key, [...(map.get(key) ?? []), cell]);
	}
	const parentOf = (cell: OpenCell): string | null => {
		const around = regionsHolding(cell.regionCode).flatMap((regionCode) =>
			industriesHolding(cell.industryKey).flatMap((industryKey) => single.get(place({ ...cell, regionCode, industryKey })) ?? [])
		);
		const holding = (clusters.get(cell.indicatorId) ?? []).filter((cluster) => clusterHolds(cluster.cells!, cell));
		const [widest] = [...around, ...holding]
			.filter((wide) => wide.id !== cell.id && wider(wide, cell) < 0 && (wide.evaluation !== 'cleared' || cell.evaluation === 'cleared'))
			.sort(wider);
		return widest?.id ?? null;
	};
	return new Map(open.map((cell) => [cell.id, parentOf(cell)]));
}
