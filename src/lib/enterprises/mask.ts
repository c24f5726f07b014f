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

/** Changed items whose content names nobody. Any other, and any that a source calls by a word of its own, is masked. */
const impersonal: readonly string[] = ['address', 'capital', 'name', 'scope'];

/** One side of a change as it may be shown: persons masked unless the item is known to name none. */
export function maskChange(item: string | null, text: string | null): string | null {
	if (text === null || (item !== null && impersonal.includes(item))) return text;
	return maskNames(text);
}
