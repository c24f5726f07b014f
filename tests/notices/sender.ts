import { setTimeout as pause } from 'node:timers/promises';
import { openDatabase } from '#db/connection.ts';
import { sendDue } from '#lib/notices/send.server.ts';
import { origin, smtpAt } from './fixtures.ts';

/** A worker that only sends, for tests that kill it: `sender.ts DATABASE SMTP-PORT DATA-DIR`. Says `ready` when it begins. */
const [url = '', port = '', dataDir = ''] = process.argv.slice(2);
const db = openDatabase({ url, max: 6, name: 'sender under test' });
const ways = { smtp: smtpAt(Number(port)), origin, dataDir };
process.stdout.write('ready\n');
for (;;) {
	await sendDue(db, { ways, signal: new AbortController().signal, log: () => undefined }).catch(() => undefined);
	await pause(5);
}
