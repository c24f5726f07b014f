/** How a field's text is read. */
export const fieldTypes = [
	'uscc', 'text', 'name', 'day', 'instant', 'region', 'industry', 'capital', 'phone', 'number', 'month', 'class', 'flag', 'status'
] as const;
export type FieldType = (typeof fieldTypes)[number];

export type FieldFacts = {
	readonly type: FieldType;
	/** Headers that mean this field, in lower case without blanks and punctuation; the field's own name is always one. */
	readonly headers: readonly string[];
	/** Kept out of the event's content: it stands in a column of its own, or is nobody's business there. */
	readonly apart?: true;
};

/** Every field a source can deliver. The names are those of mapping files, NDJSON and the API. */
export const fields = {
	sourceKey: { type: 'text', apart: true, headers: ['id', '编号', '序号主键', '主键', '业务编号', '登记编号', '工单编号', '工单号', '投诉编号', '举报编号', '处罚决定书文号', '文号', '决定书文号', 'recordid', 'rowid', 'sourceid', '流水号', '许可编号', '许可证编号', '任务编号'] },
	uscc: { type: 'uscc', apart: true, headers: ['统一社会信用代码', '社会信用代码', '统一代码', '信用代码', '统一社会信用代码注册号', '被投诉人统一社会信用代码', '当事人统一社会信用代码', 'creditcode', 'socialcreditcode', 'unifiedsocialcreditcode', 'uscc18', 'tyshxydm'] },
	name: { type: 'name', headers: ['企业名称', '名称', '市场主体名称', '主体名称', '单位名称', '机构名称', '当事人名称', '当事人', '被投诉人', '被投诉方', '被举报方', '被投诉举报单位', '涉诉主体', '被检查单位', '检查对象', '字号名称', 'entname', 'enterprisename', 'companyname', 'company', 'enterprise'] },
	occurredOn: { type: 'instant', apart: true, headers: ['日期', '发生日期', '发生时间', '登记日期', '注册日期', '成立日期', '成立时间', '核准日期', '变更日期', '变更时间', '备案日期', '注销日期', '注销时间', '许可日期', '发证日期', '处罚日期', '处罚决定日期', '作出处罚决定日期', '作出处罚决定书日期', '检查日期', '检查时间', '投诉日期', '投诉时间', '举报时间', '登记时间', '列入日期', '列入时间', '出质日期', '投资日期', '年报日期', '公示日期', '填报日期', '决定日期', '确认日期', '强制日期', '措施日期', 'date', 'regdate', 'registrationdate', 'occurredat', 'eventdate', 'changedate', 'altdate', 'candate', 'esdate', 'apprdate'] },
	receivedAt: { type: 'instant', apart: true, headers: ['接收时间', '接收日期', '入库时间', '入库日期', '归集时间', '归集日期', '受理时间', '受理日期', '推送时间', '到达时间', 'receivedon', 'receivetime', 'loadedat'] },
	region: { type: 'region', apart: true, headers: ['区划', '地区', '所在地区', '区县', '县区', '区划代码', '行政区划', '行政区划代码', '登记机关区划', '登记机关代码', '所在区划', '所属区域', '所在地区划', '辖区', '区县代码', '县区代码', '地区代码', '行政区划编码', 'regioncode', 'areacode', 'regorgregion6', 'regorg', 'xzqh', 'district', 'county'] },
	industry: { type: 'industry', apart: true, headers: ['行业', '行业代码', '行业门类', '行业门类代码', '行业大类', '国民经济行业', '国民经济行业代码', '所属行业', '行业编码', 'industrycode', 'industrykey', 'industryphy', 'industryco', 'industryletterguess'] },
	item: { type: 'text', apart: true, headers: ['事项', '类别', '变更事项', '变更项目', '备案事项', '投诉类型', '投诉类别', '投诉内容类别', '问题类别', '问题类型', '举报类型', '许可事项', '许可项目', '许可内容', '处罚种类', '处罚类型', '措施种类', '强制措施种类', '检查事项', '检查项目', '列入事由', '列入原因', '确认事项', '质押类型', '出质类型', 'type', 'category', 'altitem', 'changeitem'] },
	withdrawn: { type: 'flag', apart: true, headers: ['撤回', '已撤回', '作废', '是否作废', '删除标志', 'deleted', 'isdeleted'] },
	enterpriseType: { type: 'text', headers: ['企业类型', '主体类型', '市场主体类型', '经济性质', '组织形式', 'enttype', 'companytype'] },
	legalRep: { type: 'text', apart: true, headers: ['法定代表人', '法人', '法人代表', '负责人', '经营者', '法定代表人姓名', '法定代表人负责人', '投资人', 'legalperson', 'lerep', 'legalrepresentative'] },
	legalRepId: { type: 'text', apart: true, headers: ['法定代表人证件号码', '法定代表人证件号', '法定代表人身份证号', '负责人证件号码', '经营者证件号码', '证件号码', '身份证号', 'legalrephash', 'cerno', 'legalrepidno'] },
	address: { type: 'text', headers: ['住所', '地址', '企业地址', '注册地址', '登记住所', '住所经营场所', '经营场所', '企业住所', '经营地址', 'dom', 'oploc', 'registeredaddress'] },
	phone: { type: 'phone', apart: true, headers: ['电话', '联系电话', '手机', '手机号', '手机号码', '联络电话', '企业联系电话', 'tel', 'mobile', 'telephone'] },
	agent: { type: 'text', apart: true, headers: ['经办人', '代理人', '委托代理人', '代理机构', '登记代理机构', '代理人名称', '申请代理人', 'agentname', 'regagent'] },
	capital: { type: 'capital', headers: ['注册资本', '注册资金', '资金数额', '出资额', '认缴出资额', '注册资本金', 'regcapitalraw', 'regcapital', 'registeredcapital', 'regcap'] },
	establishedOn: { type: 'day', headers: ['成立日期', '成立时间', '设立日期', '注册日期', 'estdate', 'establishmentdate', 'founded', 'esdate'] },
	status: { type: 'status', apart: true, headers: ['状态', '登记状态', '经营状态', '企业状态', '主体状态', 'regstate', 'entstatus'] },
	cancelledOn: { type: 'day', headers: ['注销日期', '吊销日期', '注销吊销日期', 'canceldate'] },
	keyClass: { type: 'flag', apart: true, headers: ['重点类', '重点类企业', '是否重点', '重点监管', '是否重点监管', '重点行业'] },
	scope: { type: 'text', headers: ['经营范围', '业务范围', 'businessscope', 'opscope', 'scope160', '许可经营项目'] },
	before: { type: 'text', headers: ['变更前', '变更前内容', '原内容', 'altbe', 'oldvalue', 'from'] },
	after: { type: 'text', headers: ['变更后', '变更后内容', '新内容', 'altaf', 'newvalue', 'to'] },
	afterId: { type: 'text', apart: true, headers: ['变更后证件号码', '新法定代表人证件号码', '变更后人员证件号'] },
	reason: { type: 'text', headers: ['原因', '事由', '注销原因', '处罚事由', '违法事实', '主要违法事实', '列入原因说明', '移出原因'] },
	authority: { type: 'text', headers: ['机关', '登记机关', '处罚机关', '决定机关', '作出决定机关', '列入机关', '许可机关', '检查机关', '发证机关', '实施机关'] },
	amount: { type: 'number', headers: ['金额', '罚款金额', '罚没金额', '处罚金额', '涉案金额', '争议金额', '消费金额'] },
	amountWan: { type: 'number', headers: ['金额万元', '投资额万元', '出质金额万元', '认缴出资额万元', '出质股权数额万元'] },
	result: { type: 'text', headers: ['结果', '检查结果', '处理结果', '抽查检查结果', '确认结果'] },
	path: { type: 'text', headers: ['检查方式', '检查类型', '检查来源', '任务类型'] },
	scale: { type: 'text', headers: ['风险分级体系', '风险分级标准', '分级体系', '分级标准', 'riskscale'] },
	scaleValue: { type: 'text', headers: ['风险等级', '风险级别', '风险分级', '检查时风险等级', '风险分级结果', 'risklevel'] },
	year: { type: 'number', headers: ['年度', '年报年度', '报告年度', 'anchetyear', 'reportyear'] },
	validUntil: { type: 'day', headers: ['有效期至', '有效期止', '许可有效期止', '许可截止期', '截止日期', 'validto', 'expires'] },
	removedOn: { type: 'day', headers: ['移出日期', '移出时间', '解除日期'] },
	investee: { type: 'uscc', headers: ['被投资企业统一社会信用代码', '被投资企业代码', '对外投资企业代码', 'investeeuscc'] },
	channel: { type: 'text', headers: ['渠道', '来源渠道', '投诉渠道', '受理渠道', '接收方式', '来源方式', '信息来源'] },
	description: { type: 'text', headers: ['内容', '投诉内容', '举报内容', '问题描述', '诉求内容', '事项描述', '描述', '简要内容', 'detail', 'content'] },
	complainant: { type: 'text', apart: true, headers: ['投诉人', '举报人', '投诉人姓名', '消费者', '反映人', '来电人'] },
	complainantId: { type: 'text', apart: true, headers: ['投诉人证件号码', '投诉人电话', '投诉人联系电话', '投诉人手机号', '举报人电话', '来电号码', '反映人电话', 'complainanthash', 'complainantphone'] },
	month: { type: 'month', apart: true, headers: ['月份', '分类月份', '评价月份', '分类日期', '所属月份', '数据月份', 'period'] },
	class: { type: 'class', apart: true, headers: ['分类', '分类结果', '风险分类', '信用风险分类', '企业信用风险分类', '风险类别', '风险等级', 'riskclass', 'grade'] },
	field: { type: 'text', apart: true, headers: ['领域', '专业领域', '分级领域', '监管领域'] },
	grade: { type: 'text', apart: true, headers: ['分级', '分级结果', '专业分级', '等级', '评级', 'level'] }
} as const satisfies Record<string, FieldFacts>;

