import type { Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Actor, Scope } from '#lib/access/actor.ts';

declare global {
	namespace App {
		interface Locals {
			readonly db: Kysely<DB>;
			/** Null only on pages that answer without a session. */
			actor: Actor | null;
			/** Null exactly when `actor` is. */
			scope: Scope | null;
			readonly requestId: string;
		}
		interface Error {
			message: string;
			requestId?: string;
		}
	}
}

export {};
