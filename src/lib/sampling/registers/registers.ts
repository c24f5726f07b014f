import { refuse, type Refusal } from '#lib/access/refuse.ts';

/** The registers of sampling: 抽查事项清单, 执法检查人员名录库, 抽查检查对象名录库; as they stand in addresses. */
export const registers = ['items', 'inspectors', 'objects'] as const;
export type Register = (typeof registers)[number];

/** What their versions are kept under. */
export const versionNames = { items: 'item', inspectors: 'inspector', objects: 'object' } as const satisfies Record<Register, string>;
export type VersionName = (typeof versionNames)[Register];

/** How a version came about. */
export type Way = 'seed' | 'form' | 'import';

/** What an import takes; more is a matter of the data that sources deliver. Figures of ours. */
export const importLimits = {
	bytes: 5 * 1024 * 1024,
	rows: { items: 2_000, inspectors: 20_000, objects: 20_000 } satisfies Record<Register, number>
} as const;

/** Most enterprises whose tags one step changes, and most rows an export holds. Figures of ours. */
export const tagLimit = 20_000;
export const exportLimit = 20_000;

/** Texts of one cell that hold several: separated by 、 as we write them, or by what people use instead. */
export const listOf = (text: string): string[] => [...new Set(text.split(/[、，,;；|\n\r]+/).map((part) => part.trim()).filter(Boolean))];

/** A refusal that names the field of a form; the page says the rule beside it. */
export const fieldRefusal = (field: string): Refusal<'input-invalid', { readonly what: string }> => refuse('input-invalid', { what: field });
