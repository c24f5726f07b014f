/** What a spreadsheet shows of a number under a format as ours: `#,##0.00`, `0.0"%"`, `+0.0%;-0.0%;0.0%`. */
export function sheetText(value: number, format: string): string {
	const sections = format.split(';');
	const section = sections.length === 3 ? (value > 0 ? sections[0]! : value < 0 ? sections[1]! : sections[2]!) : format;
	const digits = /0\.(0+)/.exec(section)?.[1]!.length ?? 0;
	const scaled = /%(?!")/.test(section) ? value * 100 : value;
	const number = new Intl.NumberFormat('en', { minimumFractionDigits: digits, maximumFractionDigits: digits, useGrouping: section.includes(',') }).format(sections.length === 3 ? Math.abs(scaled) : scaled);
	return section.replace(/[#,]*0(\.0+)?/, number).replaceAll('"', '');
}

/** How many digits stand after the point: 0 where there is none. */
export const digitsIn = (text: string): number => /\d\.(\d+)/.exec(text)?.[1]!.length ?? 0;

const builtIn: Readonly<Record<string, string>> = { 0: '0', 1: '0', 2: '0.00', 3: '#,##0', 4: '#,##0.00', 9: '0%', 10: '0.00%' };

/** The numbers of a workbook as a spreadsheet shows them: by sheet, from 1, row by row. @param files of the XLSX, by name. */
export function shownNumbers(files: ReadonlyMap<string, string>): ReadonlyMap<number, readonly string[]> {
	const styles = files.get('xl/styles.xml')!;
	const own = new Map([...styles.matchAll(/<numFmt numFmtId="(\d+)" formatCode="([^"]*)"/g)].map(([, id, code]) => [id!, code!.replaceAll('&quot;', '"')]));
	const formats = [.../<cellXfs[^>]*>(.*?)<\/cellXfs>/s.exec(styles)![1]!.matchAll(/<xf [^>]*?(?:numFmtId="(\d+)")?[^>]*>/g)].map(([xf]) => /numFmtId="(\d+)"/.exec(xf)?.[1] ?? '0');
	const sheets = [...files].flatMap(([name, xml]) => {
		const at = /^xl\/worksheets\/sheet(\d+)\.xml$/.exec(name);
		return at ? [[Number(at[1]), xml] as const] : [];
	});
	return new Map(sheets.map(([i, xml]) => [
		i,
		[...xml.matchAll(/<c ([^>]*)><v>([^<]*)<\/v><\/c>/g)].flatMap(([, attributes, value]) => {
			if (/t="(?!n)/.test(attributes!)) return [];
			const id = formats[Number(/s="(\d+)"/.exec(attributes!)?.[1] ?? 0)]!;
			return [sheetText(Number(value), own.get(id) ?? builtIn[id]!)];
		})
	]));
}
