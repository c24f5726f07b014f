import { m } from '#lib/messages/messages.js';
import { industryLabel } from './labels.ts';

/** Names of what a cluster of cells consists of. */
export type ClusterNames = {
	readonly regions: readonly string[];
	readonly industries: readonly { readonly key: string; readonly name: string | null }[];
};

/** Named one by one; of more only the first and how many. */
const mostNamed = 2;

function regionsText(names: readonly string[]): string {
	const first = names.slice(0, mostNamed).join(m.warnings_list_comma());
	return names.length <= mostNamed ? first : m.warnings_cluster_regions({ names: first, n: names.length });
}

function industriesText(industries: ClusterNames['industries']): string {
	const { key, name } = industries[0] ?? { key: '*', name: null };
	const first = industryLabel(key, name);
	return industries.length <= 1 ? first : m.warnings_cluster_industries({ name: first, n: industries.length });
}

/** A cluster in a line: 武进区、天宁区等 4 个县区 · 餐饮业等 2 个行业. */
export const clusterText = ({ regions, industries }: ClusterNames): string =>
	m.warnings_cluster({ regions: regionsText(regions), industries: industriesText(industries) });

/** The same for what may be one region and one industry: 武进区 餐饮业. */
export function cellText({ regions, industries }: ClusterNames): string {
	const [only] = industries;
	if (regions.length > 1 || industries.length > 1 || only === undefined) return clusterText({ regions, industries });
	return `${regions[0] ?? ''} ${industryLabel(only.key, only.name)}`;
}
