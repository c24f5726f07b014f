import { readSettings } from '#lib/settings/settings.ts';
import type { Command, CommandOutcome } from './command.ts';
import { openContext } from './context.ts';
import { allCommands, findCommand } from './registry.ts';

const exitCode = { done: 0, couldNot: 1, wrongUse: 2 } as const;
const prefix = 'npm run --silent cli -- ';

async function main(words: readonly string[]): Promise<number> {
	const wantsHelp = words.includes('--help') || words.includes('-h');
	const found = await findCommand(words);
	if (found === null) {
		if (words.length === 0 || wantsHelp) {
			console.log(await overview());
			return wantsHelp ? exitCode.done : exitCode.wrongUse;
		}
		console.error(`There is no command "${words[0]}". ${prefix}--help lists them.`);
		return exitCode.wrongUse;
	}
	if (wantsHelp) {
		console.log(help(found.command));
		return exitCode.done;
	}
	const read = readSettings(process.env);
	if (!read.ok) {
		console.error(`${read.variable} ${read.reason}`);
		return exitCode.wrongUse;
	}
	const interrupted = new AbortController();
	for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => interrupted.abort());
	const { context, close } = openContext(read.settings, interrupted.signal);
	let outcome: CommandOutcome;
	try {
		outcome = await found.command.run(context, found.args);
	} catch (error) {
		outcome = refusalOf(error);
	} finally {
		await close();
	}
	return report(found.command, outcome);
}

/** node:util's parseArgs throws for options that nobody knows; everything else that is thrown is an inability. */
function refusalOf(error: unknown): CommandOutcome {
	const reason = error instanceof Error ? error.message : String(error);
	const isUse = error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS_');
	if (!isUse && process.env['LOG_LEVEL'] === 'debug') console.error(error);
	return { ok: false, reason, wrongUse: isUse };
}

function report(command: Command, outcome: CommandOutcome): number {
	if (outcome.ok) {
		const stream = outcome.summaryOn === 'stderr' ? process.stderr : process.stdout;
		stream.write(`${JSON.stringify(outcome.summary)}\n`);
		return exitCode.done;
	}
	console.error(outcome.reason);
	if (outcome.wrongUse === true) console.error(`\n${help(command)}`);
	if (outcome.summary !== undefined) console.log(JSON.stringify(outcome.summary));
	return outcome.wrongUse === true ? exitCode.wrongUse : exitCode.couldNot;
}

function help(command: Command): string {
	return `${command.summary}\n\nUsage: ${prefix}${command.usage}`;
}

async function overview(): Promise<string> {
	const commands = await allCommands();
	const width = Math.max(...commands.map((command) => command.name.length));
	const lines = commands.map((command) => `  ${command.name.padEnd(width)}  ${command.summary}`);
	return [`Usage: ${prefix}<command> [options]`, '', ...lines, '', `${prefix}<command> --help tells more.`].join('\n');
}

// Who reads our output may stop reading (`… | head`): that is no fault of the command, which goes on to its end.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
	if (error.code !== 'EPIPE') throw error;
});
// Not process.exit: it would cut off what a pipe has not taken yet.
process.exitCode = await main(process.argv.slice(2));
