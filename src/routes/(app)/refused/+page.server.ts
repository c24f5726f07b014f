import type { PageServerLoad } from './$types.js';

/** Shown by the guard, with status 403 and under the address that was refused. */
export const load: PageServerLoad = ({ locals }) => ({ role: locals.actor!.role });
