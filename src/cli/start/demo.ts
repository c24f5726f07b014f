import { existsSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sql, type Kysely } from 'kysely';
import { openDatabase } from '#db/connection.ts';
import type { DB } from '#db/types.ts';
import { hashPassword, verifyPassword } from '#lib/access/passwords.server.ts';
import type { Settings } from '#lib/settings/settings.ts';
import { demoPassword } from '../demo-password.ts';

/** The demo accounts and their password, as printed by the start. */
export type DemoAccounts = { readonly names: readonly string[]; readonly password: string };

/** Stands in the data folder while the demo is being loaded: what a killed load left behind is no demo. */
const markerOf = (settings: Settings) => join(settings.dataDir, 'demo-loading');

export function wasInterrupted(settings: Settings): boolean {
	return existsSync(markerOf(settings));
}

export async function forgetInterruption(settings: Settings): Promise<void> {
	await rm(markerOf(settings), { force: true });
}

/** Loads the demo into an empty database, and returns the demo accounts of whatever is there (none: null). */
export async function demoWhenEmpty(url: string, settings: Settings, log: (line: string) => void): Promise<DemoAccounts | null> {
	const db = openDatabase({ url, role: 'owner', max: 2, name: 'qianshao start' });
	try {
		if (settings.demo && (await isEmpty(db))) await load(url, settings, log);
		return await accounts(db, settings);
	} finally {
		await db.destroy();
	}
}

async function isEmpty(db: Kysely<DB>): Promise<boolean> {
	const { rows } = await sql<{ empty: boolean }>`
		select not exists (select from app_user) and not exists (select from enterprise) and not exists (select from event) as empty
	`.execute(db);
	return rows[0]?.empty === true;
}

async function load(url: string, settings: Settings, log: (line: string) => void): Promise<void> {
	const { loadDemo } = await import('#db/demo/load.ts');
	const { text } = await demoPassword(settings);
	await mkdir(settings.dataDir, { recursive: true });
	await writeFile(markerOf(settings), '');
	log('loading the demo jurisdiction');
	let told = '';
	const result = await loadDemo({
		url,
		size: 'S',
		password: text,
		progress(step) {
			// `monitors 3/36`: each station once, not each step of it.
			const station = step.replace(/[\s\d/]+$/, '');
			if (station !== told) log(`demo: ${station}`);
			told = station;
		}
	});
	if (!result.ok) throw new Error(result.message);
	await forgetInterruption(settings);
	log(`demo loaded: ${result.enterprises} enterprises, ${result.events} events, ${result.seconds} s`);
}

/** The demo's own accounts get the password that we are about to print, should it have changed since they were made. */
async function accounts(db: Kysely<DB>, settings: Settings): Promise<DemoAccounts | null> {
	const users = await db
		.selectFrom('app_user')
		.select(['id', 'name', 'password_hash'])
		.where('demo', '=', true)
		.where('state', '=', 'active')
		.orderBy('created_at')
		.orderBy('id')
		.execute();
	if (users.length === 0) return null;
	const { text } = await demoPassword(settings);
	if (!(await verifyPassword(users[0]!.password_hash, text))) {
		await db.updateTable('app_user').set({ password_hash: await hashPassword(text) }).where('demo', '=', true).execute();
	}
	return { names: users.map((user) => user.name), password: text };
}
