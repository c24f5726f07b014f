import { createHmac } from 'node:crypto';

/** Headers of Standard Webhooks (standardwebhooks.com, 1.0): the id stays on retries, so that receivers drop what they have. */
export function signedHeaders(id: string, at: Date, body: string, secrets: readonly string[]): Readonly<Record<string, string>> {
	const timestamp = String(Math.floor(at.getTime() / 1_000));
	const signature = secrets.map((secret) => `v1,${sign(secret, `${id}.${timestamp}.${body}`)}`).join(' ');
	return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signature };
}

/** @param secret `whsec_` and base64, as the receiver has it. */
function sign(secret: string, text: string): string {
	return createHmac('sha256', Buffer.from(secret.replace(/^whsec_/, ''), 'base64')).update(text).digest('base64');
}
