import type { Definition, DefinitionOf } from './definition.ts';

/** An indicator that ships with the product. Its numbers are ours: no notice gives any. */
export type ShippedIndicator = {
	readonly id: string;
	readonly name: string;
	readonly nameEn: string;
	/** Routing item (D8). */
	readonly item: string;
	/** Indicator of the classification system it was picked from (D5), by the five dimensions of A1. */
	readonly parent: string;
	readonly definition: Definition;
};

const surge = { monitor: 'cell-surge', q: 0.01, floor: 6, excess: 5, ratio: 1.5, alpha: 0.01, keep: 0.01, clearAfterDays: 7 } as const;

const group = {
	monitor: 'linked-group', days: 90, least: 5, q: 0.1, lifeDays: 180,
	items: ['legal-representative', 'address', 'shareholders'], within: 30, times: 3
} satisfies Omit<DefinitionOf<'linked-group'>, 'stream'>;

export const shippedIndicators: readonly ShippedIndicator[] = [
	{
		id: 'registration-surge', name: '登记量异常增长', nameEn: 'Surge of registrations', item: 'registration',
		parent: '企业动态信息/登记',
		definition: { ...surge, eventKind: 'registration' }
	},
	{
		id: 'change-surge', name: '变更量异常增长', nameEn: 'Surge of changes', item: 'change',
		parent: '企业动态信息/变更',
		definition: { ...surge, eventKind: 'change' }
	},
	{
		id: 'cancellation-surge', name: '注销量异常增长', nameEn: 'Surge of cancellations', item: 'cancellation',
		parent: '企业动态信息/注销',
		definition: { ...surge, eventKind: 'cancellation' }
	},
	{
		id: 'complaint-surge', name: '投诉举报异常增长', nameEn: 'Surge of complaints', item: 'complaint',
		parent: '社会评价信息/投诉举报',
		definition: { ...surge, eventKind: 'complaint' }
	},
	{
		id: 'shared-address', name: '同一地址集中登记', nameEn: 'Many registrations at one address', item: 'registration',
		parent: '关联关系信息/地址',
		definition: { monitor: 'shared-link', link: 'address', days: 30, limit: 6, alpha: 0.001 }
	},
	{
		id: 'shared-person', name: '同一人员集中登记', nameEn: 'Many registrations of one person', item: 'registration',
		parent: '关联关系信息/人员',
		definition: { monitor: 'shared-link', link: 'person', days: 30, limit: 5, alpha: 0.001 }
	},
	{
		id: 'shared-phone', name: '同一电话集中登记', nameEn: 'Many registrations on one phone', item: 'registration',
		parent: '关联关系信息/电话',
		definition: { monitor: 'shared-link', link: 'phone', days: 30, limit: 6, alpha: 0.001 }
	},
	{
		id: 'shared-agent', name: '同一代理集中登记', nameEn: 'Many registrations by one agent', item: 'registration',
		parent: '关联关系信息/代理',
		definition: { monitor: 'shared-link', link: 'agent', days: 30, limit: 30, alpha: 0.001 }
	},
	{
		id: 'linked-registrations', name: '关联企业集中登记', nameEn: 'Linked enterprises registering together', item: 'registration',
		parent: '关联关系信息/综合',
		definition: { ...group, stream: 'registration' }
	},
	{
		id: 'linked-cancellations', name: '关联企业登记后短期注销', nameEn: 'Linked enterprises registered and soon cancelled', item: 'cancellation',
		parent: '关联关系信息/综合',
		definition: { ...group, stream: 'young-cancellation' }
	},
	{
		id: 'linked-transfers', name: '关联空壳转让', nameEn: 'Linked shell transfers', item: 'change',
		parent: '关联关系信息/综合',
		definition: { ...group, stream: 'transfer' }
	},
	{
		id: 'linked-change-storm', name: '关联企业集中频繁变更', nameEn: 'Linked enterprises changing again and again', item: 'change',
		parent: '关联关系信息/综合',
		definition: {
			...group, stream: 'change-storm', within: 180, times: 4,
			items: ['legal-representative', 'address', 'shareholders', 'capital', 'name', 'scope']
		}
	},
	{
		id: 'repeated-key-changes', name: '关键事项频繁变更', nameEn: 'Repeated changes of key items', item: 'change',
		parent: '企业动态信息/变更',
		definition: {
			monitor: 'repeated-changes', items: ['legal-representative', 'address', 'shareholders', 'capital', 'name', 'scope'],
			days: 180, limit: 5, mergeDays: 7
		}
	},
	{
		id: 'shell-transfer', name: '疑似空壳转让', nameEn: 'Suspected shell transfer', item: 'change',
		parent: '企业动态信息/变更',
		definition: { monitor: 'shell-transfer', items: ['legal-representative', 'address', 'shareholders'], days: 30 }
	},
	{
		id: 'register-then-cancel', name: '登记后短期注销', nameEn: 'Registered and soon cancelled', item: 'cancellation',
		parent: '企业动态信息/注销',
		definition: { monitor: 'register-then-cancel', link: 'address', lifeDays: 180, days: 90, limit: 3 }
	},
	{
		id: 'enterprise-complaint-rise', name: '单户投诉举报异常增长', nameEn: 'Rise of complaints about one enterprise', item: 'complaint',
		parent: '社会评价信息/投诉举报',
		definition: { monitor: 'enterprise-rise', eventKind: 'complaint', days: 14, floor: 6, ratio: 3, q: 0.01 }
	},
	{
		id: 'prepaid-card-risk', name: '预付卡闭店风险', nameEn: 'Prepaid cards and signs of closing', item: 'complaint',
		parent: '社会评价信息/投诉举报',
		definition: { monitor: 'prepaid-card', items: ['预付卡'], days: 30, limit: 3, signDays: 60 }
	}
];
