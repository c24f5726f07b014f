import type { Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import { usccOf } from '../intake/support.ts';

/** Enterprises of two counties of one city and one of another, i from 0: 320412, 320402, 320505 in turn. */
export async function seedEnterprises(db: Kysely<DB>, count: number): Promise<readonly string[]> {
	const counties = ['320412', '320402', '320505'];
	const rows = Array.from({ length: count }, (_, i) => ({
		uscc: usccOf(i, counties[i % 3]!), name: `示例${i}有限公司`, region_code: counties[i % 3]!, region_basis: 'given', industry_key: i % 4 === 0 ? '-' : 'H62', stated_at: new Date()
	}));
	await db.insertInto('enterprise').values(rows).execute();
	return rows.map((row) => row.uscc);
}

/** One class of one month; `version` above 1 corrects. */
export const classRow = (uscc: string, month: string, letter: string, version = 1) => ({
	uscc, month: `${month}-01`, class: letter, version, source_id: 'province', received_at: new Date('2026-10-02T01:00:00Z')
});
