/** An inspection item that ships with the product; offices edit their own list. Legal bases name the law, not a paragraph of ours. */
export type ItemDefault = {
	readonly id: string;
	readonly number: string;
	readonly name: string;
	readonly subItem: string | null;
	readonly legalBasis: string;
	readonly method: 'on-site' | 'paper' | 'network';
	/** Industry key prefixes it is meant for; null: all. */
	readonly industries: readonly string[] | null;
};

export const itemDefaults: readonly ItemDefault[] = [
	{ id: 'registration', number: '01', name: '登记事项检查', subItem: '住所（经营场所）、法定代表人、注册资本', legalBasis: '《中华人民共和国市场主体登记管理条例》', method: 'on-site', industries: null },
	{ id: 'disclosure', number: '02', name: '公示信息检查', subItem: '年度报告和即时公示信息', legalBasis: '《企业信息公示暂行条例》', method: 'paper', industries: null },
	{ id: 'prepaid', number: '03', name: '单用途预付卡经营行为检查', subItem: '预收款、退费和告知', legalBasis: '《中华人民共和国消费者权益保护法》', method: 'on-site', industries: ['F', 'H', 'O', 'P', 'R'] },
	{ id: 'consumer', number: '04', name: '消费者权益保护检查', subItem: '格式条款、明示承诺', legalBasis: '《中华人民共和国消费者权益保护法》', method: 'on-site', industries: ['F', 'H', 'O', 'P', 'R'] },
	{ id: 'advertising', number: '05', name: '广告行为检查', subItem: '广告发布内容', legalBasis: '《中华人民共和国广告法》', method: 'network', industries: null },
	{ id: 'price', number: '06', name: '价格行为检查', subItem: '明码标价', legalBasis: '《中华人民共和国价格法》', method: 'on-site', industries: ['F', 'H', 'R'] },
	{ id: 'food-catering', number: '07', name: '餐饮服务食品安全检查', subItem: '场所、人员、进货查验', legalBasis: '《中华人民共和国食品安全法》', method: 'on-site', industries: ['H62'] },
	{ id: 'food-sale', number: '08', name: '食品销售安全检查', subItem: '进货查验、贮存、标签', legalBasis: '《中华人民共和国食品安全法》', method: 'on-site', industries: ['F51', 'F52'] },
	{ id: 'product-quality', number: '09', name: '产品质量检查', subItem: '生产许可、标识、出厂检验', legalBasis: '《中华人民共和国产品质量法》', method: 'on-site', industries: ['C'] },
	{ id: 'special-equipment', number: '10', name: '特种设备使用检查', subItem: '登记、定期检验、作业人员', legalBasis: '《中华人民共和国特种设备安全法》', method: 'on-site', industries: null },
	{ id: 'metrology', number: '11', name: '计量器具检查', subItem: '强制检定', legalBasis: '《中华人民共和国计量法》', method: 'on-site', industries: null },
	{ id: 'e-commerce', number: '12', name: '网络交易行为检查', subItem: '亮照经营、信息公示', legalBasis: '《中华人民共和国电子商务法》', method: 'network', industries: ['F52', 'I'] },
	{ id: 'agency', number: '13', name: '登记代理行为检查', subItem: '虚假材料、批量代办', legalBasis: '《中华人民共和国市场主体登记管理条例》', method: 'on-site', industries: ['L'] }
];

/**
 * The item to begin with: of those meant for every one of the industries the closest (longest prefixes), else the first that is meant for all.
 *
 * @param industries keys; `*` is every industry, none is nothing known. @returns null where no item fits: a wrong one is worse than none.
 */
export function itemForIndustries<T extends { readonly industries: readonly string[] | null }>(
	items: readonly T[], industries: readonly string[]
): { readonly item: T; readonly byIndustry: boolean } | null {
	const best = items
		.map((item) => ({ item, fit: fitOf(item.industries ?? [], industries) }))
		.reduce((a, b) => (b.fit > a.fit ? b : a), { item: null as T | null, fit: 0 });
	if (best.item !== null) return { item: best.item, byIndustry: true };
	const general = items.find((item) => item.industries === null);
	return general ? { item: general, byIndustry: false } : null;
}

/** How closely prefixes fit the industry that they fit least; 0: not all of them, or none is known. */
function fitOf(prefixes: readonly string[], industries: readonly string[]): number {
	const fits = industries.map((key) => Math.max(0, ...prefixes.filter((p) => key.startsWith(p)).map((p) => p.length)));
	return fits.length === 0 ? 0 : Math.min(...fits);
}
