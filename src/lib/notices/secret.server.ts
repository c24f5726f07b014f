import { createHash, hkdfSync, randomBytes } from 'node:crypto';
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const keyBytes = 32;

/**
 * The secret of a webhook, `whsec_…`: derived from a key that stands in the data directory only, so that neither the database nor its
 * backups hold it. All processes of an instance share that directory.
 */
export async function webhookSecret(dataDir: string, webhookId: string, version: number): Promise<string> {
	const key = await instanceKey(dataDir);
	return `whsec_${Buffer.from(hkdfSync('sha256', key, webhookId, `qianshao webhook ${version}`, 32)).toString('base64')}`;
}

/** Kept in the database: tells whether the key is still the one the receiver's secret was made with. */
export const hashOf = (secret: string): string => createHash('sha256').update(secret).digest('hex');

async function instanceKey(dataDir: string): Promise<Buffer> {
	const folder = join(dataDir, 'notices');
	const path = join(folder, 'webhook.key');
	const found = await readFile(path, 'utf8').catch(() => null);
	if (found !== null) return decode(found, path);
	await mkdir(folder, { recursive: true, mode: 0o700 });
	const own = join(folder, `.webhook.key.${process.pid}.${randomBytes(4).toString('hex')}`);
	try {
		await writeFile(own, `${randomBytes(keyBytes).toString('base64')}\n`, { mode: 0o600, flag: 'wx' });
		// A link appears whole or not at all, and the first of two processes wins.
		await link(own, path).catch((error: NodeJS.ErrnoException) => {
			if (error.code !== 'EEXIST') throw error;
		});
	} finally {
		await rm(own, { force: true });
	}
	return decode(await readFile(path, 'utf8'), path);
}

function decode(text: string, path: string): Buffer {
	const key = Buffer.from(text.trim(), 'base64');
	if (key.length !== keyBytes) throw new Error(`${path} holds no key of ${keyBytes} bytes; put back the one of this instance, or delete it and replace every webhook's secret`);
	return key;
}
