/** What a change registration changes. Filings (备案) are no changes (D3). */
export const changeItems = [
	'legal-representative', 'address', 'shareholders', 'capital', 'name', 'scope', 'directors', 'executives', 'type', 'term', 'other'
] as const;
export type ChangeItem = (typeof changeItems)[number];

/** As registers name the items; the first that fits counts, so the narrower ones stand first. */
const patterns: readonly (readonly [RegExp, ChangeItem])[] = [
	[/法定代表人|负责人|经营者|投资人姓名|执行事务合伙人|legal.?rep/i, 'legal-representative'],
	[/住所|地址|经营场所|营业场所|驻在|address/i, 'address'],
	[/股东|股权|投资人|合伙人|发起人|出资(人|比例|情况)|shareholder/i, 'shareholders'],
	[/注册资本|资本|出资额|资金数额|开办资金|capital/i, 'capital'],
	[/经营范围|业务范围|许可经营|scope/i, 'scope'],
	[/类型|性质|type/i, 'type'],
	[/期限|营业日期|term/i, 'term'],
	[/董事|监事|director|supervisor/i, 'directors'],
	[/经理|高级管理|高管|manager|executive/i, 'executives'],
	[/名称|字号|name/i, 'name']
];

/** The item that a source's words name. */
export function changeItemOf(text: string): ChangeItem {
	const plain = text.normalize('NFKC').trim().toLowerCase();
	const exact = changeItems.find((item) => item === plain);
	return exact ?? patterns.find(([pattern]) => pattern.test(plain))?.[1] ?? 'other';
}
