import { createInterface } from 'node:readline';
import { addAbortSignal } from 'node:stream';
import { text } from 'node:stream/consumers';

/**
 * The password from the terminal, unseen and typed twice; from stdin, its first line, where that is no terminal. Null: the two differ.
 * Throws when the signal comes first.
 */
export async function readPassword(question: string, again: string, signal: AbortSignal): Promise<string | null> {
	if (!process.stdin.isTTY) return (await text(addAbortSignal(signal, process.stdin))).split(/\r?\n/, 1)[0] ?? '';
	const first = await ask(question);
	return (await ask(again)) === first ? first : null;
}

/** Asks without echo: the terminal is in raw mode while readline reads, and readline writes nowhere. */
function ask(question: string): Promise<string> {
	process.stderr.write(question);
	return new Promise((resolve, reject) => {
		const lines = createInterface({ input: process.stdin, terminal: true, output: undefined });
		lines.once('line', (line) => {
			lines.close();
			process.stderr.write('\n');
			resolve(line);
		});
		lines.once('SIGINT', () => {
			lines.close();
			process.stderr.write('\n');
			reject(new Error('Interrupted'));
		});
	});
}
