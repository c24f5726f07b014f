import type { Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import { actorOf } from '#lib/access/sessions.server.ts';

/** One of the demo accounts as the verbs know it. */
export async function demoActor(db: Kysely<DB>, name: string): Promise<Actor> {
	const account = await db.selectFrom('app_user').selectAll().where('id', '=', `demo-${name}`).executeTakeFirstOrThrow();
	const actor = actorOf(account, null);
	if (actor === null) throw new Error(`the demo account ${name} has no role`);
	return actor;
}
