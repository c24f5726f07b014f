import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { emptyDatabase, isClusterRunning, openCluster, startCluster, stopCluster } from './cluster.ts';
import { formatMark, isAlive, markOf, readMark, waitForLock } from './lock.ts';

export type EmbeddedServer = {
	readonly url: string;
	/** It ran already: left over from a killed process, or in use by another one. */
	readonly found: boolean;
	/** Where the cluster is. */
	readonly folder: string;
	readonly isRunning: () => boolean;
	/** Starts it again at the same address after it died. */
	readonly revive: (signal?: AbortSignal) => Promise<void>;
	/** Drops the database and makes an empty one. */
	readonly empty: () => Promise<void>;
	/** Gives the server up; the last process that uses it ends it. */
	readonly stop: () => Promise<void>;
};

export type EmbeddedOptions = {
	/** Folder for the cluster and the notes of who uses it. */
	readonly folder: string;
	/** False gives up safety for speed: tests only. Default true. */
	readonly durable?: boolean;
	/** False takes the cluster away when the last process that uses it gives it up. Default true. */
	readonly keep?: boolean;
	readonly log?: (line: string) => void;
	/** Gives up starting. */
	readonly signal?: AbortSignal;
};

/**
 * Starts the embedded PostgreSQL of a folder, or joins the one that runs there. `npm start` and commands in other terminals
 * share one server this way, and whoever is left last stops it.
 */
export async function startEmbedded(options: EmbeddedOptions): Promise<EmbeddedServer> {
	const log = options.log ?? (() => undefined);
	const durable = options.durable ?? true;
	// Notes of ours, not the server's account's: they stay in the wanted folder even if the cluster cannot.
	const home = resolve(options.folder);
	const users = join(home, 'users');
	await mkdir(users, { recursive: true });
	const guard = join(home, 'starting.lock');

	const lock = await waitForLock(guard, 900);
	try {
		const cluster = await openCluster(join(home, 'cluster'), log);
		if (!cluster.asWanted) log(`${home} is closed to the user "${cluster.account.name}": the database is kept in ${cluster.folder}`);
		const { url, found } = await startCluster(cluster, { durable, signal: options.signal });
		const note = join(users, `${process.pid}-${Math.random().toString(36).slice(2)}`);
		await writeFile(note, formatMark(markOf(process.pid)));
		let stopped = false;
		const stop = async () => {
			if (stopped) return;
			stopped = true;
			const lock = await waitForLock(guard, 60);
			try {
				await rm(note, { force: true });
				if (await hasUsers(users)) return;
				await stopCluster(cluster);
				if (options.keep === false) await rm(cluster.folder, { recursive: true, force: true });
			} finally {
				await lock.release();
			}
		};
		const revive = async (signal?: AbortSignal) => {
			const lock = await waitForLock(guard, 900);
			try {
				await startCluster(cluster, { durable, port: Number(new URL(url).port), signal });
			} finally {
				await lock.release();
			}
		};
		return {
			url,
			found,
			folder: cluster.folder,
			isRunning: () => isClusterRunning(cluster),
			revive,
			empty: () => emptyDatabase(url),
			stop
		};
	} finally {
		await lock.release();
	}
}

/** Is any living process still noted? Notes of dead ones are removed. */
async function hasUsers(folder: string): Promise<boolean> {
	let living = false;
	for (const name of await readdir(folder)) {
		const mark = await readMark(join(folder, name));
		if (mark !== null && isAlive(mark)) living = true;
		else await rm(join(folder, name), { force: true });
	}
	return living;
}
