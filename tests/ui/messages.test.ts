import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const files = readdirSync('messages/zh-CN');
const words = (language: string) =>
	new Map(files.flatMap((file) => Object.entries(JSON.parse(readFileSync(join('messages', language, file), 'utf8')) as Record<string, unknown>)));
const chinese = words('zh-CN');
const english = words('en');
const placeholders = (text: unknown) => [...new Set([...JSON.stringify(text).matchAll(/\{(\w+)\}/g)].map((match) => match[1]!))].sort();

it('says everything in both languages, with the same figures in it', () => {
	expect(readdirSync('messages/en')).toEqual(files);
	expect([...english.keys()].sort()).toEqual([...chinese.keys()].sort());
	expect([...chinese].filter(([key, text]) => placeholders(text).join() !== placeholders(english.get(key)).join()).map(([key]) => key)).toEqual([]);
});

it('keeps no words that nobody says', () => {
	const sources = ['src', 'jobs', 'db']
		.flatMap((folder) => readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((file) => join(folder, file)))
		.filter((file) => /\.(ts|svelte)$/.test(file) && !file.startsWith(join('src', 'lib', 'messages')))
		.map((file) => readFileSync(file, 'utf8'));
	const said = new Set(sources.flatMap((text) => text.match(/\w+/g) ?? []));
	expect(chinese.size).toBeGreaterThan(1000);
	expect([...chinese.keys()].filter((key) => !key.startsWith('$') && !said.has(key))).toEqual([]);
});
