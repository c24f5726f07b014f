import type { GivenColumn } from './columns.ts';
import { inspectorColumns } from './inspector-columns.ts';
import { itemColumns } from './item-columns.ts';
import { objectColumns } from './object-columns.ts';
import type { Register } from './registers.ts';

/** A column that people read; imports compare the department and leave the rest alone. */
export type ShownColumn = GivenColumn & { readonly key: string };

const department: ShownColumn = { key: 'department', header: '主管部门', names: ['department', '部门'] };
/** H1: what only people see of an object. Imports leave these alone. */
export const classColumns: readonly ShownColumn[] = [
	{ key: 'class', header: '企业信用风险分类', names: ['risk class'] },
	{ key: 'classMonth', header: '分类月份', names: ['class month'] }
];
const objectShown: readonly ShownColumn[] = [
	{ key: 'region', header: '区划', names: ['region'] },
	{ key: 'industry', header: '行业', names: ['industry'] },
	{ key: 'otherTags', header: '其他标签', names: ['other tags'] }
];

type AnyColumn = GivenColumn & { readonly key: string; readonly must?: boolean; readonly rule?: () => string };

/** All columns that a file of a register may have, in the order in which an export writes them. */
export const fileColumns: Readonly<Record<Register, { readonly held: readonly AnyColumn[]; readonly shown: readonly ShownColumn[] }>> = {
	items: { held: itemColumns, shown: [department] },
	inspectors: { held: inspectorColumns, shown: [department] },
	objects: { held: objectColumns, shown: [...objectShown, ...classColumns] }
};

/** Every column an import knows by name. */
export const knownColumns = (register: Register): readonly AnyColumn[] => [...fileColumns[register].held, ...fileColumns[register].shown];
