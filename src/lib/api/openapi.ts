import { fieldFacts, fieldsOf, type FieldType, type KindFacts } from '#lib/intake/kinds/kinds.ts';
import { fieldName, kindLabel } from '#lib/intake/labels.ts';
import { outwardFormat, rowSchemas, type Dataset } from '#lib/outward/datasets.ts';
import { m } from '#lib/messages/messages.js';
import { locales, type Locale } from '#lib/messages/runtime.js';
import { closingReasons } from '#lib/warnings/closing-reasons.ts';
import { levels } from '#lib/warnings/levels.ts';
import { workStates } from '#lib/warnings/lifecycle.ts';
import { outsideFaults, outsideLimits } from '#lib/warnings/outside-read.ts';
import { problemCodes, problems, type ProblemCode } from './problems.ts';
import { rowTypes } from './row-types.ts';

type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** Chinese first, English behind it: a description is read by people of both. */
const both = (text: (locale: Locale) => string): string => locales.map(text).join(' / ');
type Message = (inputs?: Record<never, never>, options?: { readonly locale?: Locale }) => string;
const said = (message: Message): string => both((locale) => message({}, { locale }));

const ref = (name: string): Json => ({ $ref: `#/components/schemas/${name}` });
const text: Json = { type: 'string' };
const count: Json = { type: 'integer', minimum: 0 };
const orNull = (...types: readonly string[]): Json => ({ type: [...types, 'null'] });

/** What a field of a type may look like on the way in. Systems send numbers and booleans as such or as text. */
const shapes: Readonly<Record<FieldType, { readonly schema: Readonly<Record<string, Json>>; readonly note?: Message }>> = {
	uscc: { schema: { type: 'string', minLength: 18, maxLength: 18 } },
	text: { schema: { type: ['string', 'number', 'null'] } },
	name: { schema: { type: ['string', 'null'] } },
	day: { schema: { type: ['string', 'null'] }, note: m.api_field_day },
	instant: { schema: { type: ['string', 'null'] }, note: m.api_field_instant },
	region: { schema: { type: ['string', 'number', 'null'] }, note: m.api_field_region },
	industry: { schema: { type: ['string', 'null'] }, note: m.api_field_industry },
	capital: { schema: { type: ['string', 'number', 'null'] }, note: m.api_field_capital },
	phone: { schema: { type: ['string', 'number', 'null'] } },
	number: { schema: { type: ['number', 'string', 'null'] } },
	month: { schema: { type: 'string' }, note: m.api_field_month },
	class: { schema: { type: 'string' }, note: m.api_field_class },
	flag: { schema: { type: ['boolean', 'string', 'number', 'null'] }, note: m.api_field_flag },
	status: { schema: { type: ['string', 'null'] } }
};

function rowSchema(kind: KindFacts): Json {
	const properties = fieldsOf(kind).map((field) => {
		const { schema, note } = shapes[fieldFacts(kind, field).type];
		const name = both((locale) => fieldName(field, kind, locale));
		return [field, { ...schema, description: note === undefined ? name : `${name}；${said(note)}` }] as const;
	});
	return {
		type: 'object', title: both((locale) => kindLabel(kind.stored, locale)), required: [...kind.required],
		properties: Object.fromEntries(properties), additionalProperties: true
	};
}

/** Statuses that answer with problem details, of these codes. */
function refusals(...codes: readonly ProblemCode[]): Json {
	const byStatus = Map.groupBy(codes, (code) => problems[code].status);
	return Object.fromEntries(
		[...byStatus].map(([status, some]) => [
			String(status),
			{
				description: some.map((code) => `${code}: ${said(problems[code].title)}`).join('; '),
				...(status === 429 || status === 503 ? { headers: { 'Retry-After': { description: said(m.api_doc_retry_after), schema: { type: 'integer' } } } } : {}),
				content: { 'application/problem+json': { schema: ref('Problem') } }
			}
		])
	);
}

const tokenRefusals = ['no-token', 'bad-token', 'token-revoked', 'token-expired', 'token-new', 'scope-missing', 'database-away', 'internal'] as const;

