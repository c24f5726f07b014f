import { checkMethods } from '../classes.ts';
import type { Limit, PresetRules } from './presets.ts';

/** A preset that ships with the product. */
export type PresetDefault = {
	readonly id: string;
	readonly name: string;
	readonly regionCode: string;
	readonly source: string;
	readonly rules: PresetRules;
};

/** Yearly cap of planned checks per authority and enterprise: a rule of the field; no notice gives a figure, these are ours. */
const cap = (max: number): Limit => ({ max, window: 'year', counting: 'authority', visits: 'planned', basis: 'cap' });

/** How much warnings weigh: no notice gives a figure, these are ours. */
const warning: PresetRules['warning'] = {
	factors: { blue: 2, yellow: 2, orange: 2, red: 2 },
	weights: { blue: 1, yellow: 2, orange: 3, red: 4 },
	quote: ''
};
const noObservation: PresetRules['observation'] = { mode: 'off', classes: [], months: 12, quote: '' };

/** Directions only, so every figure is ours, relative to the authority's baseline, and meant to be edited. */
const national: PresetDefault = {
	id: 'national',
	name: '全国通用（以本机关常规为基准）',
	regionCode: '000000',
	source: '国市监信发〔2022〕6号（二）（八）（九）（十）',
	rules: {
		basis: 'notice',
		ratioOf: 'baseline',
		baselineRatio: 0.1,
		warning: { ...warning, quote: '根据企业信用风险状况和监测预警结果，合理确定监管重点、监管措施、抽查比例和频次等' },
		sample: { floor: 2, cap: 30 },
		classes: {
			A: {
				inPool: 'yes',
				campaign: 'yes',
				onSite: 'discretion',
				methods: [...checkMethods],
				ratio: { min: 0, usual: 0.3, max: 1 },
				limits: [cap(1)],
				quote:
					'对A类企业，可合理降低抽查比例和频次，除投诉举报、大数据监测发现问题、转办交办案件线索及法律法规另有规定外，根据实际情况可不主动实施现场检查，实现“无事不扰”'
			},
			B: {
				inPool: 'yes',
				campaign: 'yes',
				onSite: 'as-usual',
				methods: [...checkMethods],
				ratio: { min: 1, usual: 1, max: 1 },
				limits: [cap(1)],
				quote: '对B类企业，按常规比例和频次开展抽查'
			},
			C: {
				inPool: 'yes',
				campaign: 'yes',
				onSite: 'as-usual',
				methods: [...checkMethods],
				ratio: { min: 1, usual: 2, max: 4 },
				limits: [cap(2)],
				quote: '对C类企业，实行重点关注，适当提高抽查比例和频次'
			},
			D: {
				inPool: 'yes',
				campaign: 'yes',
				onSite: 'as-usual',
				methods: [...checkMethods],
				ratio: { min: 2, usual: 5, max: 10 },
				limits: [cap(4)],
				quote: '对D类企业，实行严格监管，有针对性地大幅提高抽查比例和频次，必要时主动实施现场检查'
			},
			none: { inPool: 'yes', campaign: 'yes', onSite: 'as-usual', methods: [...checkMethods], ratio: { min: 1, usual: 1, max: 1 }, limits: [cap(1)], quote: '' }
		},
		keyClass: {
			limits: [cap(4)],
			quote:
				'食品、药品、特种设备等直接关系人民群众生命财产安全、公共安全，以及潜在风险大、社会风险高的重点领域，在按照现有规定实行重点监管的同时，要统筹行业风险防控和企业信用风险分类管理'
		},
		// No words of this notice on it: that is the field's, the days of validity are the items'.
		recognition: { on: true, quote: '' },
		observation: {
			mode: 'period',
			classes: ['A', 'B'],
			months: 12,
			quote:
				'对信用风险低和信用风险一般的企业，给予一定时间的“观察期”，探索推行触发式监管，在严守安全底线前提下，给予企业充足的发展空间；对信用风险高的企业，要有针对性地采取严格监管措施'
		},
		professional: [],
		note: '通知只给出方向，没有数字：基准比例、倍数、预警倍数和权重、样本上下限、年度上限和观察期最长月数均为本产品默认值，请按本机关实际修改。结果互认为业内做法，默认启用。'
	}
};

