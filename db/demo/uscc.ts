import { checkCharacter } from '#lib/enterprises/uscc.ts';

/** Characters of GB 32100-2015 (no I, O, S, V, Z). */
const alphabet = '0123456789ABCDEFGHJKLMNPQRTUWXY';
const organisationWeights = [3, 7, 9, 10, 5, 8, 4, 2] as const;
const organisationValues = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ';
/** 31^6 numbers are there; an odd step without the factor 31 visits each once, so that neighbours look unlike. */
const codes = 31 ** 6;
const step = 524_287_003;

/**
 * A well-formed code that belongs to nobody: its organisation part begins with `XD`, which is not allotted.
 * `serial` and `seed` decide the rest; different serials never meet.
 */
export function composeUscc(category: '91' | '93', region: string, serial: number, seed: number): string {
	let n = (serial * step + (seed % codes)) % codes;
	let body = '';
	for (let k = 0; k < 6; k++) {
		body += alphabet[n % 31] as string;
		n = Math.floor(n / 31);
	}
	const organisation = `XD${body}`;
	let sum = 0;
	for (let k = 0; k < 8; k++) sum += organisationValues.indexOf(organisation[k] as string) * (organisationWeights[k] as number);
	const digit = 11 - (sum % 11);
	const first17 = `${category}${region}${organisation}${digit === 11 ? '0' : digit === 10 ? 'X' : String(digit)}`;
	return first17 + checkCharacter(first17);
}
