import { excelDate } from '#lib/intake/dates.ts';
import { columnOf } from './merged-cells.ts';
import type { SharedTexts } from './shared-texts.ts';

/** What a sheet's cells need from the rest of the workbook. */
export type SheetContext = {
	readonly texts: Pick<SharedTexts, 'at'>;
	/** Styles (by index) whose numbers are dates. */
	readonly dateStyles: ReadonlySet<number>;
	readonly from1904: boolean;
	readonly maxColumns: number;
};

export type SheetRow = { readonly line: number; readonly values: readonly string[]; readonly tooWide: boolean };

/** Longest piece of a sheet without a tag that can be true: a cell holds 32,767 characters, escaped at most sixfold. */
const longestToken = 1024 * 1024;

/**
 * Walks the tags of an XML text that comes in pieces. Office's own parts only: no entities of its own, no CDATA across pieces. Some programs
 * write `<x:row>` for `<row>`: the prefix is taken away.
 *
 * @param onTag the tag without brackets and the text before it.
 */
export function makeTagWalker(onTag: (tag: string, before: string) => void): (text: string) => void {
	let rest = '';
	return (piece) => {
		const text = rest + piece;
		let at = 0;
		for (;;) {
			const open = text.indexOf('<', at);
			if (open < 0) break;
			const close = text.indexOf('>', open);
			if (close < 0) break;
			onTag(withoutPrefix(text.slice(open + 1, close)), text.slice(at, open));
			at = close + 1;
		}
		rest = text.slice(at);
		if (rest.length > longestToken) throw new RangeError('有一段内容比任何单元格都长；请重新导出');
	};
}

function withoutPrefix(tag: string): string {
	const colon = tag.indexOf(':');
	if (colon < 0) return tag;
	const blank = tag.indexOf(' ');
	// A colon behind the name belongs to an attribute.
	if (blank >= 0 && blank < colon) return tag;
	return tag.startsWith('/') ? `/${tag.slice(colon + 1)}` : tag.slice(colon + 1);
}

/** Reads rows out of a worksheet part. */
export function makeSheetReader(context: SheetContext): { readonly push: (text: string) => SheetRow[] } {
	let rows: SheetRow[] = [];
	let line = 0;
	let values: string[] = [];
	let tooWide = false;
	let column = -1;
	let type = '';
	let style = 0;
	let text = '';
	let inside = false;
	/** How a text is spoken, written beside it. */
	let phonetic = false;
	/** A formula whose value is not there: no program has computed it yet. */
	let formula: string | null = null;

	const walk = makeTagWalker((tag, before) => {
		if (inside && !phonetic) text += before;
		if (tag === 'row' || tag.startsWith('row ') || tag === 'row/') {
			line = Number(attribute(tag, 'r') ?? line + 1);
			values = [];
			tooWide = false;
			column = -1;
			if (tag.endsWith('/')) return;
		} else if (tag === '/row') {
			rows.push({ line, values, tooWide });
		} else if (tag === 'c' || tag.startsWith('c ')) {
			const reference = attribute(tag, 'r');
			column = reference === null ? column + 1 : columnOf(reference);
			type = attribute(tag, 't') ?? 'n';
			style = Number(attribute(tag, 's') ?? 0);
			text = '';
			phonetic = false;
			formula = null;
		} else if (tag === 'f' || tag.startsWith('f ')) {
			formula = '';
		} else if (tag === '/f') {
			formula = before;
		} else if (tag === 'v/') {
			formula = null;
		} else if (tag === 'v' || tag === 't' || tag.startsWith('t ')) {
			inside = true;
			formula = null;
		} else if (tag === '/v' || tag === '/t') {
			inside = false;
		} else if (tag === 'rPh' || tag.startsWith('rPh ')) {
			phonetic = true;
		} else if (tag === '/rPh') {
			phonetic = false;
		} else if (tag === '/c') {
			if (formula !== null) [text, type] = [`=${formula}`, 'str'];
			if (column >= context.maxColumns) tooWide = tooWide || text !== '';
			else if (text !== '') {
				while (values.length < column) values.push('');
				values[column] = cell(text, type, style);
			}
		}
	});

	const cell = (raw: string, kind: string, styleOf: number): string => {
		if (kind === 's') return context.texts.at(Number(raw));
		if (kind === 'b') return raw === '1' ? 'true' : 'false';
		if (kind !== 'n') return unescapeXml(raw);
		if (context.dateStyles.has(styleOf)) return excelDate(Number(raw), context.from1904) ?? raw;
		// 9.1320382E+17 is how a sheet keeps a long number: from the sixteenth digit on they are lost, and it stays as it is to be seen.
		const number = Number(raw);
		return Number.isFinite(number) && /[eE]/.test(raw) && Math.abs(number) < 1e15 ? number.toLocaleString('en-US', { useGrouping: false, maximumFractionDigits: 10 }) : raw;
	};

	return {
		push(piece) {
			rows = [];
			walk(piece);
			return rows;
		}
	};
}

export function attribute(tag: string, name: string): string | null {
	const at = tag.indexOf(` ${name}="`);
	if (at < 0) return null;
	const from = at + name.length + 3;
	return unescapeXml(tag.slice(from, tag.indexOf('"', from)));
}

export function unescapeXml(text: string): string {
	if (!text.includes('&') && !text.includes('_x')) return text;
	return text
		.replace(/&(?:lt|gt|quot|apos|amp|#(\d+)|#x([0-9a-fA-F]+));/g, (entity, decimal: string | undefined, hex: string | undefined) => {
			if (decimal !== undefined || hex !== undefined) {
				const code = decimal !== undefined ? Number(decimal) : Number.parseInt(hex!, 16);
				return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : '';
			}
			return { '&lt;': '<', '&gt;': '>', '&quot;': '"', '&apos;': "'" }[entity] ?? '&';
		})
		.replace(/_x([0-9A-F]{4})_/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}
