import type { ScopeKind } from '#lib/warnings/evaluation.ts';

/** What is known and may stand in a paper: the addressee's own register data, counts and days. */
export type PaperFacts = {
	readonly item: string;
	readonly scopeKind: ScopeKind;
	readonly window: { readonly from: string; readonly to: string };
	/** How many events of the window concern the addressee; of a place all of them. */
	readonly count: number;
	/** How many enterprises share what the warning is about, the addressee among them. */
	readonly sharing: number;
	/** Null when a place is spoken of. */
	readonly enterprise: { readonly uscc: string; readonly address: string | null; readonly establishedOn: string | null } | null;
	/** 武进区餐饮业. */
	readonly place: string;
};

/** `2026-06-01` → 2026年6月1日. */
export function paperDay(day: string): string {
	const [year, month, date] = day.split('-').map(Number);
	return `${year}年${month}月${date}日`;
}

/** 2026年6月1日至6月7日; one day alone, and the year said again where it changes. */
export function paperSpan({ from, to }: PaperFacts['window']): string {
	if (from === to) return paperDay(from);
	const end = paperDay(to);
	return `${paperDay(from)}至${from.slice(0, 4) === to.slice(0, 4) ? end.slice(end.indexOf('年') + 1) : end}`;
}

/** What the paper is about, for its title: 投诉举报有关问题. */
export function paperMatter(item: string): string {
	if (item === 'complaint') return '消费投诉举报有关问题';
	return ['registration', 'change', 'cancellation', 'filing'].includes(item) ? '登记事项有关情况' : '经营活动有关情况';
}

const events: Readonly<Record<string, (who: string, n: number) => string>> = {
	complaint: (who, n) => `本机关收到涉及${who}的投诉举报${n}件`,
	registration: (who, n) => `${who}办理设立登记${n}件`,
	change: (who, n) => `${who}办理变更登记${n}件`,
	cancellation: (who, n) => `${who}办理注销登记${n}件`
};

const shared: Readonly<Partial<Record<ScopeKind, string>>> = {
	address: '与你单位登记住所相同的企业',
	place: '与你单位登记在同一场所的企业',
	person: '与你单位登记的法定代表人（负责人）相同的企业',
	phone: '与你单位登记的联系电话相同的企业',
	agent: '与你单位由同一代理人办理登记的企业',
	group: '与你单位在登记信息上相互关联的企业'
};

/**
 * The facts in sober words: what happened, how often and when. Papers are Chinese whatever the reader's language. Never an indicator, a
 * level, a class, an expectation, or who complained (D11).
 */
export function factsText(facts: PaperFacts): string {
	const { item, scopeKind, window, count, sharing, enterprise, place } = facts;
	const span = paperSpan(window);
	const said: string[] = [];
	if (enterprise !== null) {
		const register = [enterprise.address ? `登记住所为${enterprise.address}` : '', enterprise.establishedOn ? `${paperDay(enterprise.establishedOn)}成立` : ''].filter(Boolean);
		if (register.length > 0) said.push(`你单位（统一社会信用代码：${enterprise.uscc}）${register.join('，')}。`);
		const others = shared[scopeKind];
		if (others !== undefined && sharing > 1) said.push(`${span}，${others}（含你单位）有${sharing}户发生${sharedEvents(item)}。`);
		else if (count > 0) said.push(`${span}，${(events[item] ?? otherEvents)('你单位', count)}。`);
	} else if (count > 0) {
		said.push(`${span}，${(events[item] ?? otherEvents)(place, count)}。`);
	}
	return said.length > 0 ? said.join('') : `${span}，有关情况见随附材料。`;
}

const otherEvents = (who: string, n: number) => `涉及${who}的有关记录${n}条`;
const sharedEvents = (item: string) =>
	({ registration: '设立登记', change: '变更登记', cancellation: '注销登记', complaint: '投诉举报' })[item] ?? '有关事项';

/** Of a paper to another authority the enterprise is spoken of, not to. */
export function inThirdPerson(text: string): string {
	return text.replace(/你单位（统一社会信用代码：[^（）]*）/, '该单位').replaceAll('你单位', '该单位');
}
