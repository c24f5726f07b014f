import { sql, type Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import { audit } from '#lib/access/audit.server.ts';
import { check, may } from '#lib/access/permissions.ts';
import { notFound, refuse, type Refusal } from '#lib/access/refuse.ts';
import { inScope, scopeOf } from '#lib/access/scope.ts';
import { regionWithin } from '#lib/access/scope.server.ts';
import type { CoverageExplanation } from './notices.server.ts';

export type CoverageNotice = {
	readonly id: string;
	readonly sourceId: string;
	readonly sourceName: string;
	/** The department that owns the source, and whether it is the reader's: theirs is the notice. */
	readonly owner: string;
	readonly own: boolean;
	readonly kind: string;
	readonly regionCode: string;
	readonly changeOn: string;
	readonly detectedOn: string;
	readonly factor: number;
	readonly what: 'level' | 'bulk';
	readonly regionsChanged: number;
	readonly regionsJudged: number;
	readonly explanation: CoverageExplanation;
	readonly state: 'open' | 'confirmed' | 'dismissed';
	readonly decidedBy: string | null;
	readonly decidedAt: Date | null;
	readonly note: string | null;
	readonly anchorOn: string | null;
};

/** Notices of changed coverage in the actor's jurisdiction, open ones first, then the newest. */
export async function listCoverage(db: Kysely<DB>, actor: Actor): Promise<CoverageNotice[]> {
	if (!may(actor, 'indicator.see')) return [];
	const rows = await db
		.selectFrom('coverage_notice as n')
		.innerJoin('source as s', 's.id', 'n.source_id')
		.innerJoin('department as d', 'd.id', 's.owner_department_id')
		.leftJoin('app_user as u', 'u.id', 'n.decided_by')
		.leftJoin('coverage_anchor as a', 'a.notice_id', 'n.id')
		.select([
			'n.id', 'n.source_id as sourceId', 's.name as sourceName', 'n.kind', 'n.region_code as regionCode', 'n.change_on as changeOn',
			'n.detected_on as detectedOn', 'n.factor', 'n.what', 'n.regions_changed as regionsChanged', 'n.regions_judged as regionsJudged',
			'n.explanation', 'n.state', 'u.display_name as decidedBy', 'n.decided_at as decidedAt', 'n.note', 'a.anchor_on as anchorOn', 'd.name as owner'
		])
		.select(sql<boolean>`s.owner_department_id = ${actor.departmentId}`.as('own'))
		.where(regionWithin(scopeOf(actor).regionPrefix, 'n.region_code'))
		.orderBy(sql`n.state = 'open'`, 'desc')
		.orderBy(sql`n.state = 'open' and s.owner_department_id = ${actor.departmentId}`, 'desc')
		.orderBy('n.change_on', 'desc')
		.orderBy('n.id')
		.limit(200)
		.execute();
	return rows as unknown as CoverageNotice[];
}

export type CoverageDecision = { readonly note: string; /** First day of the new baseline; default: the day of the change. */ readonly anchorOn?: string };

/**
 * Says that the source changed and not the market: baselines of its series start anew on the anchor day, held series are judged again
 * as soon as there are enough weeks.
 */
export async function confirmCoverage(
	db: Kysely<DB>,
	actor: Actor,
	noticeId: string,
	decision: CoverageDecision
): Promise<{ readonly ok: true } | Refusal> {
	return decide(db, actor, noticeId, 'confirmed', decision);
}

/** Says that the source is as it was: the change was real, series go on against their old baseline. */
export async function dismissCoverage(
	db: Kysely<DB>,
	actor: Actor,
	noticeId: string,
	decision: Omit<CoverageDecision, 'anchorOn'>
): Promise<{ readonly ok: true } | Refusal> {
	return decide(db, actor, noticeId, 'dismissed', decision);
}

async function decide(
	db: Kysely<DB>,
	actor: Actor,
	noticeId: string,
	state: 'confirmed' | 'dismissed',
	decision: CoverageDecision
): Promise<{ readonly ok: true } | Refusal> {
	const refusal = check(actor, 'coverage.confirm');
	if (refusal) return refusal;
	if (decision.note.trim() === '') return refuse('note-missing');
	return db.transaction().execute(async (trx) => {
		const notice = await trx.selectFrom('coverage_notice').selectAll().where('id', '=', noticeId).forUpdate().executeTakeFirst();
		if (!notice || !inScope(scopeOf(actor), notice.region_code)) return notFound;
		if (notice.state !== 'open') return refuse('already-decided', { state: notice.state });
		const anchorOn = decision.anchorOn ?? notice.change_on;
		if (!/^\d{4}-\d\d-\d\d$/.test(anchorOn) || Number.isNaN(Date.parse(anchorOn)) || anchorOn > notice.detected_on) {
			return refuse('anchor-invalid', { latest: notice.detected_on });
		}
		await trx
			.updateTable('coverage_notice')
			.set({ state, decided_by: actor.id, decided_at: sql<Date>`clock_timestamp()`, note: decision.note.trim() })
			.where('id', '=', noticeId)
			.execute();
		// A day that did happen is judged again; it was kept out on its own evening and after.
		if (notice.what === 'bulk' && state === 'dismissed') await waitToBeJudged(trx, notice);
		if (notice.what === 'level' && state === 'confirmed') {
			await trx
				.insertInto('coverage_anchor')
				.values({
					source_id: notice.source_id, kind: notice.kind, region_code: notice.region_code, anchor_on: anchorOn,
					notice_id: noticeId, confirmed_by: actor.id
				})
				.onConflict((conflict) => conflict.columns(['source_id', 'kind', 'region_code', 'anchor_on']).doNothing())
				.execute();
		}
		await audit(trx, actor, {
			action: state === 'confirmed' ? 'coverage.confirm' : 'coverage.dismiss',
			objectKind: 'coverage-notice', objectId: noticeId,
			detail: { source: notice.source_id, kind: notice.kind, changeOn: notice.change_on, ...(state === 'confirmed' ? { anchorOn } : {}) }
		});
		return { ok: true } as const;
	});
}

async function waitToBeJudged(trx: Kysely<DB>, notice: { readonly source_id: string; readonly kind: string; readonly change_on: string; readonly explanation: unknown }): Promise<void> {
	const { cities } = notice.explanation as CoverageExplanation;
	await trx
		.insertInto('held_evening')
		.values(cities.map(({ code }) => ({
			region_code: code, kind: notice.kind, as_of: notice.change_on, reason: 'changed-coverage', source_id: notice.source_id, since: notice.change_on
		})))
		.onConflict((conflict) => conflict.columns(['region_code', 'kind', 'as_of']).doUpdateSet({ scored_on: null }))
		.execute();
}
