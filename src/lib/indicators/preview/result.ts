import type { PreviewMonths } from './evenings.ts';
import type { Lever } from './steps.ts';

/** What became of the warning that was really raised there: `unknown` when there was none. Best known first. */
export const previewVerdicts = ['confirmed', 'refuted', 'data', 'open', 'unknown'] as const;
export type PreviewVerdict = (typeof previewVerdicts)[number];

/**
 * One warning that a setting would have raised: index of the week, of the desk, of the verdict in `previewVerdicts`, and of the
 * confirmed warning it would have been (−1: none). An array, because there are thousands.
 */
export type Raised = readonly [week: number, desk: number, verdict: number, confirmed: number];

/** A warning as the preview's table shows it, at the definition's own setting. */
export type PreviewRow = {
	readonly on: string;
	readonly until: string;
	readonly desk: number;
	/** Region codes and industry keys; several of a cluster. */
	readonly regions: readonly string[];
	readonly industries: readonly string[];
	/** Of an entity: the name of the first enterprise, and how many there are. */
	readonly name: string | null;
	readonly members: number;
	readonly observed: number;
	readonly expected: number | null;
	readonly verdict: PreviewVerdict;
	/** The real warning of the place and time. */
	readonly warningId: string | null;
};

/** What a definition would have raised, as known then, by the settings it might have. Stored with the request, so plain data. */
export type PreviewResult = {
	readonly version: number;
	readonly months: PreviewMonths;
	readonly from: string;
	readonly to: string;
	readonly weeks: readonly { readonly from: string; /** Nothing could be judged. */ readonly held: boolean }[];
	readonly desks: readonly { readonly id: string; readonly name: string }[];
	readonly lever: Lever | null;
	/** The lever is the share of evenings that may show a rise that is none. */
	readonly byEvening: boolean;
	/** The definition's own setting; null where there is no lever. */
	readonly setting: number | null;
	/** Strictest first. */
	readonly steps: readonly { readonly setting: number; readonly raised: readonly Raised[] }[];
	/** Warnings of the time that people confirmed, by desk. */
	readonly confirmed: readonly { readonly desk: number; readonly id: string }[];
	readonly rows: readonly PreviewRow[];
	/** Evenings that were judged. */
	readonly evenings: number;
	readonly names: { readonly regions: Readonly<Record<string, string>>; readonly industries: Readonly<Record<string, string>> };
};
