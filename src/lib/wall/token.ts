/**
 * A screen's token as it is typed: 28 characters of Crockford's base 32 (no I, L, O, U; case does not matter) in seven groups. Six name
 * the screen, two the version of its token, twenty are a signature of 100 bits.
 */
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const idLength = 6;
const versionLength = 2;
const signatureLength = 20;
const tokenLength = idLength + versionLength + signatureLength;
const bitsPerSign = 5;

/** Bytes of the signature that are used: the 100 bits of twenty characters. */
export const signatureBytes = Math.ceil((signatureLength * bitsPerSign) / 8);
/** Bytes of chance in a screen's id. */
export const idBytes = Math.ceil((idLength * bitsPerSign) / 8);

export type TokenParts = { readonly id: string; readonly version: number; readonly signature: string };

/** The first characters of base 32 that some bytes give. */
function signs(bytes: Uint8Array, length: number): string {
	let text = '';
	let [held, bits] = [0, 0];
	for (const byte of bytes) {
		held = (held << 8) | byte;
		bits += 8;
		while (bits >= bitsPerSign && text.length < length) {
			bits -= bitsPerSign;
			text += alphabet[(held >> bits) & 31]!;
		}
		held &= (1 << bits) - 1;
	}
	return text;
}

/** @param bytes at least `idBytes` of chance. */
export const idOf = (bytes: Uint8Array): string => signs(bytes, idLength);
/** @param bytes at least `signatureBytes` of a keyed hash. */
export const signatureOf = (bytes: Uint8Array): string => signs(bytes, signatureLength);

/** `K7QD2M-…` as it is shown and typed: groups of four. */
export function writeToken({ id, version, signature }: TokenParts): string {
	const text = `${id}${alphabet[version >> 5]!}${alphabet[version & 31]!}${signature}`;
	return text.match(/.{4}/g)!.join('-');
}

/** Reads what was typed: blanks and dashes anywhere, small letters, O for 0, I and L for 1. Null where it can be no token. */
export function readToken(typed: string): TokenParts | null {
	const text = typed.toUpperCase().replace(/[\s-]+/g, '').replace(/O/g, '0').replace(/[IL]/g, '1');
	if (text.length !== tokenLength || [...text].some((sign) => !alphabet.includes(sign))) return null;
	const version = alphabet.indexOf(text[idLength]!) * 32 + alphabet.indexOf(text[idLength + 1]!);
	return { id: text.slice(0, idLength), version, signature: text.slice(idLength + versionLength) };
}
