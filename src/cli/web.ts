import type { IncomingMessage, Server } from 'node:http';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

/** The web process: the built application, its settings in the environment. Started by the supervisor, or by hand behind a proxy. */

/** adapter-node takes the scheme from a header or assumes https; without ORIGIN and proxy it is plain http, whatever a client says. */
const schemeHeader = 'x-qianshao-scheme';
for (const name of ['ORIGIN', 'PROTOCOL_HEADER']) if (!process.env[name]) delete process.env[name];
const direct = process.env['ORIGIN'] === undefined && process.env['PROTOCOL_HEADER'] === undefined;
if (direct) process.env['PROTOCOL_HEADER'] = schemeHeader;

const built = pathToFileURL(resolve('build/index.js')).href;
const { server } = (await import(built)) as { server: { server: Server } };
if (direct) {
	server.server.prependListener('request', (request: IncomingMessage) => {
		request.headers[schemeHeader] = 'http';
	});
}

// The supervisor is gone: leave as if it had asked us to.
process.on('disconnect', () => process.emit('SIGTERM'));
// Pools and streams may keep the process alive after the last answer.
process.once('sveltekit:shutdown' as 'exit', () => setTimeout(() => process.exit(0), 1_000).unref());
