import { regionPrefix } from '#lib/access/scope.ts';
import { routed, type Desk, type Route, type RoutedScope } from './routing.ts';

export type RoutingProof = {
	/** Item × industry × region. */
	readonly combinations: number;
	readonly byTable: number;
	readonly byNearest: number;
	/** Nobody could work on them: no jurisdiction holds them, or the department has no monitor. */
	readonly ownerless: number;
	/** Some of those, with the department that would get them; null: there is none at all. */
	readonly examples: readonly (RoutedScope & { readonly departmentId: string | null })[];
};

const exampleLimit = 20;

/** Values of one dimension that no row and no department tells apart: one of them, and how many they are. */
type Alike = { readonly value: string; readonly n: number };

function alike(values: readonly string[], tells: (value: string) => string): readonly Alike[] {
	return [...Map.groupBy(values, tells).values()].map((group) => ({ value: group[0]!, n: group.length }));
}

/**
 * Whether each combination of item, industry and region has a department that can work on it. Complete without trying them all: what
 * no prefix tells apart is routed alike, so one of each kind is tried and counted for all.
 *
 * @param staffed ids of departments where an active monitor works.
 */
export function proveRouting(
	routes: readonly Route[],
	desks: readonly Desk[],
	staffed: ReadonlySet<string>,
	all: { readonly items: readonly string[]; readonly industries: readonly string[]; readonly regions: readonly string[] }
): RoutingProof {
	const industryPrefixes = [...new Set([...routes.map((route) => route.industryPrefix), ...desks.flatMap((desk) => desk.industries ?? [])])];
	const regionPrefixes = [...new Set([...routes.map((route) => route.regionPrefix), ...desks.map((desk) => regionPrefix(desk.regionCode))])];
	const namedItems = new Set(routes.map((route) => route.item));
	const items = alike(all.items, (item) => (namedItems.has(item) ? item : ''));
	const industries = alike(all.industries, (key) => industryPrefixes.filter((prefix) => key.startsWith(prefix)).join('|'));
	const regions = alike(all.regions, (code) => regionPrefixes.filter((prefix) => regionPrefix(code).startsWith(prefix)).join('|'));

	let [combinations, byTable, byNearest, ownerless] = [0, 0, 0, 0];
	const examples: RoutingProof['examples'][number][] = [];
	for (const region of regions) {
		for (const industry of industries) {
			for (const item of items) {
				const n = region.n * industry.n * item.n;
				const scope = { item: item.value, industryKey: industry.value, regionCode: region.value };
				const found = routed(routes, desks, scope);
				combinations += n;
				if (found === undefined || !found.covered || !staffed.has(found.departmentId)) {
					ownerless += n;
					if (examples.length < exampleLimit) examples.push({ ...scope, departmentId: found?.departmentId ?? null });
				} else if (found.route) byTable += n;
				else byNearest += n;
			}
		}
	}
	return { combinations, byTable, byNearest, ownerless, examples };
}
