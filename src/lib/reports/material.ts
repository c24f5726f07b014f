import type { ApprovedMap } from '#lib/boundaries/boundaries.server.ts';
import type { RiskGrade } from '#lib/risk-map/high-risk.ts';
import type { LeadSpans, LeadTimes } from '#lib/warnings/lead-times.server.ts';
import type { Level } from '#lib/warnings/levels.ts';
import type { HexCell, Levels } from './content.ts';
import type { Period } from './period.ts';

/** One region or industry of the period. */
export type PartRow = {
	readonly code: string;
	readonly name: string;
	/** Warnings raised; null: no monitor ran, or nothing of it is known. */
	readonly warnings: number | null;
	readonly levels: Levels;
	/** In the period compared with; null: not known. */
	readonly warningsBefore: number | null;
	readonly complaints: number | null;
	/** The same days of the year before. */
	readonly complaintsYearAgo: number | null;
	/** Per 1,000 enterprises; regions only. */
	readonly rate: number | null;
	/** The indicator that raised most of its warnings. */
	readonly lead: { readonly name: string; readonly n: number } | null;
};

export type RegionRow = PartRow & { readonly hex: Pick<HexCell, 'q' | 'r' | 'name'> | null; readonly late: boolean; readonly knownTo: string | null };

export type KindRow = {
	readonly kind: string;
	readonly name: string;
	readonly n: number | null;
	readonly yearAgo: number | null;
	/** Of the period before; null: not known. */
	readonly before: number | null;
};

export type RiseRow = {
	readonly month: string;
	readonly regionName: string;
	readonly industryName: string;
	readonly n: number;
	readonly base: number;
	/** What the source covers changed meanwhile. */
	readonly coverage: boolean;
};

/** A region or industry that stands out by classes and warnings together (E2), with the figures that make it so. */
export type RiskRow = {
	readonly code: string;
	readonly name: string;
	/** The worst it came to in the period. */
	readonly grade: Exclude<RiskGrade, 'none'>;
	/** The newest month in which it came to that: of this month are the figures. */
	readonly month: string;
	/** So many months of the period it was of this grade. */
	readonly months: number;
	/** C and D are many. */
	readonly many: boolean;
	/** C and D among its enterprises with a class, per cent; null: none has one. */
	readonly share: number | null;
	/** The same of all regions or industries together. */
	readonly whole: number | null;
	readonly severe: number;
	readonly minor: number;
};

/** What the ranking of each month stood on; `classMonth` null: no classes new enough. */
export type RiskMonth = { readonly month: string; readonly classMonth: string | null; readonly monitored: boolean };

export type RateRow = { readonly name: string; readonly n: number; readonly problems: number };

