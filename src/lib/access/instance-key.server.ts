import { randomBytes } from 'node:crypto';
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const keyBytes = 32;

/**
 * A key that stands in the data directory only, so that neither the database nor its backups hold it; made where there is none. All
 * processes of an instance share that directory.
 *
 * @param remedy what has to be made anew when the file is lost, for the message about a spoilt one.
 */
export async function instanceKey(folder: string, file: string, remedy: string): Promise<Buffer> {
	const path = join(folder, file);
	const found = await readFile(path, 'utf8').catch(() => null);
	if (found !== null) return decode(found, path, remedy);
	await mkdir(folder, { recursive: true, mode: 0o700 });
	const own = join(folder, `.${file}.${process.pid}.${randomBytes(4).toString('hex')}`);
	try {
		await writeFile(own, `${randomBytes(keyBytes).toString('base64')}\n`, { mode: 0o600, flag: 'wx' });
		// A link appears whole or not at all, and the first of two processes wins.
		await link(own, path).catch((error: NodeJS.ErrnoException) => {
			if (error.code !== 'EEXIST') throw error;
		});
	} finally {
		await rm(own, { force: true });
	}
	return decode(await readFile(path, 'utf8'), path, remedy);
}

function decode(text: string, path: string, remedy: string): Buffer {
	const key = Buffer.from(text.trim(), 'base64');
	if (key.length !== keyBytes) throw new Error(`${path} holds no key of ${keyBytes} bytes; put back the one of this instance, or delete it and replace ${remedy}`);
	return key;
}
