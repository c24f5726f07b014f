import { m } from '#lib/messages/messages.js';

type Problem = { readonly status: number; readonly title: () => string; readonly detail: () => string };

/** Everything that the interface for systems may refuse, with its status, what it means and what to do. */
export const problems = {
	'no-token': { status: 401, title: m.api_problem_no_token, detail: m.api_problem_no_token_detail },
	'bad-token': { status: 401, title: m.api_problem_bad_token, detail: m.api_problem_bad_token_detail },
	'token-revoked': { status: 401, title: m.api_problem_token_revoked, detail: m.api_problem_token_revoked_detail },
	'token-expired': { status: 401, title: m.api_problem_token_expired, detail: m.api_problem_token_expired_detail },
	'token-new': { status: 403, title: m.api_problem_token_new, detail: m.api_problem_token_new_detail },
	'scope-missing': { status: 403, title: m.api_problem_scope_missing, detail: m.api_problem_scope_missing_detail },
	'source-not-granted': { status: 403, title: m.api_problem_source_not_granted, detail: m.api_problem_source_not_granted_detail },
	'source-stopped': { status: 403, title: m.api_problem_source_stopped, detail: m.api_problem_source_stopped_detail },
	'not-found': { status: 404, title: m.api_problem_not_found, detail: m.api_problem_not_found_detail },
	'kind-unknown': { status: 404, title: m.api_problem_kind_unknown, detail: m.api_problem_kind_unknown_detail },
	'method-not-allowed': { status: 405, title: m.api_problem_method_not_allowed, detail: m.api_problem_method_not_allowed_detail },
	'too-large': { status: 413, title: m.api_problem_too_large, detail: m.api_problem_too_large_detail },
	'unpacked-too-large': { status: 413, title: m.api_problem_unpacked_too_large, detail: m.api_problem_unpacked_too_large_detail },
	'media-type': { status: 415, title: m.api_problem_media_type, detail: m.api_problem_media_type_detail },
	'content-encoding': { status: 415, title: m.api_problem_content_encoding, detail: m.api_problem_content_encoding_detail },
	'source-missing': { status: 422, title: m.api_problem_source_missing, detail: m.api_problem_source_missing_detail },
	'bad-gzip': { status: 422, title: m.api_problem_bad_gzip, detail: m.api_problem_bad_gzip_detail },
	'cut-off': { status: 422, title: m.api_problem_cut_off, detail: m.api_problem_cut_off_detail },
	'bad-batch': { status: 422, title: m.api_problem_bad_batch, detail: m.api_problem_bad_batch_detail },
	'bad-parameter': { status: 422, title: m.api_problem_bad_parameter, detail: m.api_problem_bad_parameter_detail },
	'queue-full': { status: 429, title: m.api_problem_queue_full, detail: m.api_problem_queue_full_detail },
	'disk-full': { status: 503, title: m.api_problem_disk_full, detail: m.api_problem_disk_full_detail },
	'database-away': { status: 503, title: m.api_problem_database_away, detail: m.api_problem_database_away_detail },
	internal: { status: 500, title: m.api_problem_internal, detail: m.api_problem_internal_detail }
} as const satisfies Record<string, Problem>;

export type ProblemCode = keyof typeof problems;

export const problemCodes = Object.keys(problems) as readonly ProblemCode[];

/** Where a problem is described, relative to the server: the `type` of RFC 9457. */
export const problemType = (code: ProblemCode): string => `/api/v1/problems#${code}`;

type Extras = {
	/** In place of the usual words: names the input and the remedy. */
	readonly detail?: string;
	readonly retryAfterS?: number;
	/** Further members: lists of what would be right, codes. */
	readonly members?: Readonly<Record<string, unknown>>;
	readonly headers?: Readonly<Record<string, string>>;
};

/**
 * A refusal as RFC 9457 problem details, in the language of the instance; `/api/v1/problems` has both languages.
 *
 * @param instance the request's id, as it stands in the log.
 */
export function problem(code: ProblemCode, instance: string, { detail, retryAfterS, members, headers }: Extras = {}): Response {
	const { status, title, detail: usual } = problems[code];
	const body = { type: problemType(code), title: title(), status, detail: detail ?? usual(), instance: `urn:uuid:${instance}`, code, ...members };
	return new Response(JSON.stringify(body), {
		status,
		headers: {
			'content-type': 'application/problem+json; charset=utf-8',
			'cache-control': 'no-store',
			...(status === 401 ? { 'www-authenticate': 'Bearer realm="qianshao"' } : {}),
			...(retryAfterS === undefined ? {} : { 'retry-after': String(retryAfterS) }),
			...headers
		}
	});
}
