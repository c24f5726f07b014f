import { expect, it } from 'vitest';
import { relationOf } from '#lib/detection/daily/echo.ts';
import type { CellSpace } from '#lib/detection/daily/space.ts';

const space = { industries: 4 } as CellSpace;
const set = (regions: readonly number[], industries: readonly number[]) => ({ regions: Int32Array.from(regions), industries: Int32Array.from(industries) });

it.each([
	['the same again', set([1], [2]), set([1], [2]), 'echo'],
	['a part of an open one', set([1], [2]), set([1], [0, 1, 2, 3]), 'echo'],
	['what holds an open one', set([1, 2, 3], [2]), set([1], [2]), 'absorbs'],
	['what shares a corner', set([1, 2, 3], [2]), set([3], [0, 1, 2, 3]), 'apart'],
	['somewhere else', set([1], [2]), set([2], [2]), 'apart']
] as const)('%s', (_, found, open, relation) => expect(relationOf(space, found, open)).toBe(relation));
