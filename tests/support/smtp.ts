import { createServer, type Socket } from 'node:net';

/** What a server that takes letters was given. */
export type TakenLetter = { readonly from: string; readonly to: readonly string[]; readonly raw: string };

export type SmtpBehaviour = {
	/** The answer to a command instead of the usual one; null: the usual one; `drop`: the connection ends. */
	answer?: (command: string) => string | 'drop' | null;
	/** Before a letter is acknowledged. It counts as taken by then. */
	beforeTaken?: () => Promise<void>;
};

/** A server that takes every letter and says so: the part of RFC 5321 that clients speak, without encryption. */
export async function smtpServer(behaviour: SmtpBehaviour = {}, at = 0) {
	const letters: TakenLetter[] = [];
	const sockets = new Set<Socket>();
	const server = createServer((socket) => {
		sockets.add(socket);
		socket.on('close', () => sockets.delete(socket));
		socket.on('error', () => undefined);
		const say = (text: string) => void (socket.writable && socket.write(`${text}\r\n`));
		let [from, to, data, rest]: [string, string[], string | null, string] = ['', [], null, ''];
		const taken = async (raw: string) => {
			letters.push({ from, to, raw });
			await behaviour.beforeTaken?.();
			say('250 taken');
		};
		const command = (line: string) => {
			const other = behaviour.answer?.(line) ?? null;
			if (other === 'drop') return socket.destroy();
			if (other !== null) return say(other);
			if (/^STARTTLS/i.test(line)) return say('502 not here');
			if (/^MAIL/i.test(line)) [from, to] = [/<(.*?)>/.exec(line)?.[1] ?? '', []];
			if (/^RCPT/i.test(line)) to.push(/<(.*?)>/.exec(line)?.[1] ?? '');
			if (/^DATA/i.test(line)) {
				data = '';
				return say('354 go on');
			}
			if (/^QUIT/i.test(line)) {
				say('221 bye');
				return socket.end();
			}
			say('250 ok');
		};
		socket.on('data', (chunk) => {
			rest += chunk.toString('latin1');
			for (;;) {
				if (data !== null) {
					const end = `${data}${rest}`.indexOf('\r\n.\r\n');
					if (end < 0) return;
					const whole = `${data}${rest}`;
					[data, rest] = [null, whole.slice(end + 5)];
					const refused = behaviour.answer?.('.') ?? null;
					if (refused === 'drop') return socket.destroy();
					if (refused !== null) say(refused);
					else void taken(whole.slice(0, end));
					continue;
				}
				const end = rest.indexOf('\r\n');
				if (end < 0) return;
				const line = rest.slice(0, end);
				rest = rest.slice(end + 2);
				command(line);
			}
		});
		say('220 test');
	});
	await new Promise<void>((resolve) => server.listen(at, '127.0.0.1', resolve));
	const { port } = server.address() as { readonly port: number };
	return {
		port,
		letters,
		behaviour,
		async [Symbol.asyncDispose]() {
			for (const socket of sockets) socket.destroy();
			await new Promise((resolve) => server.close(resolve));
		}
	};
}

/** The text of a letter of ours. */
export function textOf({ raw }: TakenLetter): string {
	const [head = '', ...body] = raw.split('\r\n\r\n');
	return /content-transfer-encoding: base64/i.test(head) ? Buffer.from(body.join('').replace(/\s/g, ''), 'base64').toString('utf8') : body.join('\n\n');
}
