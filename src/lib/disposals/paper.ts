import type { Agency } from './agency.ts';
import { paperDay } from './facts.ts';

/** A paper, part by part, in the order of GB/T 9704—2012. */
export type Paper = {
	/** 发文机关标志 and 署名. */
	readonly agency: string;
	/** 发文字号; null in a draft. */
	readonly number: string | null;
	readonly title: string;
	/** 主送机关. */
	readonly recipient: string;
	readonly paragraphs: readonly string[];
	/** 成文日期, `YYYY-MM-DD`; null in a draft. */
	readonly date: string | null;
	/** 附注: whom to ask. */
	readonly contact: string;
};

export function paperOf(input: {
	readonly agency: Agency;
	readonly number: string | null;
	readonly title: string;
	readonly recipient: string;
	readonly body: string;
	readonly date: string | null;
}): Paper {
	const { agency, body, ...rest } = input;
	const paragraphs = body.split('\n').map((line) => line.trim()).filter((line) => line !== '');
	return { ...rest, agency: agency.name, paragraphs, contact: agency.contact };
}

/** 武市监警〔2026〕12号: hexagonal brackets, no leading zero, no 第 (GB/T 9704—2012, 7.2.5). */
export function paperNumber(code: string, mark: string, year: string, serial: number): string {
	return `${code}${mark}〔${year}〕${serial}号`;
}

/** How a paragraph is set: 一、 in 黑体, （一） in 楷体, the rest in 仿宋 (GB/T 9704—2012, 7.3.3). */
export function paragraphStyle(paragraph: string): 'first' | 'second' | 'body' {
	if (/^[一二三四五六七八九十]+、/.test(paragraph) && paragraph.length <= 40) return 'first';
	return /^（[一二三四五六七八九十]+）/.test(paragraph) && paragraph.length <= 40 ? 'second' : 'body';
}

export const signedDate = (paper: Paper): string => (paper.date === null ? '' : paperDay(paper.date));
