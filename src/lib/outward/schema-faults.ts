import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import manifestSchema from '../../../docs/outward/manifest.schema.json' with { type: 'json' };
import { isDay } from '#lib/calendar/days.ts';
import { rowSchemas, type Dataset } from './datasets.ts';

/** What should have stood there, for the people on either side: whoever takes our files reads one of the two. */
export type Expected = { readonly zh: string; readonly en: string };

/** A field that is not as the schema says; `field` is a path with dots, null for the whole object. */
export type Fault = { readonly field: string | null; readonly expected: Expected };

/** Checks an object against a published schema. */
export function schemaFaults(schema: Dataset | 'manifest', value: unknown): readonly Fault[] {
	const validate = validators()[schema];
	if (validate(value)) return [];
	// "if" fails together with what it asks for, which says more.
	return (validate.errors ?? []).filter((error) => error.keyword !== 'if').map((error) => ({ field: fieldOf(error), expected: expectedOf(error) }));
}

let made: Readonly<Record<Dataset | 'manifest', ValidateFunction>> | undefined;

function validators(): Readonly<Record<Dataset | 'manifest', ValidateFunction>> {
	if (made !== undefined) return made;
	const ajv = new Ajv2020({ allErrors: true, strict: true, allowUnionTypes: true, strictRequired: false, strictTypes: false });
	ajv.addVocabulary(['x-key']);
	ajv.addFormat('date', isDay);
	ajv.addFormat('date-time', (text) => /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/.test(text) && isDay(text.slice(0, 10)) && !Number.isNaN(Date.parse(text)));
	const of = (dataset: Dataset) => ajv.compile(rowSchemas[dataset]);
	return (made = { manifest: ajv.compile(manifestSchema), classes: of('classes'), grades: of('grades'), warnings: of('warnings'), results: of('results') });
}

function fieldOf({ instancePath, params }: ErrorObject): string | null {
	const below = (params['missingProperty'] ?? params['additionalProperty']) as string | undefined;
	return [...instancePath.split('/').slice(1), ...(below === undefined ? [] : [below])].join('.') || null;
}

function expectedOf({ keyword, params, message = keyword }: ErrorObject): Expected {
	switch (keyword) {
		case 'required':
			return { zh: '有这个字段，现在缺少', en: 'this field, which is missing' };
		case 'additionalProperties':
			return { zh: '没有这个字段', en: 'no such field' };
		case 'enum': {
			const values = params['allowedValues'] as unknown[];
			return { zh: `${values.join('、')} 之一`, en: `one of ${values.join(', ')}` };
		}
		case 'const': {
			const value = JSON.stringify(params['allowedValue']);
			return { zh: value, en: value };
		}
		case 'type':
			return { zh: `类型 ${[params['type']].flat().join(' 或 ')}`, en: message };
		case 'pattern':
			return { zh: `符合 ${params['pattern']}`, en: message };
		case 'format':
			return { zh: params['format'] === 'date' ? '真实日期 YYYY-MM-DD' : `格式 ${params['format']}`, en: message };
		case 'minimum':
			return { zh: `不小于 ${params['limit']}`, en: message };
		case 'minLength':
			return { zh: '不为空', en: message };
		default:
			return { zh: `符合 schema（${keyword}）`, en: message };
	}
}
