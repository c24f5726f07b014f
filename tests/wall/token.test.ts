import { mkdtempSync, rmSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { genuineToken, makeToken } from '#lib/wall/token.server.ts';
import { idBytes, idOf, readToken, writeToken } from '#lib/wall/token.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'qianshao-wall-'));
afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

const ids = fc.uint8Array({ minLength: idBytes, maxLength: idBytes }).map(idOf);
const versions = fc.integer({ min: 1, max: 1023 });

describe('a screen token', () => {
	it('says which screen and which of its tokens it is, and is known again as ours', async () => {
		await fc.assert(
			fc.asyncProperty(ids, versions, async (id, version) => {
				const token = await makeToken(dataDir, id, version);
				expect(token).toMatch(/^([0-9A-HJKMNP-TV-Z]{4}-){6}[0-9A-HJKMNP-TV-Z]{4}$/);
				expect(await genuineToken(dataDir, token)).toMatchObject({ id, version });
			}),
			{ numRuns: 50 }
		);
	});

	it('may be typed in small letters, without dashes, with blanks, and with O, I and L for what looks like them', async () => {
		const token = await makeToken(dataDir, '0110AB', 1);
		const parts = readToken(token);
		for (const typed of [token.toLowerCase(), token.replaceAll('-', ''), ` ${token.replaceAll('-', ' ')} `, token.replaceAll('0', 'O').replaceAll('1', 'l'), token.replaceAll('1', 'I')]) {
			expect(readToken(typed)).toEqual(parts);
		}
	});

	it('is none of ours as soon as one character is another', async () => {
		const token = (await makeToken(dataDir, 'K7QD2M', 3)).replaceAll('-', '');
		await fc.assert(
			fc.asyncProperty(fc.integer({ min: 0, max: 27 }), fc.constantFrom(...'0123456789ABCDEFGHJKMNPQRSTVWXYZ'), async (at, sign) => {
				fc.pre(token[at] !== sign);
				expect(await genuineToken(dataDir, token.slice(0, at) + sign + token.slice(at + 1))).toBeNull();
			}),
			{ numRuns: 100 }
		);
	});

	it.each(['', '-', 'K7QD', 'ü'.repeat(28), '?'.repeat(28), '!'.repeat(20), 'A'.repeat(29), '0'.repeat(28)])('is none of ours: "%s"', async (typed) => {
		expect(await genuineToken(dataDir, typed)).toBeNull();
	});

	it('is nothing to an instance with another key', async () => {
		const token = await makeToken(dataDir, 'K7QD2M', 1);
		await rm(join(dataDir, 'wall', 'screen.key'));
		expect(await genuineToken(dataDir, token)).toBeNull();
	});

	it('is written as it is read', () => {
		fc.assert(
			fc.property(ids, versions, (id, version) => {
				const parts = { id, version, signature: '0'.repeat(20) };
				expect(readToken(writeToken(parts))).toEqual(parts);
			})
		);
	});
});
