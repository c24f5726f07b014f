import { fork } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sql, type Kysely } from 'kysely';
import { openDatabase } from '#db/connection.ts';
import type { DB } from '#db/types.ts';
import { hashPassword, verifyPassword } from '#lib/access/passwords.server.ts';
import type { Settings } from '#lib/settings/settings.ts';
import { demoPassword } from '../demo-password.ts';
import type { DemoOrder, DemoReport } from './demo-load.ts';

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
export async function demoWhenEmpty(
	url: string,
	settings: Settings,
	log: (line: string) => void,
	signal: AbortSignal
): Promise<DemoAccounts | null> {
	const db = openDatabase({ url, role: 'owner', max: 2, name: 'qianshao start' });
	try {
		if (settings.demo && (await isEmpty(db))) await load(url, settings, log, signal);
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

async function load(url: string, settings: Settings, log: (line: string) => void, signal: AbortSignal): Promise<void> {
	const { text } = await demoPassword(settings);
	await mkdir(settings.dataDir, { recursive: true });
	await writeFile(markerOf(settings), '');
	log('loading the demo jurisdiction');
	const end = await loadInChild({ url, password: text }, log, signal);
	if (!end.ok) throw new Error(`loading the demo failed: ${end.text}`);
	await forgetInterruption(settings);
	log(`demo loaded: ${end.text}`);
}

function loadInChild(order: DemoOrder, log: (line: string) => void, signal: AbortSignal): Promise<{ readonly ok: boolean; readonly text: string }> {
	const file = fileURLToPath(new URL('./demo-load.ts', import.meta.url));
	const child = fork(file, { stdio: 'inherit', execArgv: [], signal, killSignal: 'SIGKILL' });
	let told = '';
	return new Promise((done) => {
		child.on('message', (message: DemoReport) => {
			if (message.kind === 'end') {
				done(message);
				child.disconnect();
				return;
			}
			// `monitors 3/36`: each station once, not each step of it.
			const station = message.step.replace(/[\s\d/]+$/, '');
			if (station !== told) log(`demo: ${station}`);
			told = station;
		});
		child.on('error', (error) => done({ ok: false, text: error.message }));
		child.on('exit', (code, signalName) => done({ ok: false, text: `its process ended (${signalName ?? code})` }));
		child.send(order);
	});
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