export type Field = keyof typeof fields;

/** What a row of a kind becomes. An `occurrence` is an event of an enterprise or, where none is named, of a place. */
export const effects = ['register', 'registration', 'change', 'cancellation', 'event', 'occurrence', 'complaint', 'class', 'grade'] as const;
export type Effect = (typeof effects)[number];

export type KindFacts = {
	/** The name of commands, addresses and sources. */
	readonly name: string;
	/** As stored in `event.kind`; `enterprise`, `class` and `grade` make no events. */
	readonly stored: string;
	readonly effect: Effect;
	readonly required: readonly string[];
	readonly optional: readonly string[];
	/** Of a kind that an administrator defined: what is only known from its definition. */
	readonly defined?: {
		readonly label: string;
		readonly labelEn: string;
		/** No longer imported or watched anew; what it brought stays. */
		readonly retired: boolean;
		/** Its own fields, by name, and ours that it reads under headers of its own. */
		readonly fields: Readonly<Record<string, DefinedField>>;
	};
};

/** A field that an administrator added; its first header is its Chinese label. */
export type DefinedField = FieldFacts & { readonly labelEn: string };

type BuiltIn = Omit<KindFacts, 'name' | 'defined'>;

/** What every event can bring. */
export const happened = ['sourceKey', 'receivedAt', 'region', 'industry', 'item', 'withdrawn'] as const satisfies readonly Field[];
const register = [
	'enterpriseType', 'legalRep', 'legalRepId', 'address', 'phone', 'agent', 'capital', 'status', 'cancelledOn', 'keyClass', 'scope'
] as const satisfies readonly Field[];
const event = (stored: string, ...own: Field[]): BuiltIn => ({
	stored, effect: 'event', required: ['uscc', 'occurredOn'], optional: [...happened, 'name', ...own]
});

