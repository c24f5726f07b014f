import { problem } from '#lib/api/problems.ts';
import type { RequestHandler } from './$types.js';

/** What is no address of the interface is answered in its own form, whatever the method. */
export const fallback: RequestHandler = ({ locals }) => problem('not-found', locals.requestId);
