import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A door to a database that tests can shut: connections are cut and new ones refused until it opens again. */
export async function databaseDoor(url: string): Promise<
	AsyncDisposable & { readonly url: string; readonly shut: () => Promise<void>; readonly open: () => Promise<void> }
> {
	const target = new URL(url);
	const sockets = new Set<Socket>();
	const server = createServer((client) => {
		const upstream = connect(Number(target.port || 5432), target.hostname);
		for (const socket of [client, upstream]) {
			sockets.add(socket);
			socket.on('error', () => undefined);
			socket.on('close', () => {
				sockets.delete(socket);
				client.destroy();
				upstream.destroy();
			});
		}
		client.pipe(upstream).pipe(client);
	});
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	const { port } = server.address() as AddressInfo;
	const door = new URL(url);
	door.hostname = '127.0.0.1';
	door.port = String(port);

	const shut = async () => {
		if (!server.listening) return;
		const closed = once(server, 'close');
		server.close();
		for (const socket of sockets) socket.destroy();
		await closed;
	};
	const open = async () => {
		server.listen(port, '127.0.0.1');
		await once(server, 'listening');
	};
	return { url: door.href, shut, open, [Symbol.asyncDispose]: shut };
}
