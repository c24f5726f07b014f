import { randomUUID } from 'node:crypto';
import type { Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import { may } from '#lib/access/permissions.ts';
import { notAllowed, notFound, refuse, type NotAllowed, type NotFound, type Refusal } from '#lib/access/refuse.ts';
import { viewLimit, viewNameLimit } from './limits.ts';
import { filterQuery, parseFilter } from './list-filter.ts';

export type SavedView = { readonly id: string; readonly name: string; readonly query: string; readonly mine: boolean; readonly by: string };

/** The actor's own views and those that colleagues share, own first. */
export async function savedViews(db: Kysely<DB>, actor: Actor): Promise<readonly SavedView[]> {
	const rows = await db
		.selectFrom('saved_view as v')
		.innerJoin('app_user as u', 'u.id', 'v.user_id')
		.select(['v.id', 'v.name', 'v.query', 'v.user_id', 'u.display_name as by'])
		.where((eb) => eb.or([eb('v.user_id', '=', actor.id), eb.and([eb('v.shared', '=', true), eb('v.department_id', '=', actor.departmentId)])]))
		.orderBy('v.created_at')
		.execute();
	return rows
		.map(({ user_id, ...row }) => ({ ...row, mine: user_id === actor.id }))
		.sort((a, b) => Number(b.mine) - Number(a.mine));
}

export type ViewRefusal = NotAllowed | NotFound | Refusal<'name-missing'> | Refusal<'name-too-long', { limit: number }> | Refusal<'too-many', { limit: number }>;

/** Keeps a filter under a name; the same name again replaces it. Only what the filter understands is kept. */
export async function saveView(
	db: Kysely<DB>,
	actor: Actor,
	view: { readonly name: string; readonly query: string; readonly shared: boolean }
): Promise<{ readonly ok: true } | ViewRefusal> {
	if (!may(actor, 'warning.see')) return notAllowed;
	const name = view.name.trim();
	if (name === '') return refuse('name-missing');
	if (name.length > viewNameLimit) return refuse('name-too-long', { limit: viewNameLimit });
	return db.transaction().execute(async (trx) => {
		// One at a time for a person: the limit holds.
		await trx.selectFrom('app_user').select('id').where('id', '=', actor.id).forUpdate().execute();
		const own = await trx.selectFrom('saved_view').select('name').where('user_id', '=', actor.id).execute();
		if (own.length >= viewLimit && !own.some((row) => row.name === name)) return refuse('too-many', { limit: viewLimit });
		const values = { query: filterQuery(parseFilter(new URLSearchParams(view.query))), shared: view.shared, department_id: actor.departmentId };
		await trx
			.insertInto('saved_view')
			.values({ id: randomUUID(), user_id: actor.id, name, ...values })
			.onConflict((conflict) => conflict.columns(['user_id', 'name']).doUpdateSet(values))
			.execute();
		return { ok: true as const };
	});
}

/** Drops a view of one's own. */
export async function dropView(db: Kysely<DB>, actor: Actor, id: string): Promise<{ readonly ok: true } | NotFound> {
	const { numDeletedRows } = await db.deleteFrom('saved_view').where('id', '=', id).where('user_id', '=', actor.id).executeTakeFirst();
	return numDeletedRows > 0n ? { ok: true } : notFound;
}
