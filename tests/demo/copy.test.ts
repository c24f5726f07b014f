import { expect, test } from 'vitest';
import { copyLine } from '#db/demo/copy.ts';

test('a line of COPY escapes what would end it', () => {
	expect(copyLine(['a\tb', 'c\\d', 'e\nf', null, undefined, 3, true])).toBe('a\\tb\tc\\\\d\te\\nf\t\\N\t\\N\t3\ttrue\n');
});
