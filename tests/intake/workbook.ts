import { crc32, deflateRawSync } from 'node:zlib';

/** A cell of a sheet: text, number, or what else is written between `<c` and `</c>`. */
export type Cell = string | number | null | { readonly xml: string; readonly attributes?: string };

const letters = (column: number): string => (column < 26 ? '' : letters(Math.floor(column / 26) - 1)) + String.fromCharCode(65 + (column % 26));
const escape = (text: string) => text.replace(/[&<>"]/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[c]!);

export type SheetOptions = { readonly merged?: readonly string[]; readonly from1904?: boolean; readonly sheets?: readonly { readonly name: string; readonly hidden?: boolean }[]; readonly shared?: boolean; /** In front of every tag: `x:row`. */ readonly prefix?: string };

/** An XLSX as a program could have written it; style 1 is a date. Rows go to the last of the sheets that is not hidden. */
export function workbook(rows: readonly (readonly Cell[])[], options: SheetOptions = {}): Buffer {
	const texts: string[] = [];
	const shared = (text: string) => {
		const known = texts.indexOf(text);
		return known < 0 ? texts.push(text) - 1 : known;
	};
	const cell = (value: Cell, r: number, c: number): string => {
		const at = `r="${letters(c)}${r}"`;
		if (value === null) return '';
		if (typeof value === 'number') return `<c ${at}><v>${value}</v></c>`;
		if (typeof value === 'object') return `<c ${at} ${value.attributes ?? ''}>${value.xml}</c>`;
		return options.shared === false ? `<c ${at} t="inlineStr"><is><t>${escape(value)}</t></is></c>` : `<c ${at} t="s"><v>${shared(value)}</v></c>`;
	};
	const data = rows.map((cells, i) => `<row r="${i + 1}">${cells.map((value, c) => cell(value, i + 1, c)).join('')}</row>`).join('');
	const merged = options.merged === undefined ? '' : `<mergeCells>${options.merged.map((ref) => `<mergeCell ref="${ref}"/>`).join('')}</mergeCells>`;
	const sheets = options.sheets ?? [{ name: '数据' }];
	const own = sheets.findIndex(({ hidden }) => hidden !== true);
	const { prefix } = options;
	const tagged = (parts: Readonly<Record<string, string>>) =>
		prefix === undefined ? parts : Object.fromEntries(Object.entries(parts).map(([name, xml]) => [name, name.endsWith('.rels') ? xml : xml.replace(/<(\/?)(?=\w)/g, `<$1${prefix}:`)]));
	return zip(tagged({
		'xl/workbook.xml': `<workbook><workbookPr ${options.from1904 === true ? 'date1904="1"' : ''}/><sheets>${sheets.map(({ name, hidden }, i) => `<sheet name="${name}" sheetId="${i + 1}" ${hidden === true ? 'state="hidden" ' : ''}r:id="rId${i + 1}"/>`).join('')}</sheets></workbook>`,
		'xl/_rels/workbook.xml.rels': `<Relationships>${sheets.map((_, i) => `<Relationship Id="rId${i + 1}" Target="worksheets/sheet${i + 1}.xml"/>`).join('')}</Relationships>`,
		'xl/styles.xml': '<styleSheet><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>',
		...Object.fromEntries(sheets.map((_, i) => [`xl/worksheets/sheet${i + 1}.xml`, `<worksheet><sheetData>${i === own ? data : '<row r="1"><c r="A1"><v>1</v></c></row>'}</sheetData>${i === own ? merged : ''}</worksheet>`])),
		'xl/sharedStrings.xml': `<sst>${texts.map((text) => `<si><t>${escape(text)}</t></si>`).join('')}</sst>`
	}));
}

/** A zip of deflated entries, as small as it can be. */
export function zip(parts: Readonly<Record<string, string>>): Buffer {
	const local: Buffer[] = [];
	const central: Buffer[] = [];
	let offset = 0;
	for (const [name, text] of Object.entries(parts)) {
		const raw = Buffer.from(text);
		const packed = deflateRawSync(raw, { level: 9 });
		const common = Buffer.alloc(26);
		common.writeUInt16LE(20, 0);
		common.writeUInt16LE(8, 4);
		common.writeUInt32LE(crc32(raw), 10);
		common.writeUInt32LE(packed.length, 14);
		common.writeUInt32LE(raw.length, 18);
		common.writeUInt16LE(name.length, 22);
		const entry = Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), common, Buffer.from(name), packed]);
		const end = Buffer.alloc(14);
		end.writeUInt32LE(offset, 10);
		central.push(Buffer.concat([Buffer.from('PK\x01\x02\x14\x00', 'latin1'), common, end, Buffer.from(name)]));
		local.push(entry);
		offset += entry.length;
	}
	const directory = Buffer.concat(central);
	const tail = Buffer.alloc(22);
	tail.write('PK\x05\x06', 'latin1');
	tail.writeUInt16LE(central.length, 8);
	tail.writeUInt16LE(central.length, 10);
	tail.writeUInt32LE(directory.length, 12);
	tail.writeUInt32LE(offset, 16);
	return Buffer.concat([...local, directory, tail]);
}
