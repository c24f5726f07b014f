/** Rules by which rows that say the same thing are folded into one. Written down with examples in `docs/mending.md`. */
export const foldRules = {
	/** Days between two complaints of one person about one subject and one matter that came by different channels. */
	'complaint-channels': { version: 1, days: 7 },
	/** Days between the fragments of one change of address. */
	'address-fragments': { version: 1, days: 1 },
	/** What the law calls a filing is none of the changes. */
	'filing-not-change': { version: 1, days: 0 }
} as const;
export type FoldRule = keyof typeof foldRules;
export const foldRuleNames = Object.keys(foldRules) as readonly FoldRule[];

/** A source row as the rules see it: its version of now, and when any version of it first came to us. */
export type FoldRow = {
	readonly id: string;
	readonly uscc: string;
	/** When it happened, as the database writes it. */
	readonly at: string;
	/** Enterprise, or for somebody not registered the region and the name: rows of different subjects are never one. */
	readonly subject: string;
	readonly kind: string;
	/** Days since 1970. */
	readonly day: number;
	readonly sourceId: string;
	readonly sourceKey: string;
	/** Seconds since 1970: first known to us, received by the source, occurred. */
	readonly known: number;
	readonly received: number;
	readonly occurred: number;
	readonly item: string | null;
	/** The source's own words for a change's item. */
	readonly itemText: string | null;
	readonly channel: string | null;
	readonly person: string | null;
	readonly before: string | null;
	readonly after: string | null;
};

export type Fold = {
	readonly rule: FoldRule;
	readonly row: FoldRow;
	/** Null: a filing that nobody else reported is made from the change. */
	readonly kept: FoldRow | null;
};

/** Names a pair of source rows, whichever comes first. */
export function pairName(a: Pick<FoldRow, 'sourceId' | 'sourceKey'>, b: Pick<FoldRow, 'sourceId' | 'sourceKey'>): string {
	return [a, b].map(({ sourceId, sourceKey }) => `${sourceId}\x1f${sourceKey}`).sort().join('\x1e');
}

/** The key of the filing that is made from a change. */
export const madeFilingKey = (changeKey: string): string => `~change:${changeKey}`;

/**
 * What is to be folded among the rows of one subject: the same rows give the same folds, in whatever order they came.
 *
 * @param apart pairs (`pairName`) of which people said that they are two
 */
export function foldsOf(rows: readonly FoldRow[], apart: ReadonlySet<string>): readonly Fold[] {
	const ordered = [...rows].sort(firstKnownFirst);
	const filings = ordered.filter((row) => row.kind === 'filing');
	const changes = ordered.filter((row) => row.kind === 'change');
	const asFilings = changes.flatMap((row) => filingOf(row, filings, apart));
	const filed = new Set(asFilings.map((fold) => fold.row));
	return [
		...sameComplaints(ordered.filter((row) => row.kind === 'complaint'), apart),
		...asFilings,
		...fragments(changes.filter((row) => row.item === 'address' && !filed.has(row)), apart)
	];
}

