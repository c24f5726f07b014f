import { schedule } from 'node-cron';

/**
 * Calls `look` every few seconds (1–59). A tick only says "look": what is due stands in the database.
 * `look` must stand being called while it still looks. Returns what ends it.
 */
export function everySeconds(seconds: number, look: () => Promise<void>): () => Promise<void> {
	const task = schedule(`*/${seconds} * * * * *`, look, { suppressMissedWarning: true });
	return async () => void (await task.destroy());
}
