import type { Settings } from '#lib/settings/settings.ts';

const patienceMs = 180_000;
const pauseMs = 200;

/** `http://127.0.0.1:3000`; an address that means "all" is asked on loopback. */
export function localAddress({ host, port }: Pick<Settings, 'host' | 'port'>): string {
	const name = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host;
	return `http://${name.includes(':') ? `[${name}]` : name}:${port}`;
}

/** Settles once /readyz answers 200. */
export async function waitUntilReady(settings: Pick<Settings, 'host' | 'port'>): Promise<void> {
	const end = Date.now() + patienceMs;
	let last = 'no answer';
	while (Date.now() < end) {
		try {
			const response = await fetch(`${localAddress(settings)}/readyz`, { signal: AbortSignal.timeout(10_000) });
			if (response.ok) return;
			last = `${response.status} ${await response.text()}`;
		} catch {
			// Not listening yet.
		}
		await new Promise((resolve) => setTimeout(resolve, pauseMs));
	}
	throw new Error(`/readyz did not answer 200 within ${patienceMs / 1000} s: ${last}`);
}
