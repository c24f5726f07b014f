import type { Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Settings } from '#lib/settings/settings.ts';

/** What a command is given to work with. */
export type CommandContext = {
	readonly settings: Settings;
	/**
	 * The database as the application sees it: DATABASE_URL, else the embedded server (joined when it runs, started when not),
	 * migrated. Opened at the first call, closed when the command is done.
	 */
	readonly database: () => Promise<Kysely<DB>>;
	/** The same database's URL, for owner's work (COPY of the demo, partitions). */
	readonly databaseUrl: () => Promise<string>;
	/** Writes a line to stdout, before the closing JSON line. */
	readonly print: (line: string) => void;
	/** Shows how far long work is; only when stderr is a terminal. */
	readonly progress: (text: string) => void;
	/** Aborted by Ctrl-C and SIGTERM: finish what is at hand and return. */
	readonly signal: AbortSignal;
};

export type CommandOutcome =
	| {
			readonly ok: true;
			/** The closing line, as JSON. */
			readonly summary: Readonly<Record<string, unknown>>;
			/** Commands whose stdout is data end on stderr. Default: stdout. */
			readonly summaryOn?: 'stdout' | 'stderr';
	  }
	/** Could not (exit 1): `reason` goes to stderr, a summary, where there is one, to stdout. */
	| {
			readonly ok: false;
			readonly reason: string;
			readonly summary?: Readonly<Record<string, unknown>>;
			/** Called in a way that cannot be meant (exit 2); the usage is shown. */
			readonly wrongUse?: boolean;
	  };

/** A file `commands/<name with - for blanks>.ts` exports one of these as `command`. */
export type Command = {
	/** As typed: `import`, `draw verify`. */
	readonly name: string;
	/** One line for the list of commands. */
	readonly summary: string;
	/** What follows `cli -- `, with all options, over as many lines as it takes. */
	readonly usage: string;
	readonly run: (context: CommandContext, args: readonly string[]) => Promise<CommandOutcome>;
};

/** The outcome of a call that cannot be meant. */
export function wrongUse(reason: string): CommandOutcome {
	return { ok: false, wrongUse: true, reason };
}