/** What we had first is kept, so that no evening of the past counts the same thing twice. */
function firstKnownFirst(a: FoldRow, b: FoldRow): number {
	return a.known - b.known || a.received - b.received || a.occurred - b.occurred || compare(a.sourceId, b.sourceId) || compare(a.sourceKey, b.sourceKey);
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

function sameComplaints(rows: readonly FoldRow[], apart: ReadonlySet<string>): Fold[] {
	const kept: FoldRow[] = [];
	return rows.flatMap((row) => {
		const first = kept.find((other) => isSameComplaint(other, row) && !apart.has(pairName(other, row)));
		if (first === undefined) kept.push(row);
		return first === undefined ? [] : [{ rule: 'complaint-channels' as const, row, kept: first }];
	});
}

/** One person, one matter, within days of each other, by another source or channel. Who writes by the same channel again is counted once elsewhere (D4). */
function isSameComplaint(a: FoldRow, b: FoldRow): boolean {
	if (a.person === null || a.person !== b.person || Math.abs(a.day - b.day) > foldRules['complaint-channels'].days) return false;
	const otherWay = a.sourceId !== b.sourceId || (a.channel !== null && b.channel !== null && a.channel !== b.channel);
	return otherWay && isSimilarItem(a.item, b.item);
}

/** Whether two names of a matter can mean the same: one holds the other, half of their pairs of characters are the same, or one is missing. */
export function isSimilarItem(a: string | null, b: string | null): boolean {
	if (a === null || b === null) return true;
	const [left, right] = [plain(a), plain(b)];
	if (left.includes(right) || right.includes(left)) return true;
	const [ours, theirs] = [pairsOf(left), pairsOf(right)];
	const common = ours.filter((pair) => theirs.includes(pair)).length;
	return 2 * common >= 0.5 * (ours.length + theirs.length);
}

function pairsOf(text: string): string[] {
	return [...new Set(Array.from({ length: Math.max(0, text.length - 1) }, (_, i) => text.slice(i, i + 2)))];
}

function plain(text: string): string {
	return text.normalize('NFKC').toLowerCase().replace(/[\s\p{P}]/gu, '');
}

/** Fragments of one change: each hangs together with another by an address, all within a day of the one that is kept. */
function fragments(rows: readonly FoldRow[], apart: ReadonlySet<string>): Fold[] {
	const folds: Fold[] = [];
	let left = rows;
	while (left.length > 1) {
		const [kept, ...others] = left as [FoldRow, ...FoldRow[]];
		const near = others.filter((row) => Math.abs(row.day - kept.day) <= foldRules['address-fragments'].days && !apart.has(pairName(kept, row)));
		const joined = new Set([kept]);
		for (let grown = true; grown; ) {
			grown = false;
			for (const row of near) {
				if (joined.has(row) || ![...joined].some((other) => isOneMove(other, row) && !apart.has(pairName(other, row)))) continue;
				joined.add(row);
				grown = true;
			}
		}
		joined.delete(kept);
		for (const row of near) if (joined.has(row)) folds.push({ rule: 'address-fragments', row, kept });
		left = others.filter((row) => !joined.has(row));
	}
	return folds;
}

function isOneMove(a: FoldRow, b: FoldRow): boolean {
	const [beforeA, afterA, beforeB, afterB] = [a.before, a.after, b.before, b.after].map((text) => (text === null ? '' : plain(text))) as [string, string, string, string];
	const meets = (x: string, y: string) => x !== '' && x === y;
	return meets(afterA, afterB) || meets(afterA, beforeB) || meets(afterB, beforeA);
}

/**
 * What is filed and not registered: 《市场主体登记管理条例》第九条 (in force since 2022-03-01). The same were filings under the older
 * 《公司登记管理条例》第三十六、三十七条, but for the term of business.
 */
const filed = /备案|章程|合伙协议|董事|监事|高级管理人员|高管|经理|家庭成员|联络员|法律文件送达接受人|受益所有人|清算组/;
const filedSince2022 = /(经营|合伙|营业)期限/;
const since2022 = Date.UTC(2022, 2, 1) / 86_400_000;

/** Whether the words of a change's item name what is only filed. */
export function isFilingItem(text: string, day: number): boolean {
	const words = text.normalize('NFKC');
	// One application may name several items; where one of them is registered, it is a change.
	if (/法定代表人|负责人|住所|地址|经营场所|注册资本|经营范围|名称变更|股东|合伙人(?!协议)|登记/.test(words) && !words.includes('备案')) return false;
	return filed.test(words) || (day >= since2022 && filedSince2022.test(words));
}

function filingOf(row: FoldRow, filings: readonly FoldRow[], apart: ReadonlySet<string>): Fold[] {
	const words = row.itemText;
	if (words === null) return [];
	const isFiling = isFilingItem(words, row.day);
	// A shareholder's change beside a shareholder's filing stays a change: of what is registered only the very same words are the same.
	const matter = (text: string) => (isFiling ? withoutEnding(text) : plain(text));
	const same = filings.find((filing) =>
		filing.day === row.day && filing.item !== null && matter(filing.item) === matter(words) && !apart.has(pairName(filing, row)));
	if (same !== undefined) return [{ rule: 'filing-not-change', row, kept: same }];
	const made = { sourceId: row.sourceId, sourceKey: madeFilingKey(row.sourceKey) };
	return isFiling && !apart.has(pairName(made, row)) ? [{ rule: 'filing-not-change', row, kept: null }] : [];
}

/** 章程备案, 章程变更 and 章程 are one matter. */
function withoutEnding(text: string): string {
	return plain(text).replace(/(变更)?(备案|变更)$/, '');
}
