import { sql, type Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import { audit } from '#lib/access/audit.server.ts';
import { notAllowed, refuse, type NotAllowed, type Refusal } from '#lib/access/refuse.ts';
import { regionWithin } from '#lib/access/scope.server.ts';
import type { TokenActor } from '#lib/access/tokens.server.ts';
import { reportScope } from '#lib/access/tokens.ts';

/** Rows of one answer. */
export const statusPage = 500;

/** How far our work on a platform's warning has come: nothing of other warnings, nobody's name, no class, no indicator. */
export type OutsideStatus = {
	readonly id: string;
	readonly source: string;
	readonly number: string;
	readonly work: string;
	readonly raisedAt: Date;
	readonly acknowledgedAt: Date | null;
	readonly disposedAt: Date | null;
	readonly closedAt: Date | null;
	readonly closeReason: string | null;
};

/**
 * The platform's warnings that changed after a cursor, each once with its state as it is now, in the order of their newest change. A
 * change takes its number under the feed's lock, which is held until the commit: whoever reads on from the last cursor misses none.
 *
 * @param after cursor of the row read last; 0 from the beginning.
 */
export async function outsideStatus(
	db: Kysely<DB>, token: TokenActor, after: number
): Promise<{ readonly ok: true; readonly rows: readonly OutsideStatus[]; readonly next: number; readonly more: boolean } | NotAllowed | Refusal<'beyond-head', { readonly head: number }>> {
	if (!token.scopes.includes(reportScope)) return notAllowed;
	const { rows } = await sql<OutsideStatus & { fed: number }>`
		select o.fed, o.outside_id as id, s.name as source, w.number, w.work, w.raised_at as "raisedAt", w.acknowledged_at as "acknowledgedAt",
			w.disposed_at as "disposedAt", w.closed_at as "closedAt", w.close_reason as "closeReason"
		from outside_status o join warning w on w.id = o.warning_id join source s on s.id = o.source_id
		where o.source_id = any(${[...token.sourceIds]}) and o.fed > ${after} and ${regionWithin(token.regionPrefix, 'w.region_code')}
		order by o.fed limit ${statusPage + 1}
	`.execute(db);
	if (rows.length === 0 && after > 0) {
		// The cursor of another platform: from there changes would be missed without a word.
		const head = await headOf(db, token);
		if (after > head) return refuse('beyond-head', { head });
	}
	const shown = rows.slice(0, statusPage);
	const next = shown.at(-1)?.fed ?? after;
	// A platform that looks in vain every minute is no news.
	if (shown.length > 0) {
		await audit(db, token, { action: 'outside.take', objectKind: 'outward', objectId: 'outside-status', detail: { rows: shown.length, after, next } });
	}
	return { ok: true, rows: shown.map(({ fed: _, ...row }) => row), next, more: rows.length > statusPage };
}

async function headOf(db: Kysely<DB>, token: TokenActor): Promise<number> {
	const { rows } = await sql<{ head: number }>`
		select coalesce(max(fed), 0)::bigint as head from outside_status where source_id = any(${[...token.sourceIds]})
	`.execute(db);
	return rows[0]!.head;
}
