import { answering, onlyMethods } from '#lib/api/answer.ts';
import { openapi } from '#lib/api/openapi.ts';
import { loadKindBook } from '#lib/intake/kinds/book.server.ts';
import type { RequestHandler } from './$types.js';

/** Field names and rules only, so that whoever builds a client may read it without a token. */
export const GET: RequestHandler = answering(async ({ locals }) => Response.json(openapi((await loadKindBook(locals.db)).offered)));

export const fallback: RequestHandler = onlyMethods('GET');
