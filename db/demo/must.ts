/** What the demo cannot do, a person could not either: it stops with the reason. */
export function must<T extends { readonly ok: true } | { readonly ok: false; readonly reason: string }>(what: string, result: T): Extract<T, { readonly ok: true }> {
	if (!result.ok) throw new Error(`the demo could not ${what}: ${result.reason}`);
	return result as Extract<T, { readonly ok: true }>;
}
