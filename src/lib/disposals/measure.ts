import * as v from 'valibot';

/** `date`: a deadline or an appointment, never over when the paper goes; `any-date`: whatever day; `time`: `HH:MM`. */
export const fieldTypes = ['text', 'date', 'any-date', 'time', 'choice'] as const;

const words = (most: number) => v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(most));

const fieldSchema = v.pipe(
	v.object({
		key: v.pipe(v.string(), v.regex(/^[a-z][a-z0-9-]{0,30}$/)),
		/** Stands in the text until it is filled in; without brackets, which mark it there. */
		label: v.pipe(words(20), v.regex(/^[^【】]+$/)),
		labelEn: words(60),
		type: v.picklist(fieldTypes),
		required: v.boolean(),
		/** Of a choice. */
		choices: v.pipe(v.array(words(40)), v.readonly())
	}),
	v.check(({ type, choices }) => (type === 'choice') === choices.length > 0)
);

const measureSchema = v.pipe(
	v.object({
		name: words(12),
		nameEn: words(40),
		/** What stands for it in the number, 警 in 武市监警〔2026〕12号; null: it has no paper and is recorded only. */
		mark: v.nullable(v.pipe(v.string(), v.regex(/^\p{Script=Han}{1,4}$/u))),
		/** `inspection`: asks the planners for a visit and comes back with its result. */
		follow: v.picklist(['none', 'inspection']),
		/** Key of the field that says whom the paper goes to; null: to the addressee. */
		sendTo: v.nullable(v.string()),
		fields: v.pipe(v.array(fieldSchema), v.maxLength(12), v.readonly()),
		title: v.pipe(v.string(), v.trim(), v.maxLength(60)),
		/** Paragraphs, a line each. Placeholders: `{facts}` `{basis}` `{addressee}` `{uscc}` `{matter}` `{agency}` `{field:key}`. */
		body: v.pipe(v.string(), v.trim(), v.maxLength(4_000)),
		/** The legal basis as the office words it: for complaints, for matters of registration, and for all else. */
		basis: v.object({ complaint: words(600), registration: words(600), general: words(600) }),
		/** Words that its paper must not hold. */
		banned: v.pipe(v.array(words(20)), v.readonly()),
		/** Whether it can be chosen. What was begun with it goes on. */
		offered: v.boolean()
	}),
	v.check(({ mark, title, body }) => mark === null || (title !== '' && body !== '')),
	v.check(({ fields }) => new Set(fields.map(({ key }) => key)).size === fields.length && new Set(fields.map(({ label }) => label)).size === fields.length),
	v.check(({ sendTo, fields }) => sendTo === null || fields.some((field) => field.key === sendTo && field.required)),
	v.check(({ body, title, fields }) => unknownPlaceholders(`${title}\n${body}`, fields.map(({ key }) => key)).length === 0)
);

export type MeasureDefinition = v.InferOutput<typeof measureSchema>;
export type MeasureField = MeasureDefinition['fields'][number];
/** A measure as it can be chosen. `version` 0: as it ships. */
export type Measure = MeasureDefinition & { readonly id: string; readonly version: number };

/** What a template may ask for, beside its fields. */
export const placeholders = ['facts', 'basis', 'addressee', 'uscc', 'matter', 'agency'];

/** What a template asks for that nobody fills in. */
export function unknownPlaceholders(text: string, fieldKeys: readonly string[]): string[] {
	const known = new Set([...placeholders, ...fieldKeys.map((key) => `field:${key}`)]);
	return [...text.matchAll(/\{([^{}]*)\}/g)].map((match) => match[1]!).filter((name) => !known.has(name));
}

/** Null when it is not a complete, sensible measure. */
export function parseMeasure(value: unknown): MeasureDefinition | null {
	const parsed = v.safeParse(measureSchema, value);
	return parsed.success ? parsed.output : null;
}

/** Which of the three wordings of the legal basis fits an item. */
export function basisFor(measure: Pick<MeasureDefinition, 'basis'>, item: string): string {
	if (item === 'complaint') return measure.basis.complaint;
	return ['registration', 'change', 'cancellation', 'filing'].includes(item) ? measure.basis.registration : measure.basis.general;
}

/**
 * 警示 is a notice, never the penalties 警告 and 通报批评 (《行政处罚法》第九条): its paper holds neither word, whatever an office writes into
 * its list.
 */
export function bannedWords(measure: Pick<Measure, 'id' | 'banned'>): readonly string[] {
	return measure.id === 'caution' ? [...new Set(['警告', '通报批评', ...measure.banned])] : measure.banned;
}
