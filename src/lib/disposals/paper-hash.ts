import { createHash } from 'node:crypto';
import { canonicalJson } from '#lib/access/audit-chain.ts';
import type { Paper } from './paper.ts';

/** SHA-256 (hex) of what was issued: shows that it is still word for word the same. Apart from the paper, which browsers show as well. */
export function paperHash(paper: Paper): string {
	return createHash('sha256').update(canonicalJson(paper)).digest('hex');
}
