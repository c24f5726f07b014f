import { openDatabase } from '#db/connection.ts';
import { settings } from '#lib/settings/settings.ts';
import { importUploadJob } from '../../../jobs/import-upload.ts';
import { databaseNow } from '../../../jobs/ledger.ts';
import { startWorker } from '../../../jobs/worker-loop.ts';

/** The worker with the job of imports only, to be killed. */
const db = openDatabase({ name: 'killed', max: 4 });
startWorker({ db, owner: () => db, worker: `killed:${process.pid}`, jobs: [importUploadJob], clock: databaseNow, dataDir: settings().dataDir, log: () => undefined });
console.log('ready');
