import { sql, type Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import { check, may } from '#lib/access/permissions.ts';
import { notAllowed, notFound, type Refusal } from '#lib/access/refuse.ts';
import { aboutIndicator } from '#lib/indicators/manage.server.ts';
import type { PreviewMonths } from './evenings.ts';
import type { PreviewResult } from './result.ts';

/** A preview that somebody asked for, and how far it is. */
export type PreviewRequest = {
	readonly id: number;
	readonly version: number;
	readonly months: PreviewMonths;
	readonly state: 'waiting' | 'running' | 'done' | 'failed' | 'cancelled';
	/** 0 to 1; null before the worker has said so. */
	readonly progress: number | null;
	readonly error: string | null;
	readonly result: PreviewResult | null;
};

/** Stands for the error of a request that the person who made it does not want any more. */
const cancelled = 'cancelled';

async function refused(db: Kysely<DB>, actor: Actor, indicatorId: string): Promise<Refusal | null> {
	if (!may(actor, 'indicator.preview')) return notAllowed;
	const about = await aboutIndicator(db, indicatorId);
	return about === null ? notFound : check(actor, 'indicator.preview', about);
}

/** Asks the worker what a definition would have raised; the answer stands in the request. */
export async function requestPreview(
	db: Kysely<DB>, actor: Actor, indicatorId: string, version: number, months: PreviewMonths
): Promise<{ readonly ok: true; readonly request: number } | Refusal> {
	const refusal = await refused(db, actor, indicatorId);
	if (refusal) return refusal;
	const known = await db
		.selectFrom('indicator_version').select('version').where('indicator_id', '=', indicatorId).where('version', '=', version).executeTakeFirst();
	if (known === undefined) return notFound;
	const row = await db
		.insertInto('job_request')
		.values({ job: 'preview-indicator', payload: JSON.stringify({ indicatorId, version, months }), requested_by: actor.id })
		.returning('id')
		.executeTakeFirstOrThrow();
	return { ok: true, request: row.id };
}

/** Calls one's own preview off; the worker stops at its next sign of life. One that is done already is left alone. */
export async function cancelPreview(db: Kysely<DB>, actor: Actor, indicatorId: string): Promise<{ readonly ok: true } | Refusal> {
	const refusal = await refused(db, actor, indicatorId);
	if (refusal) return refusal;
	await db
		.updateTable('job_request')
		.set({ state: 'failed', error: cancelled, finished_at: sql<Date>`clock_timestamp()` })
		.where('job', '=', 'preview-indicator')
		.where('requested_by', '=', actor.id)
		.where('state', 'in', ['waiting', 'running'])
		.where(sql<boolean>`payload ->> 'indicatorId' = ${indicatorId}`)
		.execute();
	return { ok: true };
}

/** The newest preview that a person asked for; null when there is none. */
export async function newestPreview(db: Kysely<DB>, actor: Actor, indicatorId: string): Promise<PreviewRequest | null> {
	const row = await db
		.selectFrom('job_request')
		.select(['id', 'state', 'progress', 'error', 'result', sql<number>`(payload ->> 'version')::int`.as('version'), sql<number>`(payload ->> 'months')::int`.as('months')])
		.where('job', '=', 'preview-indicator')
		.where('requested_by', '=', actor.id)
		.where(sql<boolean>`payload ->> 'indicatorId' = ${indicatorId}`)
		.orderBy('id', 'desc')
		.executeTakeFirst();
	if (row === undefined) return null;
	const { state, error, result } = row;
	return {
		...row, months: row.months as PreviewMonths, state: error === cancelled ? 'cancelled' : (state as PreviewRequest['state']),
		// A result of an earlier release says other things.
		result: result !== null && typeof result === 'object' && 'steps' in result ? (result as unknown as PreviewResult) : null
	};
}
