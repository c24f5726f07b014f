import { expect, it } from 'vitest';
import { unavailable } from '#lib/access/unavailable-page.ts';

it('tells each asker of a lost database in the form it understands', async () => {
	const page = unavailable('page', 'zh-CN');
	expect(page.status).toBe(503);
	expect(await page.text()).toContain('http-equiv="refresh"');
	// A refusal of the action keeps the page and what was written in it; an error would replace it.
	expect(await unavailable('form', 'zh-CN').json()).toEqual({ type: 'failure', status: 503, data: '[{"unavailable":1},true]' });
	expect(await unavailable('data', 'zh-CN').json()).toEqual({ message: expect.any(String) });
});
