import { problemCodes, problems, problemType } from '#lib/api/problems.ts';
import { locales } from '#lib/messages/runtime.js';
import type { RequestHandler } from './$types.js';

/** What the `type` of a problem names: every refusal in both languages. No secret, so no token is asked for. */
export const GET: RequestHandler = () =>
	Response.json(
		problemCodes.map((code) => ({
			type: problemType(code),
			status: problems[code].status,
			title: Object.fromEntries(locales.map((locale) => [locale, problems[code].title({}, { locale })])),
			detail: Object.fromEntries(locales.map((locale) => [locale, problems[code].detail({}, { locale })]))
		}))
	);
