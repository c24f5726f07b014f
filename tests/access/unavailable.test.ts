import { expect, it } from 'vitest';
import { unavailable } from '#lib/access/unavailable-page.ts';

it('tells each asker of a lost database in the form it understands', async () => {
	const page = unavailable('page', 'zh-CN');
	expect(page.status).toBe(503);
	expect(await page.text()).toContain('http-equiv="refresh"');
	expect(await unavailable('form', 'zh-CN').json()).toMatchObject({ type: 'error', status: 503, error: { message: expect.any(String) } });
	expect(await unavailable('data', 'zh-CN').json()).toEqual({ message: expect.any(String) });
});
