/** A person's name with everything but its first character hidden: 张伟 → 张*. */
export function maskName(name: string | null | undefined): string {
	const first = Array.from((name ?? '').trim())[0];
	return first === undefined ? '' : `${first}*`;
}

/** Several names in one field: each masked. */
export function maskNames(names: string): string {
	return names.split(/[、,，;；]/).map((name) => maskName(name)).filter((name) => name !== '').join('、');
}

/** A telephone number with its first three and last four digits: 13812345678 → 138****5678. Shorter ones are hidden wholly. */
export function maskPhone(phone: string | null | undefined): string {
	const digits = (phone ?? '').trim();
	if (digits === '') return '';
	return digits.length < 9 ? '*'.repeat(digits.length) : `${digits.slice(0, 3)}****${digits.slice(-4)}`;
}