/** The clause binds planned random checks of 一般类; for-cause visits pass as lead checks and are recorded there. */
const huaian: PresetDefault = {
	id: 'huaian',
	name: '淮安区（2021 试行）',
	regionCode: '320803',
	source: '淮双随机联席办〔2021〕6号 三（二）（三）',
	rules: {
		basis: 'notice',
		ratioOf: 'share',
		baselineRatio: 0.1,
		warning,
		sample: { floor: 2, cap: 30 },
		classes: {
			A: {
				inPool: 'no',
				campaign: 'no',
				onSite: 'discretion',
				methods: [...checkMethods],
				ratio: { min: 0, usual: 0, max: 0 },
				limits: [cap(1)],
				quote: '对 A 级诚信守法类信用主体，实行“无事不扰”诚信管理制度。在日常监管中，行业监管部门原则上不将其列入抽查范围。'
			},
			B: {
				inPool: 'yes',
				campaign: 'yes',
				onSite: 'as-usual',
				methods: [...checkMethods],
				ratio: { min: 0, usual: 0.1, max: 1 },
				limits: [{ max: 1, window: 'year', counting: 'all', visits: 'random', basis: 'clause' }, cap(2)],
				quote: '对 B 级轻微失信类信用主体，每年至多进行一次随机检查'
			},
			C: {
				inPool: 'joint-only',
				campaign: 'no',
				onSite: 'as-usual',
				methods: [...checkMethods],
				ratio: { min: 0, usual: 0.2, max: 1 },
				limits: [{ max: 1, window: 'half-year', counting: 'all', visits: 'planned', basis: 'clause' }, cap(2)],
				quote: '对 C 级一般失信类信用主体，每半年除进行一次随机性联合检查外，不再安排其他检查。'
			},
			D: {
				inPool: 'yes',
				campaign: 'yes',
				onSite: 'as-usual',
				methods: [...checkMethods],
				ratio: { min: 0, usual: 0.5, max: 1 },
				limits: [cap(4)],
				quote:
					'对D级严重失信类信用主体，在日常监管中列为重点监管对象，抽查比例不设上限，依法依规增加检查内容，加大抽查检查力度和频次。'
			},
			none: {
				inPool: 'yes',
				campaign: 'yes',
				onSite: 'as-usual',
				methods: [...checkMethods],
				ratio: { min: 0, usual: 0.1, max: 1 },
				limits: [{ max: 1, window: 'year', counting: 'all', visits: 'random', basis: 'clause' }, cap(2)],
				quote: ''
			}
		},
		keyClass: {
			limits: [cap(4)],
			quote: '对重点类企业，按照现有方式严格监管，对信用风险等级较高的重点类企业，实施加严监管。'
		},
		recognition: { on: true, quote: '实现抽查检查结果政府部门间互认' },
		observation: noObservation,
		professional: [],
		note: '通知规定入池和频次，没有比例数字：B、C、D 的通常比例、预警倍数和权重、样本上下限和年度上限为本产品默认值。未分类的按 B 处理，专项检查不涉及 A 级，也是默认值。通知的 A—D 为 2021 年试行口径，与现行分类对应使用前须经批准。'
	}
};

/**
 * A published county rule, a rule of the field and not one of the notices. "小于1次/年" is read strictly: on average fewer than one a
 * year, that is one in this and the last calendar year; "小于2次/年": one a calendar year.
 */
const lindian: PresetDefault = {
	id: 'lindian',
	name: '林甸县（县级公布口径）',
	regionCode: '230623',
	source: '林甸县公布的比例和频次（非通知）',
	rules: {
		basis: 'field',
		ratioOf: 'share',
		baselineRatio: 0.05,
		warning,
		sample: { floor: 1, cap: 50 },
		classes: {
			A: {
				inPool: 'yes',
				campaign: 'yes',
				onSite: 'as-usual',
				methods: [...checkMethods],
				ratio: { min: 0, usual: 0.03, max: 0.05 },
				limits: [{ max: 1, window: 'two-years', counting: 'authority', visits: 'planned', basis: 'clause' }, cap(1)],
				quote: '抽查比例不得超过5%，同一企业抽查频次小于1次/年'
			},
			B: {
				inPool: 'yes',
				campaign: 'yes',
				onSite: 'as-usual',
				methods: [...checkMethods],
				ratio: { min: 0.05, usual: 0.1, max: 0.2 },
				limits: [{ max: 1, window: 'year', counting: 'authority', visits: 'planned', basis: 'clause' }],
				quote: '抽查比例范围为5%-20%，同一企业抽查频次保持1次/年'
			},
			C: {
				inPool: 'yes',
				campaign: 'yes',
				onSite: 'as-usual',
				methods: [...checkMethods],
				ratio: { min: 0.21, usual: 0.3, max: 0.6 },
				limits: [{ max: 1, window: 'year', counting: 'authority', visits: 'planned', basis: 'clause' }],
				quote: '抽查比例范围为21%-60%，同一企业抽查频次小于2次/年'
			},
			D: {
				inPool: 'yes',
				campaign: 'yes',
				onSite: 'as-usual',
				methods: [...checkMethods],
				ratio: { min: 0.61, usual: 0.61, max: 1 },
				limits: [cap(4)],
				quote: '抽查比例范围为61%-100%，同一企业抽查频次根据监管实际需求确定'
			},
			none: {
				inPool: 'yes',
				campaign: 'yes',
				onSite: 'as-usual',
				methods: [...checkMethods],
				ratio: { min: 0.05, usual: 0.1, max: 0.2 },
				limits: [{ max: 1, window: 'year', counting: 'authority', visits: 'planned', basis: 'clause' }],
				quote: ''
			}
		},
		keyClass: { limits: [cap(4)], quote: '' },
		recognition: { on: false, quote: '' },
		observation: noObservation,
		professional: [],
		note: '“小于1次/年”按两个日历年内至多一次执行，“小于2次/年”按每年至多一次执行。区间内的通常比例、预警倍数和权重、样本上下限和 D 类年度上限为本产品默认值；未分类的按 B 处理。'
	}
};

export const presetDefaults: readonly PresetDefault[] = [national, huaian, lindian];
