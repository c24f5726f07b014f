import { sql, type Transaction } from 'kysely';
import type { DB } from '#db/types.ts';
import { notify, type NewNotice } from '#lib/notices/notify.server.ts';
import { rememberedAnswerers } from './duty.server.ts';
import type { FeedEntry } from './feed.server.ts';

/** A run about an evening longer past than this, in days, is a replay: its warnings are told by the desk, not one by one. */
const replayDays = 3;

/** More new warnings than this for one person in a run are told as one notice with their number. */
export const bundleAbove = 10;

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

	const raised = told.filter(({ what, warningId }) => what === 'raise' && warnings.get(warningId)!.parent_id === null);
	for (const [departmentId, own] of Map.groupBy(raised, (entry) => entry.departmentId)) {
		await notify(
			trx,
			desks.get(departmentId)!.flatMap((userId): readonly NewNotice[] => {
				const kind = 'raised';
				if (own.length > bundleAbove) {
					const key = `raised|${departmentId}|${asOf}|${own[0]!.warningId}`;
					return [{ userId, kind, objectKind: 'warnings', objectId: 'new', number: null, key, detail: { n: own.length } }];
				}
				return own.map(({ warningId }) => ({
					userId, kind, objectKind: 'warning', objectId: warningId, number: warnings.get(warningId)!.number, key: `raised|${warningId}`
				}));
			})
		);
	}
	await notify(
		trx,
		told
			.filter(({ what }) => what === 'worsen')
			.flatMap(({ warningId, departmentId }) => {
				const { number, version, owner_id: owner } = warnings.get(warningId)!;
				return (owner === null ? desks.get(departmentId)! : [owner]).map((userId): NewNotice => ({
					userId, kind: 'worsened', objectKind: 'warning', objectId: warningId, number, key: `worsened|${warningId}|${version}`
				}));
			})
	);
}
