import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmod, chown, cp, mkdir, readFile, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';

/** The account that runs the server. */
export type Account = {
	readonly name: string;
	/** Undefined: this process's own. */
	readonly uid?: number;
	readonly gid?: number;
};

/** Places for what must be reachable by the server's account, when the project itself is not; the first that works. */
const readablePlaces = ['/var/lib/qianshao', '/var/tmp/qianshao'];

/** PostgreSQL refuses to run as root: root hands it to `postgres`, else to `nobody`. */
export async function serverAccount(): Promise<Account> {
	if (process.getuid?.() !== 0) return { name: process.env['USER'] ?? 'this user' };
	const lines = (await readFile('/etc/passwd', 'utf8').catch(() => '')).split('\n').map((line) => line.split(':'));
	for (const name of ['postgres', 'nobody']) {
		const entry = lines.find((fields) => fields[0] === name);
		if (entry !== undefined) return { name, uid: Number(entry[2]), gid: Number(entry[3]) };
	}
	throw new Error('PostgreSQL does not run as root and there is no user "postgres" or "nobody" here: start as another user');
}

/** How a program ended, and what it said. */
export type Ended = { readonly code: number | null; readonly stdout: string; readonly stderr: string };

/** Runs a program as the account. Its working folder is `/`: the account may not be allowed into ours. */
export function runAs(account: Account, program: string, args: readonly string[], signal?: AbortSignal): Promise<Ended> {
	return new Promise((done) => {
		const child = spawn(program, [...args], {
			cwd: '/',
			stdio: ['ignore', 'pipe', 'pipe'],
			env: { PATH: process.env['PATH'] ?? '/usr/bin:/bin', LANG: 'C', TZ: 'UTC' },
			...(account.uid === undefined ? {} : { uid: account.uid, gid: account.gid }),
			...(signal === undefined ? {} : { signal })
		});
		let stdout = '';
		let stderr = '';
		child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
		child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
		child.on('error', (error) => done({ code: null, stdout, stderr: error.message }));
		child.on('close', (code) => done({ code, stdout, stderr }));
	});
}

/** May the account enter this existing folder (and so every folder above it)? */
async function mayEnter(account: Account, folder: string): Promise<boolean> {
	return account.uid === undefined || (await runAs(account, 'test', ['-x', folder])).code === 0;
}

/** The short name under which a project's things are kept outside of it. */
function projectKey(path: string): string {
	return `${basename(resolve('.'))}-${createHash('sha256').update(path).digest('hex').slice(0, 10)}`;
}

async function readablePlace(account: Account, path: string): Promise<string> {
	for (const place of readablePlaces) {
		try {
			await mkdir(place, { recursive: true, mode: 0o755 });
			// Never below a folder that somebody else made: it would be theirs to swap.
			if ((await stat(place)).uid !== process.getuid?.()) continue;
			const folder = join(place, projectKey(path));
			await mkdir(folder, { recursive: true, mode: 0o755 });
			await chmod(place, 0o755);
			await chmod(folder, 0o755);
			if (await mayEnter(account, folder)) return folder;
		} catch {
			// Read-only or not ours: the next one.
		}
	}
	throw new Error(
		`The user "${account.name}", who runs PostgreSQL for root, can reach neither ${path} nor ${readablePlaces.join(' nor ')}: ` +
			'move the project out of the private folder, start as an ordinary user, or set DATABASE_URL'
	);
}

/** A folder for the cluster that the account can reach: the wanted one, else one outside the private folder it lies in. */
export async function reachableFolder(account: Account, wanted: string): Promise<string> {
	await mkdir(wanted, { recursive: true });
	if (await mayEnter(account, wanted)) return wanted;
	const folder = join(await readablePlace(account, wanted), basename(wanted));
	await mkdir(folder, { recursive: true });
	return folder;
}

/** The program folder (`bin`, `lib`, `share`) as the account can run it: as installed, else a copy. */
export async function runnablePrograms(account: Account, installed: string): Promise<string> {
	const version = (as: Account, folder: string) => runAs(as, join(folder, 'bin', 'postgres'), ['--version']);
	const first = await version(account, installed);
	if (first.code === 0) return installed;
	if (account.uid === undefined) {
		throw new Error(`PostgreSQL does not run on this machine: ${reasonOf(first)}. Set DATABASE_URL to use another server`);
	}
	const copy = join(await readablePlace(account, installed), 'programs');
	const wanted = await version({ name: 'root' }, installed);
	if ((await version(account, copy)).stdout !== wanted.stdout) {
		await cp(installed, copy, { recursive: true, verbatimSymlinks: true, force: true });
	}
	const second = await version(account, copy);
	if (second.code === 0) return copy;
	throw new Error(`PostgreSQL does not run as "${account.name}": ${reasonOf(second)}`);
}

/** Gives a folder to the account, closed to everybody else. */
export async function giveTo(account: Account, path: string, mode: number): Promise<void> {
	await chmod(path, mode);
	if (account.uid !== undefined) await chown(path, account.uid, account.gid!);
}

/** The last words of a program that failed. */
export function reasonOf({ code, stdout, stderr }: Ended): string {
	const lines = `${stdout}\n${stderr}`.split('\n').filter((line) => line.trim() !== '');
	return lines.slice(-3).join(' | ') || `exit code ${code}`;
}
