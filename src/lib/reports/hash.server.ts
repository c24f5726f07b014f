import { createHash } from 'node:crypto';
import type { Kysely, Selectable } from 'kysely';
import type { DB, Report } from '#db/types.ts';
import { canonicalJson } from '#lib/access/audit-chain.ts';
import { chartsOf, type Content } from './content.ts';
import { contentOf } from './lock.server.ts';

type Hashed = Pick<Selectable<Report>, 'kind' | 'period_key' | 'edition' | 'region_code' | 'department_id' | 'number' | 'agency' | 'issued_on' | 'content'>;

/** SHA-256 (hex) of everything a paper says: number, date, agency, words, figures, tables, and its pictures by their own hashes. */
export function reportHash({ kind, period_key, edition, region_code, department_id, number, agency, issued_on, content }: Hashed): string {
	return createHash('sha256').update(canonicalJson({ kind, period_key, edition, region_code, department_id, number, agency, issued_on, content })).digest('hex');
}

/** A report's pictures by their hash. */
export async function picturesOf(db: Kysely<DB>, id: string): Promise<ReadonlyMap<string, Uint8Array>> {
	const rows = await db.selectFrom('report_picture').select(['hash', 'bytes']).where('report_id', '=', id).execute();
	return new Map(rows.map(({ hash, bytes }) => [hash, new Uint8Array(bytes)]));
}

/** Whether an issued report is still, to the letter and the pixel, what was issued. */
export function isIntact(row: Hashed & Pick<Selectable<Report>, 'paper_hash'>, pictures: ReadonlyMap<string, Uint8Array>): boolean {
	return reportHash(row) === row.paper_hash && picturesIntact(contentOf(row), pictures);
}

function picturesIntact(content: Content, pictures: ReadonlyMap<string, Uint8Array>): boolean {
	return chartsOf(content).every(({ picture }) => {
		if (picture === null) return true;
		const bytes = pictures.get(picture.hash);
		return bytes !== undefined && createHash('sha256').update(bytes).digest('hex') === picture.hash;
	});
}