const parameter = (name: string, where: 'path' | 'query', description: string, schema: Json): Json => ({ name, in: where, required: where === 'path', description, schema });

function intakePaths(kinds: readonly KindFacts[]): Readonly<Record<string, Json>> {
	const rows = { type: 'string', description: said(m.api_doc_rows) };
	return {
		'/api/v1/intake/{kind}': {
			post: {
				operationId: 'pushBatch',
				tags: ['intake'],
				summary: said(m.api_doc_push),
				description: said(m.api_doc_push_more),
				parameters: [
					parameter('kind', 'path', said(m.api_doc_kind), { type: 'string', enum: kinds.map(({ name }) => name) }),
					parameter('source', 'query', said(m.api_doc_source), text),
					{ name: 'Content-Encoding', in: 'header', required: false, description: said(m.api_doc_encoding), schema: { type: 'string', enum: ['gzip', 'identity'] } }
				],
				requestBody: { required: true, description: said(m.api_doc_rows), content: Object.fromEntries(rowTypes.map((type) => [type, { schema: rows }])) },
				responses: {
					'200': { description: said(m.api_doc_pushed), content: { 'application/json': { schema: ref('PushedBatch') } } },
					...(refusals(
						...tokenRefusals, 'source-not-granted', 'source-stopped', 'kind-unknown', 'too-large', 'unpacked-too-large', 'media-type', 'content-encoding',
						'source-missing', 'bad-gzip', 'cut-off', 'bad-batch', 'queue-full', 'disk-full'
					) as Record<string, Json>)
				}
			}
		},
		'/api/v1/intake/batches/{id}': {
			get: {
				operationId: 'readBatch',
				tags: ['intake'],
				summary: said(m.api_doc_batch),
				parameters: [parameter('id', 'path', said(m.api_doc_batch_id), text), parameter('after', 'query', said(m.api_doc_batch_after), { type: 'integer', minimum: -1 })],
				responses: {
					'200': { description: said(m.api_doc_batch), content: { 'application/json': { schema: ref('Batch') } } },
					...(refusals(...tokenRefusals, 'not-found', 'bad-parameter') as Record<string, Json>)
				}
			}
		}
	};
}

function outwardPaths(): Readonly<Record<string, Json>> {
	const names = Object.keys(rowSchemas) as Dataset[];
	const dataset = parameter('dataset', 'path', names.map((name) => `${name}: ${rowSchemas[name].title}`).join('; '), { type: 'string', enum: names });
	return {
		'/api/v1/outward': {
			get: {
				operationId: 'listDatasets', tags: ['outward'], summary: said(m.api_doc_datasets),
				responses: { '200': { description: said(m.api_doc_datasets), content: { 'application/json': { schema: { type: 'object' } } } }, ...(refusals(...tokenRefusals) as Record<string, Json>) }
			}
		},
		'/api/v1/outward/{dataset}': {
			get: {
				operationId: 'takeRows', tags: ['outward'], summary: said(m.api_doc_take), description: `${said(m.api_doc_take_more)} ${outwardFormat}`,
				parameters: [
					dataset,
					parameter('after', 'query', said(m.api_doc_take_after), { type: 'integer', minimum: 0 }),
					parameter('limit', 'query', said(m.api_doc_take_limit), { type: 'integer', minimum: 1 })
				],
				responses: {
					'200': { description: said(m.api_doc_take), content: { 'application/x-ndjson': { schema: { type: 'string', description: names.map((name) => rowSchemas[name].$id).join(' ') } } } },
					...(refusals(...tokenRefusals, 'not-found', 'bad-parameter') as Record<string, Json>)
				}
			}
		},
		'/api/v1/outward/{dataset}/schema': {
			get: {
				operationId: 'readSchema', tags: ['outward'], summary: said(m.api_doc_schema), parameters: [dataset],
				responses: { '200': { description: said(m.api_doc_schema), content: { 'application/schema+json': { schema: { type: 'object' } } } }, ...(refusals(...tokenRefusals, 'not-found') as Record<string, Json>) }
			}
		}
	};
}

