import { readiness } from '#lib/settings/readiness.server.ts';
import type { RequestHandler } from './$types';

/** The migrations this program was built with; only their names are used, none is loaded. */
const migrations = Object.keys(import.meta.glob('/db/migrations/*.ts')).map((path) => path.replace(/^.*\/|\.ts$/g, ''));

/** 200 once the database can be reached and is migrated, else 503 with the reason. */
export const GET: RequestHandler = async ({ locals }) => {
	const state = await readiness(locals.db, migrations);
	const text = state.ready ? 'ready' : state.reason === 'not-migrated' ? `not migrated: ${state.missing.join(' ')}` : 'database away';
	return new Response(`${text}\n`, { status: state.ready ? 200 : 503, headers: { 'cache-control': 'no-store' } });
};
