import * as v from 'valibot';

const causeSchema = v.object({
	name: v.pipe(v.string(), v.trim(), v.minLength(2), v.maxLength(30)),
	nameEn: v.pipe(v.string(), v.trim(), v.minLength(2), v.maxLength(80)),
	/** The cause alone says too little: a note is needed as well. */
	needsNote: v.boolean(),
	offered: v.boolean()
});

export type CauseDefinition = v.InferOutput<typeof causeSchema>;
/** A normal cause of a rise. `version` 0: as it ships. */
export type Cause = CauseDefinition & { readonly id: string; readonly version: number };

/** Null when it is not a complete cause. */
export function parseCause(value: unknown): CauseDefinition | null {
	const parsed = v.safeParse(causeSchema, value);
	return parsed.success ? parsed.output : null;
}

const plain = { version: 0, offered: true, needsNote: false } as const;

/** The normal causes that ship; the office adds its own. */
export const defaultCauses: readonly Cause[] = [
	{ ...plain, id: 'promotion', name: '促销活动集中（促销周、购物节）', nameEn: 'Promotion week or shopping festival' },
	{ ...plain, id: 'new-market', name: '新市场、新商圈开业', nameEn: 'New market or shopping area opened' },
	{ ...plain, id: 'park-signing', name: '园区招商集中签约', nameEn: 'Business park signing many tenants' },
	{ ...plain, id: 'policy', name: '政策施行或到期', nameEn: 'A policy began or ended' },
	{ ...plain, id: 'restructuring', name: '集团内部重组或搬迁', nameEn: 'Restructuring or move within a group' },
	{ ...plain, id: 'season', name: '节假日、展会等季节性因素', nameEn: 'Holiday, fair or season' },
	{ ...plain, id: 'campaign', name: '宣传引导使诉求增加', nameEn: 'A publicity drive brought more requests' },
	{ ...plain, id: 'other', name: '其他正常原因', nameEn: 'Another normal cause', needsNote: true }
];
