import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryPassword } from '#lib/access/passwords.server.ts';
import type { Settings } from '#lib/settings/settings.ts';

/** The demo accounts' password: DEMO_PASSWORD, else one generated once and kept in the data folder to be shown again. */
export async function demoPassword(settings: Settings): Promise<{ readonly text: string; readonly given: boolean }> {
	if (settings.demoPassword !== null) return { text: settings.demoPassword, given: true };
	const file = join(settings.dataDir, 'demo-password');
	const kept = (await readFile(file, 'utf8').catch(() => '')).trim();
	if (kept !== '') return { text: kept, given: false };
	const text = temporaryPassword();
	await mkdir(settings.dataDir, { recursive: true });
	await writeFile(file, `${text}\n`, { mode: 0o600 });
	return { text, given: false };
}
