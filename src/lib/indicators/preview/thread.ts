import { parentPort, workerData } from 'node:worker_threads';
import { sweepPart, type CellPart } from './part.ts';

/** A thread that judges one part of a preview: tells of each week, and at the end what it saw. */
const part = workerData as CellPart;
parentPort!.postMessage(sweepPart(part, () => parentPort!.postMessage('week')));
