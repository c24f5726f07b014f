import { regionPrefix } from '#lib/access/scope.ts';

/** One row of the routing table; `*` and '' match everything. */
export type Route = {
	readonly item: string;
	readonly industryPrefix: string;
	readonly regionPrefix: string;
	readonly departmentId: string;
};

export type Desk = {
	readonly id: string;
	readonly regionCode: string;
	/** Industry key prefixes; null: a general department. */
	readonly industries: readonly string[] | null;
};

/** What is to be routed: '*' is every industry and matches general rows only. */
export type RoutedScope = { readonly item: string; readonly regionCode: string; readonly industryKey: string };

function matches(route: Route, scope: RoutedScope): boolean {
	return (
		(route.item === '*' || route.item === scope.item) &&
		scope.industryKey.startsWith(route.industryPrefix) &&
		regionPrefix(scope.regionCode).startsWith(route.regionPrefix)
	);
}

/**
 * The longest match of item × industry × region (谁审批谁监管、谁主管谁监管). The nearer desk wins first, then the one in charge of the
 * narrower industry, then the row that names the item: that order is ours.
 */
export function longestMatch(routes: readonly Route[], scope: RoutedScope): Route | undefined {
	let best: Route | undefined;
	for (const route of routes) {
		if (matches(route, scope) && (best === undefined || closer(route, best))) best = route;
	}
	return best;
}

function closer(a: Route, b: Route): boolean {
	if (a.regionPrefix.length !== b.regionPrefix.length) return a.regionPrefix.length > b.regionPrefix.length;
	if (a.industryPrefix.length !== b.industryPrefix.length) return a.industryPrefix.length > b.industryPrefix.length;
	return a.item !== '*' && b.item === '*';
}

/** Whether the department's own jurisdiction holds the scope: only then its people can see what is routed to it. */
export function covers(desk: Desk, scope: { readonly regionCode: string; readonly industryKey: string }): boolean {
	return (
		regionPrefix(scope.regionCode).startsWith(regionPrefix(desk.regionCode)) &&
		(desk.industries === null || desk.industries.some((prefix) => scope.industryKey.startsWith(prefix)))
	);
}

export type Routed = {
	readonly departmentId: string;
	/** The row of the table that decided; null: the nearest department. */
	readonly route: Route | null;
	/** Its jurisdiction holds the scope: its people can see what is routed to it. */
	readonly covered: boolean;
};

/**
 * Who answers for a scope: by the table, else the nearest general department that covers it, else (no jurisdiction covers it) the
 * broadest there is, so that no warning is without an owner. Undefined only when there is no department.
 */
export function routed(routes: readonly Route[], desks: readonly Desk[], scope: RoutedScope): Routed | undefined {
	const able = desks.filter((desk) => covers(desk, scope));
	const ids = new Set(able.map((desk) => desk.id));
	const route = longestMatch(routes.filter(({ departmentId }) => ids.has(departmentId)), scope);
	if (route) return { departmentId: route.departmentId, route, covered: true };
	const breadth = (desk: Desk) => regionPrefix(desk.regionCode).length;
	const generalFirst = (a: Desk, b: Desk) => Number(a.industries !== null) - Number(b.industries !== null) || (a.id < b.id ? -1 : 1);
	const nearest = [...able].sort((a, b) => breadth(b) - breadth(a) || generalFirst(a, b))[0];
	if (nearest) return { departmentId: nearest.id, route: null, covered: true };
	const broadest = [...desks].sort((a, b) => breadth(a) - breadth(b) || generalFirst(a, b))[0];
	return broadest && { departmentId: broadest.id, route: null, covered: false };
}

/** The department that answers for a scope. */
export function departmentFor(routes: readonly Route[], desks: readonly Desk[], scope: RoutedScope): string | undefined {
	return routed(routes, desks, scope)?.departmentId;
}
