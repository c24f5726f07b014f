import { m } from '#lib/messages/messages.js';

const jobs: Readonly<Record<string, () => string>> = {
	'import-upload': m.admin_job_import_upload,
	'watch-folder': m.api_job_watch_folder,
	'pull-exchange': m.api_job_pull_exchange,
	'send-notices': m.notices_job,
	'roll-up-counts': m.admin_job_roll_up_counts,
	'summarise-classes': m.structure_job_classes,
	'summarise-register': m.structure_job_register,
	'draft-reports': m.reports_job,
	'judge-late-data': m.admin_job_judge_late_data,
	'keep-obligations': m.admin_job_keep_obligations,
	'watch-sources': m.admin_job_watch_sources,
	'suggest-names': m.admin_job_suggest_names,
	'end-observations': m.presets_job_end_observations,
	'recheck-tasks': m.draws_job_recheck,
	'run-monitors': m.admin_job_run_monitors,
	'preview-indicator': m.admin_job_preview_indicator,
	'make-partitions': m.admin_job_make_partitions,
	'anchor-audit': m.admin_job_anchor_audit,
	prune: m.admin_job_prune,
	'log-outward': m.outward_job_log,
	'drop-outward': m.outward_job_drop,
	backup: m.outward_job_backup
};

/** Numbers that the runs report, as units after them. */
const counts: Readonly<Record<string, () => string>> = {
	pairs: m.admin_job_count_pairs,
	months: m.admin_job_count_months,
	version: m.admin_job_count_version,
	watermarks: m.admin_job_count_watermarks,
	days: m.admin_job_count_days,
	series: m.admin_job_count_series,
	evaluated: m.admin_job_count_evaluated,
	raised: m.admin_job_count_raised,
	held: m.admin_job_count_held,
	deleted: m.admin_job_count_deleted,
	seq: m.admin_job_count_seq,
	rows: m.admin_job_count_rows,
	accepted: m.admin_job_count_accepted,
	duplicates: m.admin_job_count_duplicates,
	versions: m.admin_job_count_versions,
	rejected: m.admin_job_count_rejected,
	weeks: m.admin_job_count_weeks,
	classes: m.outward_count_classes,
	grades: m.outward_count_grades,
	warnings: m.outward_count_warnings,
	results: m.outward_count_results,
	bytes: m.outward_count_bytes,
	tables: m.outward_count_tables,
	removed: m.outward_count_removed,
	files: m.api_count_files,
	waiting: m.api_count_waiting,
	failed: m.api_count_failed,
	misplaced: m.api_count_misplaced,
	pulled: m.api_count_pulled,
	planned: m.notices_job_planned,
	sent: m.notices_job_sent,
	unknown: m.notices_job_unknown,
	off: m.outward_count_off,
	fallen: m.presets_count_fallen,
	triggered: m.presets_count_triggered
};

/** Names in the reader's language; a job or counter that has none yet is shown by its code. */
export const jobLabel = (job: string): string => jobs[job]?.() ?? job;
export const hasJobLabel = (job: string): boolean => job in jobs;
export const countLabel = (count: string): string => counts[count]?.() ?? count;
