/** What a file may be. Kept while reading, whatever the file says of itself. */
export const limits = {
	/** Bytes of one row as UTF-8; longer ones are refused one by one. */
	rowBytes: 1024 * 1024,
	/** Columns of a header or a row. Registers export some hundred. */
	columns: 1000,
	/** Characters of a column's name. Longer ones are text in the header's place, and a page could not show them. */
	columnNameCharacters: 200,
	/** Characters of a refused row that are kept: enough to find it again, too few to fill the database with one bad file. */
	rawCharacters: 64 * 1024,
	/** Of these, of the cell that was refused: enough to tell its form. */
	faultCharacters: 80,
	/** An XLSX unpacked, all parts together. A full sheet (1,048,576 rows of twenty columns) stays below. */
	unzipBytes: 1024 * 1024 * 1024,
	/** Unpacked to packed size; sheets of repeated text reach 50, bombs thousands. Judged from `unzipGraceBytes` on. */
	unzipRatio: 200,
	unzipGraceBytes: 4 * 1024 * 1024,
	/** Characters of a name or a key: an index of the database takes 2,700 bytes, and no enterprise is called more. */
	keyCharacters: 300,
	/** Characters of one field that is kept as text. */
	fieldCharacters: 20_000
} as const;
