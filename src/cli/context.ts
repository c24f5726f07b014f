import { join } from 'node:path';
import type { Kysely } from 'kysely';
import { openDatabase } from '#db/connection.ts';
import type { DB } from '#db/types.ts';
import { prepareDatabase } from './prepare-database.ts';
import type { Settings } from '#lib/settings/settings.ts';
import type { CommandContext } from './command.ts';

export type OpenContext = { readonly context: CommandContext; readonly close: () => Promise<void> };

/** The context of one command; `close` gives back what it opened. */
export function openContext(settings: Settings, signal: AbortSignal): OpenContext {
	let opening: ReturnType<typeof open> | undefined;
	const opened = () => (opening ??= open(settings, progress));
	const terminal = process.stderr.isTTY === true;
	let drawn = 0;

	/** Redraws one line; every ending clears it. */
	function progress(text: string): void {
		if (!terminal) return;
		process.stderr.write(`\r${text}${' '.repeat(Math.max(0, drawn - text.length))}`);
		drawn = text.length;
	}

	return {
		context: {
			settings,
			signal,
			progress,
			database: async () => (await opened()).database,
			databaseUrl: async () => (await opened()).url,
			print: (line) => void process.stdout.write(`${line}\n`)
		},
		async close() {
			if (drawn > 0) process.stderr.write(`\r${' '.repeat(drawn)}\r`);
			const one = await opening?.catch(() => undefined);
			await one?.close();
		}
	};
}

async function open(
	settings: Settings,
	log: (line: string) => void
): Promise<{ readonly url: string; readonly database: Kysely<DB>; readonly close: () => Promise<void> }> {
	const prepared = await prepareDatabase({
		url: settings.databaseUrl,
		folder: join(settings.dataDir, 'postgres'),
		log
	});
	if (!prepared.ok) throw new Error(prepared.reason);
	const database = openDatabase({ url: prepared.url, name: 'qianshao cli' });
	return {
		url: prepared.url,
		database,
		async close() {
			await database.destroy();
			await prepared.stop();
		}
	};
}
