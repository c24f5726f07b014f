/** What people and programs write where they have no name: words, signs, digits and single letters only. */
const placeholder = /^(无|没有|暂无|暂缺|缺|空|未知|不明|不详|不清楚|不知道|未填写?|未登记|未提供|待定|待补充?|待核实|匿名|同上|略|无名(称|氏)?|名称(不详|未知)|(测试|test)(企业|公司|数据|单位)?\d*|n\/?a|null|\(null\)|none|nil|nan|undefined|unknown|tbd|x{2,}|×+|[-—–_/\\.·。,，*#?？!~…'"]+|0+)$/;

/** What is left of text that was read in a wrong encoding. */
const garbled = /\ufffd|锟斤拷|锟斤|烫烫|屯屯屯|ï¿½/;

/** Does the text name nobody? An enterprise, or a complaint's subject, of such a name would be one with all others that have it. */
export function isNoName(text: string): boolean {
	if (garbled.test(text)) return true;
	// Nothing that stands for a name is longer.
	return text.length <= 12 && placeholder.test(text.normalize('NFKC').toLowerCase().replace(/[\s()（）[\]【】<>《》]/g, ''));
}
