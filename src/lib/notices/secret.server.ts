import { createHash, hkdfSync } from 'node:crypto';
import { join } from 'node:path';
import { instanceKey } from '#lib/access/instance-key.server.ts';

/** The secret of a webhook, `whsec_…`: derived from a key that stands in the data directory only. */
export async function webhookSecret(dataDir: string, webhookId: string, version: number): Promise<string> {
	const key = await instanceKey(join(dataDir, 'notices'), 'webhook.key', "every webhook's secret");
	return `whsec_${Buffer.from(hkdfSync('sha256', key, webhookId, `qianshao webhook ${version}`, 32)).toString('base64')}`;
}

/** Kept in the database: tells whether the key is still the one the receiver's secret was made with. */
export const hashOf = (secret: string): string => createHash('sha256').update(secret).digest('hex');
