import { parentPort, workerData } from 'node:worker_threads';
import { nationalKind } from './national.ts';

// Makes its kinds, says so, and judges them one after the other when told to.
const kinds = (workerData as { readonly seeds: readonly number[] }).seeds.map(nationalKind);
parentPort!.postMessage({ events: kinds.reduce((sum, kind) => sum + kind.events, 0) });
parentPort!.once('message', () => parentPort!.postMessage(kinds.map((kind) => kind.judge())));
