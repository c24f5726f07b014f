import { Worker } from 'node:worker_threads';
import type { CellPart, SweptPart } from './part.ts';

/** An evening makes many short-lived arrays: with more room they are gone before anybody looks. */
const maxYoungGenerationSizeMb = 96;

/** Judges a part in a thread of its own, so that the worker's other lane and its signs of life go on. */
export function inThread(part: CellPart, done: () => void, signal?: AbortSignal): Promise<SweptPart> {
	return new Promise((resolve, reject) => {
		const thread = new Worker(new URL('./thread.ts', import.meta.url), { workerData: part, resourceLimits: { maxYoungGenerationSizeMb } });
		const stop = () => {
			void thread.terminate();
			reject(signal!.reason instanceof Error ? signal!.reason : new Error('stopped'));
		};
		signal?.addEventListener('abort', stop, { once: true });
		thread.on('message', (message: 'week' | SweptPart) => (message === 'week' ? done() : resolve(message)));
		thread.on('error', reject);
		thread.on('exit', (code) => {
			signal?.removeEventListener('abort', stop);
			// After the answer this changes nothing.
			reject(new Error(`a preview's thread ended with ${code}`));
		});
	});
}
