import type { DrawnRegion } from '#lib/boundaries/drawing.ts';
import { decimals } from '#lib/risk-map/decimals.ts';

/** A number with what it is. Everything a report says in numbers is one of these or stands in a table. */
export type Figure = {
	/** Unique in its section. */
	readonly key: string;
	readonly label: string;
	/** Null: not known, which is not zero. */
	readonly value: number | null;
	/** `件`, `户`, `%`, `天`, `倍`. */
	readonly unit: string;
	/** Digits after the point. */
	readonly digits: number;
};

export type Column = {
	readonly label: string;
	/** `code`: digits that are a name, never to be added up. */
	readonly kind: 'text' | 'code' | 'number';
	readonly digits?: number;
};

export type Cell = string | number | null;

export type Table = {
	/** Unique in its report. */
	readonly key: string;
	readonly title: string;
	readonly columns: readonly Column[];
	readonly rows: readonly (readonly Cell[])[];
	/** What a reader has to know to read it right; '' for nothing. */
	readonly note: string;
};

/** A region on a map. */
type RegionCell = {
	readonly name: string;
	/** Null: not known. */
	readonly n: number | null;
	readonly levels: Levels;
	readonly late: boolean;
};
export type HexCell = RegionCell & { readonly q: number; readonly r: number };
/** By its approved boundary: an outline in units of the drawing. */
export type BoundaryCell = RegionCell & DrawnRegion;
/** A map by an office's own approved boundaries; whole, so that it stays what it was when the set is retired. */
export type BoundaryChart = { readonly kind: 'boundaries'; readonly mapNumber: string; readonly width: number; readonly height: number; readonly cells: readonly BoundaryCell[] };
/** Counts by level, red first. */
export type Levels = readonly [number, number, number, number];

/** A line of the ranking by classes and warnings together: shares in per cent, warnings by number. */
export type RiskBar = {
	readonly name: string;
	readonly grade: 'watch' | 'raised' | 'high';
	/** C and D among those with a class; null: none has one. */
	readonly share: number | null;
	readonly whole: number | null;
	readonly severe: number;
	readonly minor: number;
};

export type ChartData =
	| { readonly kind: 'hex'; readonly cells: readonly HexCell[] }
	| BoundaryChart
	| { readonly kind: 'bars'; readonly unit: string; readonly points: readonly { readonly label: string; readonly n: number | null; readonly before: number | null }[] }
	| { readonly kind: 'ranking'; readonly rows: readonly { readonly name: string; readonly levels: Levels }[] }
	| { readonly kind: 'risk'; readonly rows: readonly RiskBar[] };

/** A stored picture of a chart. */
export type Picture = { readonly hash: string; readonly width: number; readonly height: number };

export type Chart = {
	/** Unique in its report. */
	readonly key: string;
	readonly title: string;
	/** What the picture shows, for who cannot see it. */
	readonly alt: string;
	/** Key of the table with the same numbers. */
	readonly twin: string;
	/** Stands below the title; the number of an approved map has to. Missing: nothing does. */
	readonly note?: string;
	readonly data: ChartData;
	/** Null until it is drawn, and where drawing failed: the table then stands alone. */
	readonly picture: Picture | null;
};

/** A chart as a page shows it: drawn already, so that what it was drawn from stays where it is. */
export type ShownChart = Omit<Chart, 'data'>;

/** What a page is sent of sections: everything but what their charts were drawn from. */
export const shownSections = <T extends { readonly charts: readonly Chart[] }>(sections: readonly T[]) =>
	sections.map((section) => ({ ...section, charts: section.charts.map(({ data: _, ...shown }): ShownChart => shown) }));

/** Who wrote the words that stand instead of the composed ones. */
export type Edited = { readonly by: string; readonly byName: string; readonly at: string };

export type Section = {
	readonly key: string;
	readonly title: string;
	readonly figures: readonly Figure[];
	/** Paragraphs made from the figures. */
	readonly composed: readonly string[];
	/** What people made of them, or typed; null: as composed. */
	readonly text: readonly string[] | null;
	readonly edited: Edited | null;
	readonly tables: readonly Table[];
	readonly charts: readonly Chart[];
	/** Typed by people; `required`: the report is not issued without it. Null: composed. */
	readonly typed: 'required' | 'optional' | null;
};

/** What a report says, apart from its number, date and state. */
export type Content = {
	readonly title: string;
	readonly unit: string;
	/** The period in words: 2026年10月. */
	readonly period: string;
	/** First and last day. */
	readonly from: string;
	readonly to: string;
	/** Which state of the data: version of the counts, until when they are complete, and the ids under which the map's figures are kept. */
	readonly snapshot: { readonly version: number; readonly upTo: string | null; readonly ids: readonly string[] };
	/** Shows classes A–D: then the sentence about them stands in every form of it (H1). */
	readonly classes: boolean;
	readonly sections: readonly Section[];
};

const digitsOf: Readonly<Record<string, number>> = { '%': decimals.percent, 天: decimals.days };

/** @param unit '' for a bare number. @param digits of units that say nothing about them, e.g. averages of visits. */
export const figure = (key: string, label: string, value: number | null, unit = '件', digits: number = digitsOf[unit] ?? decimals.count): Figure => ({ key, label, value, unit, digits });

/** The words that count: a person's where there are any. */
export const paragraphsOf = (section: Pick<Section, 'text' | 'composed'>): readonly string[] => section.text ?? section.composed;

const numerals = ['一', '二', '三', '四', '五', '六', '七', '八', '九', '十', '十一', '十二', '十三', '十四', '十五'] as const;
/** 一、总体情况 */
export const heading = (section: Pick<Section, 'title'>, i: number): string => `${numerals[i] ?? i + 1}、${section.title}`;

/** Sections that are shown: one that waits for people's words is shown to writers only. */
export const printed = <T extends Pick<Section, 'text' | 'composed' | 'tables'>>(sections: readonly T[]): readonly T[] =>
	sections.filter((section) => paragraphsOf(section).length > 0 || section.tables.length > 0);

export const tablesOf = (content: Content): readonly Table[] => content.sections.flatMap((section) => section.tables);
export const chartsOf = (content: Content): readonly Chart[] => content.sections.flatMap((section) => section.charts);
