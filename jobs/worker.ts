import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { pino } from 'pino';
import { openDatabase } from '#db/connection.ts';
import { settings } from '#lib/settings/settings.ts';
import { databaseNow } from './ledger.ts';
import { jobs } from './schedule.ts';
import { startWorker } from './worker-loop.ts';

/** The worker process. Any number may run: the ledger gives each run to one of them. */

const { dataDir, logLevel } = settings();
const logger = pino({ level: logLevel, base: { process: 'worker' } });
const db = openDatabase({ name: 'qianshao worker', max: 6 });
let ownerDb: typeof db | undefined;

const worker = startWorker({
	db,
	owner: () => (ownerDb ??= openDatabase({ name: 'qianshao worker owner', role: 'owner', max: 2 })),
	worker: `${hostname()}:${process.pid}:${randomBytes(3).toString('hex')}`,
	jobs,
	clock: databaseNow,
	dataDir,
	log: (message) => logger.info(message)
});

let stopping = false;
async function stop(): Promise<void> {
	if (stopping) return;
	stopping = true;
	await worker.stop();
	await Promise.allSettled([db.destroy(), ownerDb?.destroy()]);
	process.exit(0);
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void stop());
// The supervisor is gone: nobody would restart or stop us.
process.on('disconnect', () => void stop());
