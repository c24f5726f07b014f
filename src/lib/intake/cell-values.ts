/** What single cells of a file say: texts in, values out; null when a text says nothing that we understand. */

/** Trimmed; Excel's `="0123"`, and the apostrophe in front of digits and of what looks like a formula, taken away. */
export function cleanCell(value: string | undefined): string {
	if (value === undefined) return '';
	const plain = value.trim();
	const first = plain.charCodeAt(0);
	if (first === 61 && plain.startsWith('="') && plain.endsWith('"') && plain.length > 3) return plain.slice(2, -1).trim();
	return first === 39 && /^'[=+\-@\d]/.test(plain) ? plain.slice(1) : plain;
}

/** Zero-width blanks and joiners, byte order marks, soft hyphens, marks of direction: copied from web pages, seen by nobody. */
const invisible = /[\u00ad\u200b-\u200f\u202a-\u202e\u2060\ufeff]/;

/** The text without characters that nobody sees. */
export function withoutInvisible(text: string): string {
	return invisible.test(text) ? text.replace(new RegExp(invisible, 'g'), '').trim() : text;
}

/** What a spreadsheet shows where it could not compute. */
export function isCellError(text: string): boolean {
	return text.charCodeAt(0) === 35 && /^#(REF!|N\/A|VALUE!|DIV\/0!|NAME\?|NUM!|NULL!|SPILL!|CALC!|GETTING_DATA)$/i.test(text);
}

/**
 * Is it a code that a spreadsheet took for a number? Of its digits fifteen are true: 9.13203E+17, or zeros at the end.
 *
 * @param text a code that is wrong.
 */
export function isNumberOfCode(text: string): boolean {
	return isInExponents(text) || /^\d{15}000$/.test(text);
}

/** 9.13203E+17, as a spreadsheet shows long numbers. */
export function isInExponents(text: string): boolean {
	return text.length < 24 && /^\d(\.\d+)?E\+?\d+$/i.test(text);
}

/** Would a spreadsheet compute this text? `=` and `@` begin nothing that registers hold; `+` and `-` do, unless a call or a link follows. */
export function isFormula(text: string): boolean {
	const first = text.charCodeAt(0);
	return first === 61 || first === 64 || ((first === 43 || first === 45) && /^[+-].*[|!(].*/.test(text) && /[A-Za-z]/.test(text));
}

/** State of an enterprise from whatever the register calls it; what names no end is active. */
export function statusOf(text: string): 'active' | 'cancelled' | 'revoked' {
	const plain = text.normalize('NFKC').toLowerCase();
	if (/吊销|撤销|revoked/.test(plain)) return 'revoked';
	return /注销|cancel|迁出|歇业清算完毕/.test(plain) ? 'cancelled' : 'active';
}

const classWords: Readonly<Record<string, string>> = { 低: 'A', 一般: 'B', 较高: 'C', 高: 'D' };

/** Risk class A–D from `A`, `A类`, `低风险` … (国市监信发〔2022〕6号). */
export function classOf(text: string): string | null {
	const plain = text.normalize('NFKC').trim().toUpperCase();
	return /^([A-D])(?![A-Z])/.exec(plain)?.[1] ?? classWords[plain.replace(/^信?用?风险|风险|类|级/g, '')] ?? null;
}

/** Yes or no. */
export function yesNoOf(text: string): boolean | null {
	if (/^(1|true|t|yes|y|是|有|已.*)$/i.test(text)) return true;
	return /^(0|false|f|no|n|否|无|未.*)$/i.test(text) ? false : null;
}

/** Whether a row was withdrawn. Listed words only: 已受理 and 未处理 are states of another kind. */
export function withdrawnOf(text: string): boolean | null {
	if (/^已?(撤回|撤销|撤诉|作废|删除|取消)$|^(deleted|withdrawn|void)$/i.test(text)) return true;
	if (/^未(撤回|撤销|撤诉|作废|删除|取消)$|^(正常|有效|active|valid)$/i.test(text)) return false;
	return /^[已未]/.test(text) ? null : yesNoOf(text);
}

/**
 * A decimal number; full-width digits, a sign of money in front, a unit of money or years behind, and commas or blanks between thousands
 * are left aside. What could mean two numbers (`1.200,50`, `12,00`), is written as programs write it (`0x10`, `1.38E+10`) or has more
 * digits than a number holds is none.
 */
export function numberOf(text: string): number | null {
	const plain = text.normalize('NFKC').trim().replace(/^[￥¥]\s*/, '').replace(/\s*[元年]$/, '');
	if (!/^[+-]?(\d+|\d{1,3}(,\d{3})+|\d{1,3}( \d{3})+)(\.\d+)?$/.test(plain)) return null;
	const number = Number(plain.replace(/[, ]/g, ''));
	return Math.abs(number) <= Number.MAX_SAFE_INTEGER ? number : null;
}
