import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { join } from 'node:path';
import { instanceKey } from '#lib/access/instance-key.server.ts';
import { readToken, signatureBytes, signatureOf, writeToken, type TokenParts } from './token.ts';

const screenKey = (dataDir: string): Promise<Buffer> => instanceKey(join(dataDir, 'wall'), 'screen.key', "every screen's token");

function sign(key: Buffer, id: string, version: number): string {
	return signatureOf(createHmac('sha256', key).update(`qianshao wall 1|${id}|${version}`).digest().subarray(0, signatureBytes));
}

/** The token of a screen: whoever holds it sees what the screen sees, until it is revoked or replaced. */
export async function makeToken(dataDir: string, id: string, version: number): Promise<string> {
	return writeToken({ id, version, signature: sign(await screenKey(dataDir), id, version) });
}

/** Reads a token that this instance has signed; null for every other text, found out in the same time whatever is wrong with it. */
export async function genuineToken(dataDir: string, typed: string): Promise<TokenParts | null> {
	const parts = readToken(typed);
	const expected = sign(await screenKey(dataDir), parts?.id ?? '', parts?.version ?? 0);
	const isGenuine = timingSafeEqual(Buffer.from(expected), Buffer.from(parts?.signature ?? '?'.repeat(expected.length)));
	return isGenuine ? parts : null;
}

/** Kept in the database: tells whether the key is still the one that the screen's token was signed with. */
export const tokenHash = (token: string): string => createHash('sha256').update(token).digest('hex');
