import { sql, type Transaction } from 'kysely';
import type { DB } from '#db/types.ts';
import { notify } from '#lib/notices/notify.server.ts';
import { bundled, doorOfOwner, type DeskNotice } from './bundled-notices.ts';
import { rememberedAnswerers } from './duty.server.ts';
import type { FeedEntry } from './feed.server.ts';

/** A run about an evening longer past than this, in days, is a replay: its warnings are told by the desk, not one by one. */
const replayDays = 3;

/** Tells whoever answers for a desk of its new warnings, and owners of those that got worse. */
export async function tellOfRun(trx: Transaction<DB>, asOf: string, news: readonly FeedEntry[]): Promise<void> {
	const { rows } = await sql<{ today: string; recent: boolean }>`
		select (now() at time zone 'Asia/Shanghai')::date::text as today,
			(now() at time zone 'Asia/Shanghai')::date - ${asOf}::date <= ${replayDays} as recent
	`.execute(trx);
	const { today, recent } = rows[0]!;
	if (!recent) return;
	const told = news.filter(({ what }) => what === 'raise' || what === 'worsen');
	if (told.length === 0) return;
	const warnings = new Map(
		(
			await trx
				.selectFrom('warning').select(['id', 'number', 'version', 'owner_id', 'parent_id'])
				.where(sql<boolean>`id = any(${told.map((entry) => entry.warningId)})`).execute()
		).map((row) => [row.id, row])
	);
	const answering = rememberedAnswerers(trx, today);
	const desks = new Map<string, readonly string[]>();
	for (const { departmentId } of told) desks.set(departmentId, await answering(departmentId));

	const notices = told.flatMap(({ what, warningId, departmentId }): readonly DeskNotice[] => {
		const { number, version, owner_id: owner, parent_id: parent } = warnings.get(warningId)!;
		const about = { objectKind: 'warning', objectId: warningId, number } as const;
		if (what === 'raise') {
			// What waits under a wider one is told with that one.
			return parent !== null ? [] : desks.get(departmentId)!.map((userId) => ({ userId, kind: 'raised', ...about, key: `raised|${warningId}`, door: 'new' }));
		}
		return (owner === null ? desks.get(departmentId)! : [owner]).map((userId) => ({
			userId, kind: 'worsened', ...about, key: `worsened|${warningId}|${version}`, door: doorOfOwner(owner)
		}));
	});
	await notify(trx, bundled(notices));
}
