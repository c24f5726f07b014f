import type { RequestEvent } from '@sveltejs/kit';
import { authorise, noteRefusal, type TokenActor, type TokenRefusal } from '#lib/access/tokens.server.ts';
import type { TokenScope } from '#lib/access/tokens.ts';
import { problem } from './problems.ts';

/** The system that asks, or the answer that refuses it. */
export async function enter(event: Pick<RequestEvent, 'locals' | 'request'>, scope: TokenScope | null): Promise<TokenActor | Response> {
	const { db, address, requestId } = event.locals;
	const outcome = await authorise(db, event.request.headers.get('authorization'), scope, address);
	return outcome.ok ? outcome.token : refusedToken(outcome, requestId, scope);
}

function refusedToken({ reason }: TokenRefusal, requestId: string, scope: TokenScope | null): Response {
	return problem(reason, requestId, scope === null ? {} : { members: { scope } });
}

/** Refuses a token that is good, but not for this, and counts it. */
export async function withoutScope({ locals }: Pick<RequestEvent, 'locals'>, token: TokenActor, scope: TokenScope): Promise<Response> {
	await noteRefusal(locals.db, token.id, 'scope-missing');
	return problem('scope-missing', locals.requestId, { members: { scope } });
}
