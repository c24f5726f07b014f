import type { RequestHandler } from './$types.js';

/** Asked by pages in which somebody reads or types: the guard has renewed the session on the way here. */
export const GET: RequestHandler = () => new Response(null, { status: 204 });
export const HEAD = GET;
