import { expect, test } from 'vitest';
import { heldSkip } from '#lib/sampling/paging.ts';

test.each([
	// asked for, rows in all, where the page begins
	[0, 579, 0],
	[50, 579, 50],
	[4_999_950, 579, 550],
	[579, 579, 550],
	[550, 550, 500],
	[50, 50, 0],
	[50, 0, 0]
])('a page asked for at %s of %s rows begins at %s', (asked, total, begins) => {
	expect(heldSkip(asked, total, 50)).toBe(begins);
});
