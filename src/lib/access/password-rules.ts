/** Shortest and longest password, in characters. The upper end only bounds the work of hashing. */
export const passwordLength = { least: 10, most: 128 } as const;

/** Why a password was not taken; `access/labels.ts` says it in words. */
export const passwordFaults = ['too-short', 'too-long', 'too-simple', 'contains-name', 'too-common', 'repeated'] as const;
export type PasswordFault = (typeof passwordFaults)[number];

/** Begins of what everybody tries first; compared without digits and signs at both ends. */
const commonWords = ['password', 'passw0rd', 'admin', 'administrator', 'qwerty', 'qwertyuiop', 'iloveyou', 'welcome', 'qianshao', 'abc', 'aa'];

/**
 * What is wrong with a new password, or null. Three of four kinds of characters are asked for because offices are examined on it
 * (GB/T 22239-2019 8.1.4.1 a); the length does the work.
 */
export function passwordFault(password: string, name: string): PasswordFault | null {
	const characters = [...password];
	if (characters.length < passwordLength.least) return 'too-short';
	if (characters.length > passwordLength.most) return 'too-long';
	const kinds = [/[a-z]/, /[A-Z]/, /\d/, /[^A-Za-z\d]/].filter((kind) => kind.test(password)).length;
	if (kinds < 3) return 'too-simple';
	const lower = password.toLowerCase();
	if (name.length >= 3 && lower.includes(name.toLowerCase())) return 'contains-name';
	if (new Set(characters).size < 5) return 'repeated';
	if (commonWords.includes(lower.replace(/^\P{L}+|\P{L}+$/gu, ''))) return 'too-common';
	return null;
}
