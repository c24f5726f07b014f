import { anchorAudit } from './anchor-audit.ts';
import { backupJob } from './backup.ts';
import { draftReportsJob } from './draft-reports.ts';
import { dropOutwardJob } from './drop-outward.ts';
import { endObservations } from './end-observations.ts';
import { importUploadJob } from './import-upload.ts';
import type { Job } from './job.ts';
import { judgeLateData } from './judge-late-data.ts';
import { keepObligationsJob } from './keep-obligations.ts';
import { logOutwardJob } from './log-outward.ts';
import { makePartitions } from './make-partitions.ts';
import { previewIndicatorJob } from './preview-indicator.ts';
import { prune } from './prune.ts';
import { pullExchangeJob } from './pull-exchange.ts';
import { recheckTasksJob } from './recheck-tasks.ts';
import { rollUpCounts } from './roll-up-counts.ts';
import { runMonitorsJob } from './run-monitors.ts';
import { sendNoticesJob } from './send-notices.ts';
import { suggestNames } from './suggest-names.ts';
import { summariseClassesJob, summariseRegisterJob } from './summarise-classes.ts';
import { watchSources } from './watch-sources.ts';
import { watchFolderJob } from './watch-folder.ts';

/** All jobs; those due at the same time run in this order. */
export const jobs: readonly Job[] = [importUploadJob, watchFolderJob, pullExchangeJob, sendNoticesJob, rollUpCounts, summariseClassesJob, summariseRegisterJob, watchSources, runMonitorsJob, judgeLateData, keepObligationsJob, draftReportsJob, previewIndicatorJob, logOutwardJob, dropOutwardJob, suggestNames, endObservations, recheckTasksJob, makePartitions, backupJob, anchorAudit, prune];
