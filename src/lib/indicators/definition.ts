import * as v from 'valibot';

/** How an indicator looks at the register; each kind of monitor is one file beside this one. */
export const monitorKinds = [
	'cell-surge', 'shared-link', 'repeated-changes', 'shell-transfer', 'register-then-cancel', 'enterprise-rise', 'prepaid-card', 'linked-group'
] as const;
export type MonitorKind = (typeof monitorKinds)[number];

/** Parts of an entry in the register whose change is a key change (D3). Filings are none. */
export const keyItems = ['legal-representative', 'address', 'shareholders', 'capital', 'name', 'scope'] as const;
export type KeyItem = (typeof keyItems)[number];

/** Kinds of event of ours that monitors of cells and of single enterprises count; those of administrators come on top. */
export const countedKinds = ['registration', 'change', 'cancellation', 'complaint'] as const;

/** A kind by its stored name. Whether there is one is asked when an indicator is made: what watches a kind that was retired must still be read. */
const eventKind = v.pipe(v.string(), v.regex(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/), v.maxLength(40));

const whole = (min: number, max: number) => v.pipe(v.number(), v.integer(), v.minValue(min), v.maxValue(max));
const real = (min: number, max: number) => v.pipe(v.number(), v.minValue(min), v.maxValue(max));
const probability = real(1e-12, 0.5);
const days = whole(1, 730);
const link = v.picklist(['address', 'person', 'phone', 'agent']);

/** Surge of one kind of event by region × industry. */
const cellSurge = v.object({
	monitor: v.literal('cell-surge'),
	eventKind,
	/** False discovery rate over all series of this indicator on an evening. */
	q: probability,
	/** Never below this many events in the window, whatever the statistics say. */
	floor: whole(2, 100_000),
	/** At least this many more than expected, and this multiple of it. */
	excess: real(0, 100_000),
	ratio: real(1, 100),
	/** 1 − level of the upper bound that is drawn. */
	alpha: probability,
	/** An open warning goes on while the series' own probability is below this. */
	keep: probability,
	/** Calm days before it clears. */
	clearAfterDays: whole(1, 60)
});

/** Many enterprises registered at one address, of one person, on one phone, by one agent. */
const sharedLink = v.object({
	monitor: v.literal('shared-link'),
	link,
	days,
	limit: whole(2, 10_000),
	/** A place that always registers many must exceed its own habit at this level. */
	alpha: probability
});

const repeatedChanges = v.object({
	monitor: v.literal('repeated-changes'),
	items: v.pipe(v.array(v.picklist(keyItems)), v.minLength(1)),
	days,
	limit: whole(2, 100),
	/** Changes of one item within so many days are fragments of one change. */
	mergeDays: whole(0, 60)
});

/** Representative, address and shareholders within N days: all of `items`. */
const shellTransfer = v.object({
	monitor: v.literal('shell-transfer'),
	items: v.pipe(v.array(v.picklist(keyItems)), v.minLength(2)),
	days
});

/** Enterprises that one address, person or phone registered and cancelled again. */
const registerThenCancel = v.object({
	monitor: v.literal('register-then-cancel'),
	link,
	/** Longest life. */
	lifeDays: days,
	/** Window of the cancellations. */
	days,
	limit: whole(2, 1_000)
});

/** One enterprise's count against its own past and that of its trade. */
const enterpriseRise = v.object({
	monitor: v.literal('enterprise-rise'),
	eventKind,
	days,
	floor: whole(2, 10_000),
	ratio: real(1, 1_000),
	q: probability
});

/** Complaints about prepaid cards, and signs that the shop closes. */
const prepaidCard = v.object({
	monitor: v.literal('prepaid-card'),
	/** Complaint types that count. */
	items: v.pipe(v.array(v.pipe(v.string(), v.minLength(1), v.maxLength(60))), v.minLength(1)),
	days,
	limit: whole(1, 10_000),
	/** Closing signs as far back as this. */
	signDays: days
});

/** What enterprises of a group do: they register, are cancelled young, are sold, are changed again and again. */
export const groupStreams = ['registration', 'young-cancellation', 'transfer', 'change-storm'] as const;
export type GroupStream = (typeof groupStreams)[number];

/** Enterprises that belong together by several things they share, none of which need stand out. */
const linkedGroup = v.object({
	monitor: v.literal('linked-group'),
	stream: v.picklist(groupStreams),
	/** Window within which they do it. */
	days: whole(14, 365),
	least: whole(3, 1_000),
	/** False discovery rate over all enterprises that do it in the window. */
	q: probability,
	/** Young: cancelled within so many days of registration. */
	lifeDays: days,
	/** Sold: all of these within `within` days. Changed again and again: `times` applications for any of them within it. */
	items: v.pipe(v.array(v.picklist(keyItems)), v.minLength(2)),
	within: days,
	times: whole(2, 100)
});

/** What an indicator version says: checked when saved and when read. */
const definitionSchema = v.variant('monitor', [
	cellSurge, sharedLink, repeatedChanges, shellTransfer, registerThenCancel, enterpriseRise, prepaidCard, linkedGroup
]);
export type Definition = v.InferOutput<typeof definitionSchema>;
export type DefinitionOf<Kind extends MonitorKind> = Extract<Definition, { monitor: Kind }>;

/** The definition in a value from outside, or what is wrong with it, by field. */
export function parseDefinition(
	value: unknown
): { readonly ok: true; readonly definition: Definition } | { readonly ok: false; readonly reason: 'invalid'; readonly fields: readonly string[] } {
	const parsed = v.safeParse(definitionSchema, value);
	if (parsed.success) return { ok: true, definition: parsed.output };
	const fields = parsed.issues.map((issue) => issue.path?.map((item) => String(item.key)).join('.') ?? '');
	return { ok: false, reason: 'invalid', fields: [...new Set(fields)] };
}
