/** Words that every name of a firm has; they say nothing about which it is. */
const common = /(有限责任公司|股份有限公司|有限公司|分公司|公司|个体工商户|经营部|商行|店|厂|（个人独资）|\(个人独资\)|（[^）]*）|\([^)]*\))/g;

/** A name as it is compared: without width, blanks, punctuation, the kind of firm and the place it stands in. */
export function plainName(name: string, places: readonly string[] = []): string {
	let plain = name.normalize('NFKC').replace(common, '');
	for (const place of places) plain = plain.replaceAll(place, '').replaceAll(place.replace(/[省市区县]$/, ''), '');
	return plain.replace(/[\s\p{P}]/gu, '').toLowerCase();
}

/** How alike two names are: the share of pairs of characters they have in common, 0 … 1 (Dice). */
export function nameLikeness(a: string, b: string): number {
	if (a === b && a !== '') return 1;
	const [ours, theirs] = [pairs(a), pairs(b)];
	if (ours.size === 0 || theirs.size === 0) return 0;
	let both = 0;
	for (const pair of ours) if (theirs.has(pair)) both++;
	return (2 * both) / (ours.size + theirs.size);
}

function pairs(text: string): Set<string> {
	const characters = [...text];
	return new Set(characters.slice(1).map((c, i) => `${characters[i]}${c}`));
}
