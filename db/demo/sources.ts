/** A source of the demo jurisdiction. `office`: rows arise in office hours. */
export type DemoSource = {
	readonly id: string;
	readonly name: string;
	/** As stored in `event.kind`, beside `enterprise` and `class`. */
	readonly kinds: readonly string[];
	readonly office: boolean;
	readonly cadence: Readonly<Record<string, unknown>> | null;
	/** Prefix of its row numbers. */
	readonly prefix: string;
	readonly contact: string;
};

const daily = { everyWorkingDaysBy: '09:00', graceDays: 1 } as const;

export const demoSources: readonly DemoSource[] = [
	{
		id: 'demo-registry', name: '省登记注册业务系统', office: true, cadence: daily, prefix: 'DJ', contact: '省局登记注册处',
		kinds: ['enterprise', 'registration', 'change', 'filing', 'cancellation', 'investment', 'pledge']
	},
	{ id: 'demo-12315', name: '省12315投诉举报平台', office: false, cadence: daily, prefix: 'TS', contact: '省局消费者权益保护处', kinds: ['complaint'] },
	{
		id: 'demo-enforcement', name: '省行政执法办案系统', office: true, cadence: daily, prefix: 'ZF', contact: '省局执法稽查处',
		kinds: ['penalty', 'compulsory-measure']
	},
	{ id: 'demo-double-random', name: '省双随机监管平台', office: true, cadence: daily, prefix: 'JC', contact: '省局信用监管处', kinds: ['inspection'] },
	{
		id: 'demo-credit', name: '省企业信用信息公示系统', office: true, cadence: daily, prefix: 'XY', contact: '省局信用监管处',
		kinds: ['annual-report', 'abnormal-list', 'serious-violation']
	},
	{ id: 'demo-licensing', name: '省行政许可系统', office: true, cadence: daily, prefix: 'XK', contact: '省局行政审批处', kinds: ['licence', 'confirmation'] },
	{ id: 'demo-classes', name: '省企业信用风险分类结果', office: true, cadence: { monthlyByDay: 5 }, prefix: 'FL', contact: '省局信用监管处', kinds: ['class'] }
];

const byKind = new Map(demoSources.flatMap((source) => source.kinds.map((kind) => [kind, source] as const)));

/** The source that delivers a kind of event. */
export function sourceOf(kind: string): DemoSource {
	const source = byKind.get(kind);
	if (source === undefined) throw new Error(`no demo source delivers ${kind}`);
	return source;
}
