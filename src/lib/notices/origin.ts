import type { Settings } from '#lib/settings/settings.ts';

/** Where links of letters lead: ORIGIN, else this machine's own address, which is right for a trial on one machine only. */
export function publicOrigin({ origin, host, port }: Pick<Settings, 'origin' | 'host' | 'port'>): string {
	if (origin !== null) return origin;
	const name = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
	return `http://${name.includes(':') ? `[${name}]` : name}:${port}`;
}
