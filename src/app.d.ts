import type { Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Actor, Scope } from '#lib/access/actor.ts';
import type { MatrixOrder, Position } from '#lib/ui/charts/matrix.ts';

declare global {
	namespace App {
		interface Locals {
			readonly db: Kysely<DB>;
			/** Null only on pages that answer without a session. */
			readonly actor: Actor | null;
			/** Null exactly when `actor` is. */
			readonly scope: Scope | null;
			/** The database's time at the start of the request; the host's where nobody is signed in. */
			readonly now: Date;
			readonly requestId: string;
			/** Where the request came from. */
			readonly address: string;
			/** Set by the error handler when the database could not be reached. */
			databaseDown?: boolean;
		}
		interface Error {
			message: string;
			requestId?: string;
		}
		/** What an entry of the browser's history remembers of its page. */
		interface PageState {
			/** The cell of a matrix that was opened by keyboard, and the order it was found in. */
			readonly matrix?: { readonly order: MatrixOrder; readonly cursor: Position };
		}
	}
}

export {};
