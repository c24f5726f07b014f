import { m } from '#lib/messages/messages.js';

/** Shorter ones are codes and days: full is how they should be. */
const shortestText = 20;

/** Told where a text has reached its limit: the browser cuts what is pasted beyond it without a word. */
export function fullHint(value: string | number | null | undefined, limit: number | null | undefined): string | null {
	if (limit === null || limit === undefined || limit < shortestText || String(value ?? '').length < limit) return null;
	return m.common_full({ limit });
}
