import { expect, it } from 'vitest';
import { contributorName } from '#lib/warnings/contributor-name.ts';

it.each([['~320412:-', '未登记主体'], ['~320412:F', '未登记主体'], ['常州市镕鑫商贸有限公司', '常州市镕鑫商贸有限公司'], ['~小店', '~小店']])('shows %s as %s', (name, shown) => {
	expect(contributorName(name)).toBe(shown);
});
