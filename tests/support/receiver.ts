import { createServer, type IncomingHttpHeaders } from 'node:http';

export type Posted = { readonly id: string; readonly headers: IncomingHttpHeaders; readonly body: string };

/** A department's server that is told by webhook. `answer` gives the status. */
export async function receiver(answer: () => number | Promise<number> = () => 204) {
	const posts: Posted[] = [];
	const server = createServer((request, response) => {
		let body = '';
		request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
		request.on('end', async () => {
			posts.push({ id: String(request.headers['webhook-id']), headers: request.headers, body });
			response.writeHead(await answer(), { location: 'http://127.0.0.1:1/elsewhere' }).end('body that nobody keeps');
		});
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const { port } = server.address() as { readonly port: number };
	return {
		posts,
		url: `http://127.0.0.1:${port}/hook`,
		async [Symbol.asyncDispose]() {
			server.closeAllConnections();
			await new Promise((resolve) => server.close(resolve));
		}
	};
}
