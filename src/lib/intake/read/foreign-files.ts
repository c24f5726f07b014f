/** Files that are no tables, by how they begin (ISO 8859-1), as people call them. */
const beginnings: readonly (readonly [string, string])[] = [
	['%PDF', 'PDF 文件'], ['{\\rtf', 'RTF 文档'], ['\x89PNG', 'PNG 图片'], ['\xff\xd8\xff', 'JPEG 图片'], ['GIF8', 'GIF 图片'], ['Rar!', 'RAR 压缩包'],
	['7z\xbc\xaf\x27\x1c', '7z 压缩包'], ['\x1f\x8b', 'gzip 压缩包'], ['SQLite format 3', 'SQLite 数据库'], ['\x7fELF', '程序'], ['MZ\x90\0', '程序']
];

/** What a file is that cannot be a table, whatever its name says; null when it may be one. */
export function foreignFile(head: Buffer): string | null {
	// Some write a mark or line breaks in front.
	const text = head.subarray(0, 64).toString('latin1').replace(/^\xef\xbb\xbf/, '').trimStart();
	return beginnings.find(([beginning]) => text.startsWith(beginning))?.[1] ?? null;
}

/** Does the text begin with one JSON object over several lines, as people print it? NDJSON has each object in one line. */
export function isPrintedJson(first: string): boolean {
	const [line, next] = first.split(/\r?\n/, 2);
	if (next === undefined || /\}\s*$/.test(line!)) return false;
	return /^\{\s*$/.test(line!) || (/^\s+"/.test(next) && /^\{\s*"/.test(line!));
}
