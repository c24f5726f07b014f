import { isBare, readRefusal, refusalHeader } from '#lib/access/refused-file.ts';
import type { PageServerLoad } from './$types.js';

/** Shown under the address that was refused, with its status: a page by the guard, with 403, or a file by what refused it. */
export const load: PageServerLoad = ({ locals, request }) => {
	const told = readRefusal(request.headers.get(refusalHeader));
	return {
		role: locals.actor!.role,
		status: told?.status ?? 403,
		message: told === null || isBare(told.message) ? null : told.message,
		requestId: told?.requestId ?? null,
		back: told?.back ?? null,
		isFile: told !== null
	};
};
