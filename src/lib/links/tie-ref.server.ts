import { createHash } from 'node:crypto';

/** Names a shared thing on a page without saying it: keys of persons hold names. */
export function tieRef(kind: string, key: string): string {
	return createHash('sha256').update(`qianshao tie ${kind} ${key}`).digest('base64url').slice(0, 16);
}
