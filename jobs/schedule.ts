import { anchorAudit } from './anchor-audit.ts';
import type { Job } from './job.ts';
import { makePartitions } from './make-partitions.ts';
import { prune } from './prune.ts';
import { rollUpCounts } from './roll-up-counts.ts';

/** All jobs; those due at the same time run in this order. */
export const jobs: readonly Job[] = [rollUpCounts, makePartitions, anchorAudit, prune];
