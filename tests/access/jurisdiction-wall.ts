import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Kysely } from 'kysely';
import type { DB } from '#db/types.ts';

/** The list of screens reads the key of their tokens: not that of an instance that happens to be here. */
const dataDir = mkdtempSync(join(tmpdir(), 'qianshao-jurisdiction-'));
process.env['DATA_DIR'] = dataDir;
process.on('exit', () => rmSync(dataDir, { recursive: true, force: true }));

/** A wall screen of each place. */
export async function writeWall(db: Kysely<DB>, code: string, mark: string): Promise<void> {
	await db
		.insertInto('wall_screen')
		.values({
			id: `screen-${mark}`, name: `大屏${mark}`, region_code: code, seconds: 20, views: ['warnings', 'work'], token_hash: mark, token_made_by: `user-secadmin-${mark}`,
			created_by: `user-secadmin-${mark}`, last_seen_address: mark
		})
		.execute();
}
