import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openapi } from '#lib/api/openapi.ts';
import { problemCodes } from '#lib/api/problems.ts';
import { fields, fieldsOf, kindNames, kinds, type KindFacts } from '#lib/intake/kinds/kinds.ts';

const defined: KindFacts = {
	name: 'utility-anomalies', stored: 'utility-anomaly', effect: 'event', required: ['uscc', 'occurredOn', 'usage'], optional: ['item'],
	defined: { label: '水电气异常', labelEn: 'Utility anomaly', retired: false, fields: { usage: { type: 'number', headers: ['用量'], labelEn: 'Usage' } } }
};
const all = [...kindNames.map((name) => kinds[name]), defined];

type Node = { readonly [key: string]: unknown };
const document = openapi(all) as Node;
const paths = document['paths'] as Record<string, Record<string, Node>>;
const schemas = (document['components'] as { schemas: Record<string, Node> }).schemas;

function walk(node: unknown, visit: (node: Node, path: string) => void, path = '#'): void {
	if (typeof node !== 'object' || node === null) return;
	if (!Array.isArray(node)) visit(node as Node, path);
	for (const [key, value] of Object.entries(node)) walk(value, visit, `${path}/${key}`);
}

/** Routes below /api/v1 as OpenAPI writes them, with the methods they export. */
const folder = join(import.meta.dirname, '../../src/routes/api/v1');
const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('+server.ts') && !file.includes('[...'));

describe('the description of the interface', () => {
	it('has a path for every route, with the methods that it answers, and no other', async () => {
		const routes = await Promise.all(files.map(async (file) => {
			const path = `/api/v1/${file.replace(/\/\+server\.ts$/, '').replaceAll(/\[([^\]]+)\]/g, '{$1}')}`;
			const methods = Object.keys((await import(join(folder, file))) as object).filter((name) => /^[A-Z]+$/.test(name));
			return [path, methods.map((method) => method.toLowerCase()).sort()] as const;
		}));
		expect(Object.fromEntries(Object.entries(paths).map(([path, item]) => [path, Object.keys(item).sort()]))).toEqual(Object.fromEntries(routes));
	});

	it('says of every operation what it is called, what it answers, and which parameters its path has', () => {
		const ids: unknown[] = [];
		for (const [path, item] of Object.entries(paths)) {
			for (const operation of Object.values(item)) {
				ids.push(operation['operationId']);
				expect(typeof operation['summary']).toBe('string');
				const parameters = (operation['parameters'] ?? []) as readonly { in: string; name: string; required: boolean }[];
				const inPath = parameters.filter((one) => one.in === 'path');
				expect(inPath.map(({ name }) => name)).toEqual([...path.matchAll(/\{([^}]+)\}/g)].map(([, name]) => name));
				for (const { required } of inPath) expect(required).toBe(true);
				const responses = operation['responses'] as Record<string, Node>;
				expect(Object.keys(responses)).toContain('200');
				for (const [status, response] of Object.entries(responses)) {
					expect(status).toMatch(/^[1-5]\d\d$/);
					expect((response['description'] as string).length).toBeGreaterThan(0);
				}
			}
		}
		expect(new Set(ids).size).toBe(ids.length);
	});

	it('refers to nothing that it does not hold, and every schema is one', () => {
		const types = ['string', 'number', 'integer', 'boolean', 'array', 'object', 'null'];
		walk(document, (node, path) => {
			if (typeof node['$ref'] === 'string') expect(schemas, path).toHaveProperty([node['$ref'].replace('#/components/schemas/', '')]);
		});
		walk(schemas, (node, path) => {
			if (path.endsWith('/properties')) return;
			for (const type of [node['type']].flat()) if (type !== undefined) expect(types, path).toContain(type);
			if (node['type'] === 'array') expect(node, path).toHaveProperty('items');
			for (const name of (node['required'] ?? []) as string[]) expect(node['properties'], path).toHaveProperty([name]);
		});
	});

	it('has the rows of every kind with exactly its fields, also of one that an administrator defined', () => {
		for (const kind of all) {
			const row = schemas[`row.${kind.name}`]!;
			expect(Object.keys(row['properties'] as object)).toEqual([...fieldsOf(kind)]);
			expect(row['required']).toEqual([...kind.required]);
		}
		expect(schemas['row.utility-anomalies']).toMatchObject({ properties: { usage: { description: '用量 / Usage', type: expect.arrayContaining(['number']) as unknown } } });
		expect(Object.keys(fields).length).toBeGreaterThan(30);
	});

	it('is in both languages, and knows every refusal', () => {
		const named = JSON.stringify(schemas['Problem']);
		for (const code of problemCodes) expect(named).toContain(`"${code}"`);
		walk(document, (node, path) => {
			const description = node['summary'] ?? (path.endsWith('/info') ? node['description'] : undefined);
			if (typeof description === 'string') expect(description, path).toMatch(/[\u4e00-\u9fff].* \/ [A-Z]/s);
		});
	});
});
