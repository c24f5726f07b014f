import * as v from 'valibot';
import { daySchema } from '../tasks/scope.ts';

export const inspectorStates = ['active', 'leave', 'left'] as const;
export type InspectorState = (typeof inspectorStates)[number];

/** Certificates that end within so many days are marked: time enough to renew one. */
export const soonDays = 60;

/** Ids that are addresses of pages. */
const reserved = ['new', 'import', 'export'];
export const inspectorIdSchema = v.pipe(v.string(), v.regex(/^[A-Za-z0-9-]{2,40}$/), v.check((id) => !reserved.includes(id.toLowerCase())));

const text = (min: number, max: number) => v.pipe(v.string(), v.trim(), v.minLength(min), v.maxLength(max));
const sorted = (values: string[]) => [...new Set(values)].sort();

/** What stands in the register about an inspector (执法检查人员); never a figure of what was found. */
export const inspectorContentSchema = v.object({
	name: text(2, 40),
	unit: text(2, 60),
	post: v.pipe(v.nullable(v.pipe(v.string(), v.trim(), v.maxLength(40))), v.transform((value) => value || null)),
	regionCode: v.pipe(v.string(), v.regex(/^\d{6}$/)),
	certificateNo: text(2, 40),
	certificateUntil: daySchema,
	/** Item ids; null: all of the department. */
	itemIds: v.nullable(v.pipe(v.array(v.string()), v.minLength(1), v.transform(sorted))),
	expert: v.boolean(),
	state: v.picklist(inspectorStates),
	/** Enterprises the inspector must not visit, by their code. */
	recused: v.pipe(v.array(v.pipe(v.string(), v.regex(/^[0-9A-Z]{18}$/))), v.maxLength(500), v.transform(sorted))
});
export type InspectorContent = v.InferOutput<typeof inspectorContentSchema>;

/** What an inspector has that a form or a file says nothing about. */
export const newInspector = { post: null, itemIds: null, expert: false, state: 'active', recused: [] } as const satisfies Partial<InspectorContent>;

/** How long a certificate is good for. @param today `YYYY-MM-DD`. @param soon the last day that counts as soon. */
export const certificateState = (until: string, today: string, soon: string): 'expired' | 'soon' | 'valid' =>
	until < today ? 'expired' : until <= soon ? 'soon' : 'valid';
