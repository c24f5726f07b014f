/** The key of a telephone number: digits only, without the country's code; null when it is none or a stopgap. */
export function phoneKey(text: string): string | null {
	let digits = text.normalize('NFKC').replace(/(转|分机|ext\.?).*$/i, '').replace(/[^\d+]/g, '');
	digits = digits.replace(/^(\+86|0086|86(?=1\d{10}$)|86(?=0\d{9,11}$))/, '').replace(/\D/g, '');
	if (/^(\d)\1+$/.test(digits) || isStopgap(digits)) return null;
	if (/^1[3-9]\d{9}$/.test(digits)) return digits;
	// Area code and number; a number without its area code could be anywhere.
	if (/^0(10|2\d)\d{8}$/.test(digits) || /^0[3-9]\d{2}\d{7,8}$/.test(digits)) return digits;
	return /^[48]00\d{7}$/.test(digits) ? digits : null;
}

/** Numbers that clerks type where there is none: 13800000000, 12345678901. */
function isStopgap(digits: string): boolean {
	return /(\d)\1{7}$/.test(digits) || /^1?2345678/.test(digits);
}
