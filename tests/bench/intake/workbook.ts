import { createWriteStream } from 'node:fs';
import { once } from 'node:events';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { crc32, createDeflateRaw } from 'node:zlib';
import type { BenchContext } from '../context.ts';
import { inPieces, registrations } from '../rows.ts';

/** The benchmark's registrations as an XLSX, with its texts shared between the cells or in them; made row by row. */
export async function benchWorkbook(context: BenchContext, rows: number, shared: boolean): Promise<string> {
	const path = join(context.folder, `registrations-${context.size}-${shared ? 'shared' : 'inline'}.xlsx`);
	context.log(`writing ${path}`);
	const parts: [string, Iterable<string>][] = [
		['xl/workbook.xml', ['<workbook><sheets><sheet name="a" sheetId="1" r:id="rId1"/></sheets></workbook>']],
		['xl/_rels/workbook.xml.rels', ['<Relationships><Relationship Id="rId1" Target="worksheets/sheet1.xml"/></Relationships>']],
		['xl/worksheets/sheet1.xml', sheet(rows, shared)]
	];
	if (shared) parts.push(['xl/sharedStrings.xml', texts(rows)]);
	await writeZip(path, parts);
	return path;
}

/** Cells of each row; no text of the benchmark has what XML would escape, and quotes stand around the last one only. */
function* cells(rows: number): Generator<readonly string[]> {
	for (const line of registrations(rows)) yield line.trimEnd().split(',').map((cell) => cell.replaceAll('"', ''));
}

const columns = 'ABCDEFGHIJK';

function* sheet(rows: number, shared: boolean): Generator<string> {
	yield '<worksheet><sheetData>';
	let r = 0;
	let text = 0;
	for (const row of cells(rows)) {
		r++;
		yield `<row r="${r}">${row.map((value, c) => `<c r="${columns[c]}${r}" ${shared ? `t="s"><v>${text++}</v>` : `t="inlineStr"><is><t>${value}</t></is>`}</c>`).join('')}</row>`;
	}
	yield '</sheetData></worksheet>';
}

function* texts(rows: number): Generator<string> {
	yield '<sst>';
	for (const row of cells(rows)) yield row.map((value) => `<si><t>${value}</t></si>`).join('');
	yield '</sst>';
}

/** A zip whose sizes stand behind each part, so that nothing has to be held. */
async function writeZip(path: string, parts: readonly (readonly [string, Iterable<string>])[]): Promise<void> {
	const out = createWriteStream(path);
	let offset = 0;
	const write = async (bytes: Buffer) => {
		offset += bytes.length;
		if (!out.write(bytes)) await once(out, 'drain');
	};
	const central: Buffer[] = [];
	for (const [name, pieces] of parts) {
		const start = offset;
		const head = Buffer.alloc(26);
		head.writeUInt16LE(20, 0);
		// Sizes follow the data.
		head.writeUInt16LE(8, 2);
		head.writeUInt16LE(8, 4);
		head.writeUInt16LE(name.length, 22);
		await write(Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), head, Buffer.from(name)]));
		const from = offset;
		let [checksum, size] = [0, 0];
		const counted = function* () {
			for (const piece of inPieces(pieces)) {
				const bytes = Buffer.from(piece);
				checksum = crc32(bytes, checksum);
				size += bytes.length;
				yield bytes;
			}
		};
		for await (const bytes of Readable.from(counted()).pipe(createDeflateRaw({ level: 1 })) as AsyncIterable<Buffer>) await write(bytes);
		const facts = Buffer.alloc(12);
		facts.writeUInt32LE(checksum, 0);
		facts.writeUInt32LE(offset - from, 4);
		facts.writeUInt32LE(size, 8);
		await write(Buffer.concat([Buffer.from('PK\x07\x08', 'latin1'), facts]));
		facts.copy(head, 10);
		const place = Buffer.alloc(14);
		place.writeUInt32LE(start, 10);
		central.push(Buffer.concat([Buffer.from('PK\x01\x02\x14\x00', 'latin1'), head, place, Buffer.from(name)]));
	}
	const directory = Buffer.concat(central);
	const end = Buffer.alloc(22);
	end.write('PK\x05\x06', 'latin1');
	end.writeUInt16LE(parts.length, 8);
	end.writeUInt16LE(parts.length, 10);
	end.writeUInt32LE(directory.length, 12);
	end.writeUInt32LE(offset, 16);
	await write(Buffer.concat([directory, end]));
	out.end();
	await once(out, 'close');
}
