/** What the cross-site rule looks at. */
export type RequestOrigin = {
	readonly method: string;
	/** `Origin` header. */
	readonly origin: string | null;
	/** `Sec-Fetch-Site` header; browsers send it to https and localhost only. */
	readonly fetchSite: string | null;
	/** The origin this server is reached at. */
	readonly ownOrigin: string;
};

const safeMethods = ['GET', 'HEAD', 'OPTIONS'];

/**
 * May a request that changes something have been sent by one of our own pages?
 *
 * `Origin` has to be ours, and `Sec-Fetch-Site`, where the browser sends it, has to say so as well. A request with neither comes
 * from no browser page and carries no person's session: it is refused too.
 */
export function isSameOrigin(request: RequestOrigin): boolean {
	if (safeMethods.includes(request.method)) return true;
	if (request.fetchSite !== null && request.fetchSite !== 'same-origin') return false;
	if (request.origin !== null) return request.origin === request.ownOrigin;
	return request.fetchSite === 'same-origin';
}
