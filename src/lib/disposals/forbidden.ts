/** What a paper must not say (D11), and why. */
export const forbiddenKinds = ['class', 'level', 'score', 'indicator', 'penalty', 'complainant', 'identity', 'gap'] as const;
export type ForbiddenKind = (typeof forbiddenKinds)[number];

export type Finding = { readonly kind: ForbiddenKind; readonly found: string };

export type ForbiddenContext = {
	/** Names of all indicators, in both languages. */
	readonly indicators: readonly string[];
	/** Words the measure's paper must not hold (警告, 通报批评 in a 警示). */
	readonly banned: readonly string[];
	/** The addressee's own name and address: what they are called is no class. */
	readonly own: readonly string[];
	/** Names of complainants that are known. */
	readonly complainants: readonly string[];
	/** Whether a number is a complainant's. */
	readonly isComplainants: (number: string) => boolean;
};

const patterns: readonly (readonly [ForbiddenKind, RegExp])[] = [
	['class', /[ABCDＡＢＣＤ]\s*[级类]/giu],
	['class', /(?:风险分[类级]|信用分[类级]|风险类别|风险等级|信用等级|信用评[级价]|专业分级|(?:低|中|高|较高|一般)风险)/gu],
	['level', /(?:[红橙黄蓝]色?\s*)?预警(?:等级|级别|信号)?|[红橙黄蓝]色?\s*(?:等级|级别)/gu],
	['score', /(?:风险|信用)(?:积|评|得)?分(?:值|数)?|评分|得分/gu],
	['identity', /(?<!\d)[1-8]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])\d{3}[\dXx](?![\dA-Za-z])/gu],
	['gap', /【[^【】]*】/gu],
	['gap', /\{[^{}]*\}/gu]
];

/** Shorter names are words that anybody uses. */
const shortestName = 4;

/**
 * What a text says that must not leave the office, in the order it stands there; nothing when it may go.
 *
 * A county's 一般风险 or D类 is refused wherever it stands, but not inside the addressee's own name or address.
 */
export function forbiddenIn(text: string, context: ForbiddenContext): readonly Finding[] {
	// As long as before, so that what is found stands where it stood.
	const rest = context.own
		.filter((own) => own.length >= shortestName)
		.reduce((left, own) => left.replaceAll(own, '○'.repeat(own.length)), text.normalize('NFC'));
	const lower = rest.toLowerCase();
	const found: (Finding & { readonly at: number })[] = [];
	for (const [kind, pattern] of patterns) for (const match of rest.matchAll(pattern)) found.push({ kind, found: match[0], at: match.index });
	const name = (kind: ForbiddenKind, names: readonly string[], least: number) => {
		for (const one of names) {
			const at = one.trim().length < least ? -1 : lower.indexOf(one.trim().toLowerCase());
			if (at >= 0) found.push({ kind, found: one.trim(), at });
		}
	};
	name('indicator', context.indicators, shortestName);
	name('penalty', context.banned, 1);
	name('complainant', context.complainants, 2);
	for (const match of rest.matchAll(/(?<!\d)(?:\d[\d-]{5,18}\d)(?!\d)/gu)) {
		if (context.isComplainants(match[0])) found.push({ kind: 'complainant', found: match[0], at: match.index });
	}
	const seen = new Set<string>();
	return found
		.sort((a, b) => a.at - b.at)
		.filter(({ kind, found: what }) => !seen.has(`${kind}|${what}`) && seen.add(`${kind}|${what}`))
		.map(({ kind, found: what }) => ({ kind, found: what }));
}