/** Each field of a warning that a platform reports; the needed ones first. */
const outsideFields: Readonly<Record<string, readonly [schema: Readonly<Record<string, Json>>, note: Message]>> = {
	id: [{ type: 'string', maxLength: outsideLimits.id }, m.api_doc_outside_id],
	title: [{ type: 'string', maxLength: outsideLimits.title }, m.api_doc_outside_title],
	level: [{ type: 'string', enum: [...levels] }, m.api_doc_outside_level],
	raisedOn: [{ type: 'string', format: 'date' }, m.api_doc_outside_raised],
	uscc: [{ type: ['string', 'null'], minLength: 18, maxLength: 18 }, m.api_doc_outside_uscc],
	region: [{ type: ['string', 'null'] }, m.api_doc_outside_region],
	industry: [{ type: ['string', 'null'] }, m.api_doc_outside_industry],
	item: [{ type: ['string', 'null'], maxLength: outsideLimits.item }, m.api_doc_outside_item],
	occurredOn: [{ type: ['string', 'null'], format: 'date' }, m.api_doc_outside_occurred],
	description: [{ type: ['string', 'null'], maxLength: outsideLimits.description }, m.api_doc_outside_description],
	link: [{ type: ['string', 'null'], maxLength: outsideLimits.link }, m.api_doc_outside_link],
	state: [{ type: ['string', 'null'], enum: ['open', 'ended', null] }, m.api_doc_outside_state]
};

function warningPaths(): Readonly<Record<string, Json>> {
	const rows = { type: 'string', description: said(m.api_doc_report_rows) };
	return {
		'/api/v1/warnings': {
			post: {
				operationId: 'reportWarnings', tags: ['warnings'], summary: said(m.api_doc_report), description: said(m.api_doc_report_more),
				parameters: [
					parameter('source', 'query', said(m.api_doc_source), text),
					{ name: 'Content-Encoding', in: 'header', required: false, description: said(m.api_doc_encoding), schema: { type: 'string', enum: ['gzip', 'identity'] } }
				],
				requestBody: {
					required: true, description: said(m.api_doc_report_rows),
					content: {
						...Object.fromEntries(rowTypes.map((type) => [type, { schema: rows }])),
						'application/json': { schema: { oneOf: [ref('OutsideWarning'), { type: 'array', items: ref('OutsideWarning') }] } }
					}
				},
				responses: {
					'200': { description: said(m.api_doc_reported), content: { 'application/json': { schema: ref('ReportedWarnings') } } },
					...(refusals(...tokenRefusals, 'source-not-granted', 'source-stopped', 'too-large', 'media-type', 'content-encoding', 'source-missing', 'bad-gzip', 'bad-batch') as Record<string, Json>)
				}
			},
			get: {
				operationId: 'readWarningStatus', tags: ['warnings'], summary: said(m.api_doc_status), description: said(m.api_doc_status_more),
				parameters: [parameter('after', 'query', said(m.api_doc_status_after), { type: 'string', pattern: '^[0-9]{1,15}$' })],
				responses: {
					'200': { description: said(m.api_doc_status), content: { 'application/json': { schema: ref('WarningStatus') } } },
					...(refusals(...tokenRefusals, 'bad-parameter') as Record<string, Json>)
				}
			}
		}
	};
}

const work: Json = { type: 'string', enum: [...workStates] };