const builtIn = {
	enterprises: { stored: 'enterprise', effect: 'register', required: ['uscc', 'name'], optional: ['sourceKey', 'region', 'industry', 'establishedOn', ...register] },
	registrations: { stored: 'registration', effect: 'registration', required: ['uscc', 'name', 'occurredOn'], optional: [...happened, 'establishedOn', ...register] },
	filings: event('filing', 'before', 'after'),
	changes: { stored: 'change', effect: 'change', required: ['uscc', 'occurredOn', 'item'], optional: ['sourceKey', 'receivedAt', 'region', 'industry', 'withdrawn', 'name', 'before', 'after', 'afterId'] },
	cancellations: { stored: 'cancellation', effect: 'cancellation', required: ['uscc', 'occurredOn'], optional: [...happened, 'name', 'reason', 'status'] },
	licences: event('licence', 'authority', 'validUntil'),
	confirmations: event('confirmation', 'authority', 'result'),
	penalties: event('penalty', 'authority', 'amount', 'reason'),
	'compulsory-measures': event('compulsory-measure', 'authority', 'reason'),
	inspections: event('inspection', 'result', 'path', 'authority', 'scale', 'scaleValue'),
	'annual-reports': event('annual-report', 'year'),
	investments: event('investment', 'investee', 'amountWan', 'amount'),
	pledges: event('pledge', 'amountWan', 'amount'),
	complaints: { stored: 'complaint', effect: 'complaint', required: ['occurredOn'], optional: ['uscc', ...happened, 'name', 'channel', 'description', 'complainant', 'complainantId', 'amount'] },
	'abnormal-list': event('abnormal-list', 'reason', 'authority', 'removedOn'),
	'serious-violations': event('serious-violation', 'reason', 'authority', 'removedOn'),
	classes: { stored: 'class', effect: 'class', required: ['uscc', 'month', 'class'], optional: ['receivedAt'] },
	grades: { stored: 'grade', effect: 'grade', required: ['uscc', 'field', 'month', 'grade'], optional: ['receivedAt'] }
} as const satisfies Record<string, BuiltIn>;

