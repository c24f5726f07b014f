import { listOf } from './registers.ts';

/** What was typed, by field: several values of a field stand together. */
export type Typed = Readonly<Record<string, readonly string[]>>;

/** All that a form says, to be shown again when it is refused. */
export function typedOf(form: FormData): Typed {
	const typed: Record<string, string[]> = {};
	for (const [name, value] of form) if (typeof value === 'string') (typed[name] ??= []).push(value);
	return typed;
}

const one = (typed: Typed, name: string): string => (typed[name]?.[0] ?? '').trim();
const several = (typed: Typed, name: string): string[] | null => {
	const values = (typed[name] ?? []).flatMap(listOf);
	return values.length === 0 ? null : values;
};
/** A number, null when nothing is there; what is none stays text and is refused by the schema. */
const number = (typed: Typed, name: string): number | string | null => {
	const value = one(typed, name);
	return value === '' ? null : Number.isFinite(Number(value)) ? Number(value) : value;
};

/** The content of an item as its form says it. */
export function itemOfForm(typed: Typed): Record<string, unknown> {
	const percent = number(typed, 'ratio');
	return {
		id: one(typed, 'id'), number: one(typed, 'number'), name: one(typed, 'name'), subItem: one(typed, 'sub'), legalBasis: one(typed, 'basis'),
		objectKinds: several(typed, 'kinds'), ratio: typeof percent === 'number' ? percent / 100 : percent, frequency: number(typed, 'frequency'), method: one(typed, 'method'),
		staffNeeded: number(typed, 'staff'), validityDays: number(typed, 'validity'), statutory: 'statutory' in typed, keyField: 'key' in typed, field: one(typed, 'field'),
		industries: several(typed, 'industries')?.map((key) => key.toUpperCase()) ?? null, active: 'active' in typed
	};
}

/** The content of an inspector as the form says it. */
export function inspectorOfForm(typed: Typed): Record<string, unknown> {
	return {
		id: one(typed, 'id'), name: one(typed, 'name'), unit: one(typed, 'unit'), post: one(typed, 'post'), regionCode: one(typed, 'region'),
		certificateNo: one(typed, 'certificate'), certificateUntil: one(typed, 'until'), itemIds: several(typed, 'item'), expert: 'expert' in typed,
		state: one(typed, 'state'), recused: several(typed, 'recused')?.flatMap((text) => text.toUpperCase().split(/\s+/)).filter(Boolean) ?? []
	};
}