function warningSchemas(): Readonly<Record<string, Json>> {
	const time = orNull('string');
	return {
		OutsideWarning: {
			type: 'object', required: ['id', 'title', 'level', 'raisedOn'], additionalProperties: false,
			properties: Object.fromEntries(Object.entries(outsideFields).map(([name, [schema, note]]) => [name, { ...schema, description: said(note) }]))
		},
		ReportedWarnings: {
			type: 'object', required: ['source', 'rows', 'accepted', 'duplicates', 'rejected', 'warnings', 'rejects'],
			properties: {
				source: text, rows: count, accepted: count, duplicates: count, rejected: count,
				warnings: { type: 'array', items: { type: 'object', required: ['line', 'id', 'number', 'work'], properties: { line: count, id: text, number: text, work } } },
				rejects: {
					type: 'array',
					items: {
						type: 'object', required: ['line', 'id', 'reason', 'field', 'message'],
						properties: { line: count, id: orNull('string'), reason: { type: 'string', enum: [...outsideFaults] }, field: orNull('string'), value: text, message: text }
					}
				}
			}
		},
		WarningStatus: {
			type: 'object', required: ['warnings', 'next', 'more'],
			properties: {
				next: text, more: { type: 'boolean' },
				warnings: {
					type: 'array',
					items: {
						type: 'object',
						required: ['id', 'source', 'number', 'work', 'raisedAt', 'acknowledgedAt', 'disposedAt', 'closedAt', 'closeReason'],
						properties: {
							id: text, source: text, number: text, work, raisedAt: text, acknowledgedAt: time, disposedAt: time, closedAt: time,
							closeReason: { type: ['string', 'null'], enum: [...Object.keys(closingReasons), null] }
						}
					}
				}
			}
		}
	};
}

const figures = ['rows', 'accepted', 'duplicates', 'versions', 'rejected'] as const;

function components(kinds: readonly KindFacts[]): Json {
	const counts = Object.fromEntries(figures.map((name) => [name, count]));
	const rejects: Json = { type: 'array', items: ref('Reject') };
	const links = (name: string, schema: Json): Json => ({ type: 'object', properties: { [name]: schema } });
	return {
		securitySchemes: { token: { type: 'http', scheme: 'bearer', description: said(m.api_doc_token) } },
		schemas: {
			Problem: {
				type: 'object', description: 'RFC 9457', required: ['type', 'title', 'status', 'detail', 'instance', 'code'],
				properties: { type: text, title: text, status: { type: 'integer' }, detail: text, instance: text, code: { type: 'string', enum: [...problemCodes] } }, additionalProperties: true
			},
			Reject: { type: 'object', required: ['line', 'reason', 'field', 'message'], properties: { line: { type: 'integer', minimum: 1 }, reason: text, field: orNull('string'), message: text } },
			PushedBatch: {
				type: 'object', required: ['batch', 'kind', 'source', ...figures, 'rejects', 'rejectsMore', 'warnings', 'links'],
				properties: { batch: text, kind: text, source: text, ...counts, rejects, rejectsMore: { ...(count as object), description: said(m.api_doc_rejects_more) }, warnings: { type: 'array', items: { type: 'object' } }, links: links('batch', text) }
			},
			Batch: {
				type: 'object', required: ['batch', 'kind', 'source', 'state', ...figures, 'open', 'rejects', 'links'],
				properties: { batch: text, kind: text, source: text, state: text, ...counts, open: count, startedAt: text, finishedAt: orNull('string'), warnings: { type: 'array', items: { type: 'object' } }, rejects, links: links('next', orNull('string')) }
			},
			...warningSchemas(),
			...Object.fromEntries(kinds.map((kind) => [`row.${kind.name}`, rowSchema(kind)]))
		}
	};
}

/**
 * The description of the interface for systems (OpenAPI 3.1), made from the kinds and fields that rows are read by: what an
 * administrator defines stands in it at once.
 */
export function openapi(kinds: readonly KindFacts[]): { readonly [key: string]: Json } {
	return {
		openapi: '3.1.0',
		info: { title: said(m.api_doc_title), version: '1', description: said(m.api_doc_description) },
		security: [{ token: [] }],
		paths: {
			...intakePaths(kinds),
			...outwardPaths(),
			...warningPaths(),
			'/api/v1/problems': {
				get: { operationId: 'listProblems', summary: said(m.api_doc_problems), security: [], responses: { '200': { description: said(m.api_doc_problems), content: { 'application/json': { schema: { type: 'array', items: { type: 'object' } } } } } } }
			},
			'/api/v1/openapi.json': {
				get: { operationId: 'describe', summary: said(m.api_doc_self), security: [], responses: { '200': { description: said(m.api_doc_self), content: { 'application/json': { schema: { type: 'object' } } } } } }
			}
		},
		components: components(kinds)
	};
}
