import type { RequestEvent } from '@sveltejs/kit';
import { isDatabaseDown } from '#db/errors.ts';
import { problem } from './problems.ts';

/** Seconds after which a database that was away is worth another try. */
const databaseRetryS = 5;

/**
 * Runs a handler below `/api/v1`: whatever it throws becomes problem details, never a page and never a stack trace. What is thrown
 * stands in the log under the id that the answer names.
 */
export function answering<Event extends RequestEvent>(work: (event: Event) => Promise<Response>): (event: Event) => Promise<Response> {
	return async (event) => {
		const { requestId } = event.locals;
		try {
			return await work(event);
		} catch (thrown) {
			if (isDatabaseDown(thrown)) return problem('database-away', requestId, { retryAfterS: databaseRetryS });
			console.error(JSON.stringify({ level: 'error', requestId, path: event.url.pathname, error: String((thrown as Error)?.stack ?? thrown) }));
			return problem('internal', requestId);
		}
	};
}

/** For `fallback` of a route: the methods it has, in words and in `Allow`. */
export function onlyMethods(...methods: readonly string[]): (event: RequestEvent) => Response {
	return ({ locals }) => problem('method-not-allowed', locals.requestId, { headers: { allow: methods.join(', ') }, members: { allowed: methods } });
}
