import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';

export type Child = {
	readonly name: string;
	readonly file: string;
	readonly args?: readonly string[];
	readonly env: Readonly<Record<string, string>>;
};

export type Supervisor = {
	/** Settles when a child crashes again and again before it ever served: nothing a restart can mend. */
	readonly hopeless: Promise<{ readonly name: string; readonly code: number | null }>;
	/** From now on a crash is worth any number of restarts. */
	readonly served: () => void;
	/** Asks all to end, and makes those that do not. */
	readonly stop: () => Promise<void>;
};

const firstDelayMs = 1_000;
const longestDelayMs = 30_000;
/** A child that lived this long starts anew with the first delay. */
const healthyAfterMs = 60_000;
const crashesBeforeGivingUp = 3;
/** Together with ending the database this stays within ten seconds. */
const patienceMs = 7_000;

/** Runs the children and restarts those that crash, with growing delays. They run on the Node that runs us. */
export function supervise(children: readonly Child[], log: (line: string) => void): Supervisor {
	const running = new Map<string, ChildProcess>();
	const timers = new Set<NodeJS.Timeout>();
	const hopeless = Promise.withResolvers<{ name: string; code: number | null }>();
	let stopping = false;
	let hasServed = false;

	function start(child: Child, crashes: number): void {
		const startedAt = Date.now();
		// The channel is there for its end: children leave when it closes, also when we are killed.
		const process_ = fork(child.file, [...(child.args ?? [])], { env: { ...process.env, ...child.env }, stdio: 'inherit', execArgv: [] });
		running.set(child.name, process_);
		process_.on('exit', (code, signal) => {
			running.delete(child.name);
			if (stopping) return;
			const count = Date.now() - startedAt > healthyAfterMs ? 1 : crashes + 1;
			if (!hasServed && count >= crashesBeforeGivingUp) return hopeless.resolve({ name: child.name, code });
			const delay = Math.min(longestDelayMs, firstDelayMs * 2 ** (count - 1));
			log(`${child.name} ended (${signal ?? `code ${code}`}), starting it again in ${delay / 1000} s`);
			const timer = setTimeout(() => {
				timers.delete(timer);
				start(child, count);
			}, delay);
			timers.add(timer);
		});
	}

	for (const child of children) start(child, 0);

	return {
		hopeless: hopeless.promise,
		served: () => (hasServed = true),
		async stop() {
			stopping = true;
			for (const timer of timers) clearTimeout(timer);
			await Promise.all([...running.values()].map(end));
		}
	};
}

async function end(child: ChildProcess): Promise<void> {
	if (child.exitCode !== null || child.signalCode !== null) return;
	const gone = once(child, 'exit');
	child.kill('SIGTERM');
	const timer = setTimeout(() => child.kill('SIGKILL'), patienceMs);
	await gone;
	clearTimeout(timer);
}
