/**
 * Digits after the point, by what a number is. Pages, table twins, papers and the formats of sheets all read this: a figure is written
 * alike wherever it stands. Numbers themselves are kept and exported to their last digit; only their writing is rounded.
 */
export const decimals = {
	count: 0,
	/** Per 1,000 enterprises. */
	rate: 2,
	/** Shares in hundredths. */
	percent: 1,
	/** Differences of two shares, in percentage points. */
	points: 1,
	/** Against another time, in hundredths. */
	change: 1,
	/** So many times as much. */
	ratio: 1,
	days: 1,
	/** What was to be expected, and other averages of counts. */
	expected: 1,
	grade: 0
} as const;

export type Unit = keyof typeof decimals;

/** How a language writes a number of so many digits: made once each, because making one costs more than using it. */
const written = new Map<string, Intl.NumberFormat>();

/** A number with exactly so many digits; `grouped` with commas. Halves go away from zero, as spreadsheets round: 12.35 is 12.4. */
export function withDigits(value: number, digits: number, locale = 'en', grouped = false): string {
	const key = `${locale} ${digits} ${grouped}`;
	const known = written.get(key) ?? new Intl.NumberFormat(locale, { minimumFractionDigits: digits, maximumFractionDigits: digits, useGrouping: grouped });
	written.set(key, known);
	return known.format(value).replace(/^-(?=[0.,]*$)/, '');
}

/** A number as pages write it. */
export const inUnit = (value: number, unit: Unit, locale: string): string => withDigits(value, decimals[unit], locale, true);

/** Points, and zeros after them: `.0` */
const places = (digits: number): string => (digits === 0 ? '' : `.${'0'.repeat(digits)}`);

/** The format of a spreadsheet's cell that shows as many digits. @param grouped as `inUnit` does; papers do not. */
export const sheetFormat = (digits: number, grouped = false): string => `${grouped ? '#,##0' : '0'}${places(digits)}`;

/** The formats under which numbers of a unit leave in sheets: as many digits as on the pages. */
export function unitFormat(unit: Unit): string {
	const plain = sheetFormat(decimals[unit], true);
	switch (unit) {
		case 'percent':
			return `${plain}"%"`;
		case 'points':
			return signed(plain);
		case 'change':
			// The cell holds a part of one.
			return signed(`${plain}%`);
		default:
			return plain;
	}
}

const signed = (format: string): string => `+${format};-${format};${format}`;
