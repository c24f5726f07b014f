import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Handed } from './handing.ts';
import { signedHeaders } from './signature.ts';

/** A receiver takes a message and works on it afterwards. */
const answerMs = 15_000;

export type Post = { readonly id: string; readonly url: string; readonly body: string; readonly at: Date; readonly secrets: readonly string[] };

/**
 * Hands a message to a webhook. Follows no redirect (it could lead off the list of hosts) and keeps nothing of the answer but its status.
 * A failure is always `later`: the id stays, so a receiver that has it already drops it.
 */
export async function postWebhook({ id, url, body, at, secrets }: Post): Promise<Handed> {
	const target = new URL(url);
	const request = target.protocol === 'https:' ? httpsRequest : httpRequest;
	try {
		const status = await new Promise<number>((resolve, reject) => {
			const sending = request(
				target,
				{
					method: 'POST', agent: false, signal: AbortSignal.timeout(answerMs),
					headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body), 'user-agent': 'Qianshao', connection: 'close', ...signedHeaders(id, at, body, secrets) }
				},
				(response) => {
					resolve(response.statusCode ?? 0);
					response.on('error', () => undefined);
					response.destroy();
				}
			);
			sending.on('error', reject);
			sending.end(body);
		});
		if (status >= 200 && status < 300) return { end: 'sent' };
		if (status >= 300 && status < 400) return { end: 'later', problem: 'redirected', detail: String(status) };
		// RFC 9110: it is gone and will not come back.
		return { end: status === 410 ? 'never' : 'later', problem: 'answered', detail: String(status) };
	} catch (error) {
		const code = (error as NodeJS.ErrnoException).code ?? '';
		const timedOut = error instanceof Error && (error.name === 'AbortError' || error.name === 'TimeoutError');
		if (timedOut) return { end: 'later', problem: 'no-answer', detail: `${answerMs / 1_000} s` };
		return { end: 'later', problem: /CERT|SSL|TLS/.test(code) ? 'tls' : 'unreachable', detail: code };
	}
}
