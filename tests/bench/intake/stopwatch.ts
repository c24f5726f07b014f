import { readFileSync } from 'node:fs';
import { sql, type Kysely } from 'kysely';
import type { DB } from '#db/types.ts';

/** Seconds: by the clock, of processor time of this process, and of the database's process that works for it. */
export type Lap = { readonly clock: number; readonly own: number; readonly database: number | null };

/** Linux counts a process's time in hundredths (sysconf(_SC_CLK_TCK)). */
const ticks = 100;

/**
 * Measures what lies between two calls of `lap`. The clock tells what people wait for; on a shared machine only processor time can be
 * compared from run to run.
 *
 * `follow` names the database's process, where it runs on this machine; its time counts from then on.
 */
export function makeStopwatch(): { readonly lap: () => Lap; readonly follow: (pid: number | null) => void } {
	let backend: number | null = null;
	const now = () => {
		const { user, system } = process.cpuUsage();
		return { clock: performance.now() / 1000, own: (user + system) / 1e6, database: processorTime(backend) };
	};
	let last = now();
	return {
		lap() {
			const { clock, own, database } = now();
			const lap = { clock: clock - last.clock, own: own - last.own, database: database === null || last.database === null ? null : database - last.database };
			last = { clock, own, database };
			return lap;
		},
		follow(pid) {
			backend = pid;
			last = { ...last, database: processorTime(pid) };
		}
	};
}

function processorTime(pid: number | null): number | null {
	if (pid === null) return null;
	try {
		const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
		return (Number(fields[11]) + Number(fields[12])) / ticks;
	} catch {
		// Another system, or a server on another machine.
		return null;
	}
}

/** The database's process that copies rows in just now. */
export async function copyingBackend(owner: Kysely<DB>): Promise<number | null> {
	const { rows } = await sql<{ pid: number }>`select pid from pg_stat_activity where datname = current_database() and query like 'copy stage%' and state = 'active'`.execute(owner);
	return rows[0]?.pid ?? null;
}