/** Everything that the sections of a report are made of: figures of the pages' own verbs, and nothing that is not in them. */
export type Material = {
	readonly unit: { readonly id: string; readonly name: string; readonly place: string; readonly regionCode: string; readonly level: string; readonly industries: readonly string[] | null };
	readonly period: Period;
	/** The period compared with first. */
	readonly before: { readonly from: string; readonly to: string };
	/** The day it was composed on. */
	readonly today: string;
	readonly snapshot: { readonly version: number; readonly upTo: string | null; readonly ids: readonly string[] };
	readonly monitored: { readonly since: string | null; readonly now: 'all' | 'part' | 'none'; readonly before: 'all' | 'part' | 'none' };
	readonly warnings: { readonly n: number | null; readonly levels: Levels; readonly before: number | null; readonly yearAgo: number | null };
	/** What is counted, complaints first. */
	readonly kinds: readonly KindRow[];
	/** The last thirteen months, oldest first; `before` a year earlier. */
	readonly series: readonly { readonly month: string; readonly warnings: number | null; readonly warningsYearAgo: number | null; readonly complaints: number | null; readonly complaintsYearAgo: number | null }[];
	/** Empty where the unit's region is not divided further. */
	readonly regions: readonly RegionRow[];
	/** The office's own boundaries of those regions that stand on a map; null: none are loaded. */
	readonly approved: ApprovedMap | null;
	readonly industries: readonly PartRow[];
	readonly rises: readonly RiseRow[];
	readonly highRisk: { readonly months: readonly RiskMonth[]; readonly regions: readonly RiskRow[]; readonly industries: readonly RiskRow[] };
	readonly indicators: readonly { readonly name: string; readonly levels: Levels; readonly n: number }[];
	readonly progress: {
		readonly waiting: number; readonly working: number; readonly disposed: number; readonly closed: number; readonly keptInTime: number; readonly fellDue: number;
		readonly open: number; readonly overdue: number;
	};
	readonly desks: readonly LeadTimes[];
	/** Of all desks together. */
	readonly leads: LeadSpans;
	readonly visits: { readonly n: number; readonly problems: number; readonly undecided: number; readonly unknown: number; readonly arms: readonly RateRow[] };
	/** Whether any source answers for the unit's region: what was never heard of is no zero. */
	readonly heard: boolean;
	readonly late: readonly { readonly name: string; readonly knownTo: string | null }[];
	readonly coverage: readonly { readonly sourceName: string; readonly changeOn: string; readonly factor: number; readonly confirmed: boolean }[];
	/** Open on the day of composing. */
	readonly ahead: {
		readonly dueNext: number;
		readonly severe: readonly { readonly number: string; readonly level: Level; readonly indicator: string; readonly place: string; readonly raisedOn: string }[];
	};
	/** Of yearly summaries and evaluations; null in the others. */
	readonly effect: EffectMaterial | null;
};

export type EffectMaterial = {
	/** Enterprises by class in the newest month up to the period's end; null without classes. */
	readonly classes: { readonly month: string; readonly counts: readonly { readonly name: string; readonly n: number }[] } | null;
	readonly byClass: readonly RateRow[];
	readonly byLevel: readonly RateRow[];
	readonly byIndicator: readonly RateRow[];
	readonly reference: { readonly name: string; readonly n: number; readonly problems: number };
	/** All judged warnings up to the day of composing. */
	readonly precision: readonly { readonly name: string; readonly confirmed: number; readonly refuted: number; readonly data: number; readonly open: number }[];
	/** Of random visits, as its page judges them; the pairs of classes that the verdict speaks about. */
	readonly backValidation: {
		readonly verdict: 'holds' | 'reversed' | 'flat' | 'too-few'; readonly pairs: readonly { readonly low: string; readonly high: string }[]; readonly classes: readonly RateRow[];
	};
	readonly burden: {
		readonly planned: number; readonly lead: number; readonly enterprises: number; readonly draws: number; readonly recognised: number; readonly avoided: number;
		readonly sparedEnterprises: number; readonly sparedVisits: number; readonly joined: number; readonly saved: number;
	};
};

export const noLevels: Levels = [0, 0, 0, 0];
export const addLevels = (a: Levels, b: Levels): Levels => [a[0] + b[0], a[1] + b[1], a[2] + b[2], a[3] + b[3]];

/** A sum that is unknown as soon as one part is. */
export const knownSum = (parts: readonly (number | null)[]): number | null =>
	parts.reduce<number | null>((sum, part) => (sum === null || part === null ? null : sum + part), 0);

/** Worst first: red, orange, yellow, blue, then number, then code. */
export function worstFirst<T extends Pick<PartRow, 'levels' | 'warnings' | 'code'>>(rows: readonly T[]): readonly T[] {
	return [...rows].sort((a, b) => {
		for (let i = 0; i < 4; i++) if (a.levels[i] !== b.levels[i]) return b.levels[i]! - a.levels[i]!;
		return (b.warnings ?? -1) - (a.warnings ?? -1) || (a.code < b.code ? -1 : 1);
	});
}