/** `registrations`, `complaints` …: the kinds that are always there. Those that administrators define are in the `KindBook`. */
export type Kind = keyof typeof builtIn;
export const kindNames = Object.keys(builtIn) as readonly Kind[];
export const kinds = Object.fromEntries(kindNames.map((name) => [name, { name, ...builtIn[name] }])) as Readonly<Record<Kind, KindFacts>>;

/** `event.kind` values of the kinds that are always there, in order. */
export const eventKinds = kindNames.map((kind) => kinds[kind]).filter(makesEvents).map((facts) => facts.stored);

/** Whether its rows become events; the others are the register itself, and what is said of enterprises by month. */
export function makesEvents({ effect }: KindFacts): boolean {
	return !['register', 'class', 'grade'].includes(effect);
}

export function isKind(text: string): text is Kind {
	return Object.hasOwn(kinds, text);
}

/** The kind of a stored name: `'registration'` → `'registrations'`. Null for a name that none of ours stores. */
export function kindOf(stored: string): Kind | null {
	return kindNames.find((kind) => kinds[kind].stored === stored) ?? (isKind(stored) ? stored : null);
}

/** The fields of a kind, required ones first. */
export function fieldsOf(kind: KindFacts): readonly string[] {
	return [...kind.required, ...kind.optional];
}

/** How a field of a kind is read. */
export function fieldFacts(kind: KindFacts, field: string): FieldFacts {
	return kind.defined?.fields[field] ?? fields[field as Field];
}
