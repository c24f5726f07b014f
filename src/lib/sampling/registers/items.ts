import * as v from 'valibot';
import { tagsSchema } from './tags.ts';

export const itemMethods = ['on-site', 'paper', 'network'] as const;
export type ItemMethod = (typeof itemMethods)[number];

/** Ids that are addresses of pages. */
const reserved = ['new', 'import', 'export'];
export const itemIdSchema = v.pipe(v.string(), v.regex(/^[a-z0-9-]{2,40}$/), v.check((id) => !reserved.includes(id)));

const text = (min: number, max: number) => v.pipe(v.string(), v.trim(), v.minLength(min), v.maxLength(max));
/** Empty is nothing. */
const mayBe = (max: number) => v.pipe(v.nullable(v.pipe(v.string(), v.trim(), v.maxLength(max))), v.transform((value) => value || null));
const count = (min: number, max: number) => v.pipe(v.number(), v.integer(), v.minValue(min), v.maxValue(max));

/** What stands in the list about an inspection item (抽查事项); its department is not changed. */
export const itemContentSchema = v.object({
	number: text(1, 20),
	name: text(2, 60),
	subItem: mayBe(60),
	legalBasis: text(4, 300),
	/** Tags of which an object needs one; null: all. */
	objectKinds: v.nullable(v.pipe(tagsSchema, v.minLength(1))),
	/** Share of the objects, 0 to 1 in hundredths of a percent, and visits a year that the list itself gives; null: the preset decides. */
	ratio: v.nullable(v.pipe(v.number(), v.minValue(0.0001), v.maxValue(1), v.transform((share) => Math.round(share * 10_000) / 10_000))),
	frequency: v.nullable(count(1, 12)),
	method: v.picklist(itemMethods),
	/** Inspectors who go together, without experts. */
	staffNeeded: count(2, 20),
	/** Days for which a result stands in for another visit about the item (结果互认); 0: never. */
	validityDays: count(0, 3650),
	statutory: v.boolean(),
	keyField: v.boolean(),
	/** The professional field whose grades apply (A8). */
	field: mayBe(40),
	/** Prefixes of industries it is meant for: what a form suggests; null: all. */
	industries: v.nullable(v.pipe(v.array(v.pipe(v.string(), v.regex(/^[A-Z]\d{0,4}$/))), v.minLength(1), v.maxLength(60), v.transform((keys) => [...new Set(keys)].sort()))),
	active: v.boolean()
});
export type ItemContent = v.InferOutput<typeof itemContentSchema>;

/** What an item has that a form or a file says nothing about. */
export const newItem = {
	subItem: null, objectKinds: null, ratio: null, frequency: null, method: 'on-site', staffNeeded: 2, validityDays: 365, statutory: false, keyField: false,
	field: null, industries: null, active: true
} as const satisfies Partial<ItemContent>;
