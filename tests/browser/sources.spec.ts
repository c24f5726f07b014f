import { expect, type Page } from '@playwright/test';
import { expectAccessible } from './support/axe.ts';
import { test } from './support/somebody.ts';

/** Names of their own each run, so that a server that runs already can be tried again. */
const run = Date.now().toString(36);

async function upload(page: Page, kind: string, source: string, name: string, text: string): Promise<void> {
	await page.goto('/intake/upload');
	await page.locator('select[name=source]').selectOption({ label: source });
	await page.getByLabel('数据类型').selectOption({ label: kind });
	await page.locator('input[type=file]').setInputFiles({ name, mimeType: 'text/csv', buffer: Buffer.from(text) });
	await page.getByRole('button', { name: '上传并核对列' }).click();
	await page.waitForURL(/\/intake\/[0-9a-f-]{36}$/);
}

/** A figure of the batch's facts. */
const fact = (page: Page, label: string) => page.locator(`dt:text-is("${label}") + dd`);

test('a new source is registered, mapped without a file, and shows what was refused of its first one', async ({ somebody }) => {
	test.slow();
	const name = `投诉转办系统 ${run}`;
	const admin = await somebody('sysadmin');
	await admin.goto('/admin/sources/new');
	await admin.locator('input[name=name]').fill(name);
	await admin.getByLabel('报送周期').selectOption({ label: '每个工作日' });
	await admin.locator('input[name=by]').fill('25:00');
	await admin.getByRole('checkbox', { name: '投诉举报' }).check();
	await admin.getByRole('button', { name: '保存' }).click();
	// What is wrong stands beside its field; what was typed is still there.
	await expect(admin.getByText('“25:00”不是时间，请写成 09:00')).toBeVisible();
	await expect(admin.locator('input[name=name]')).toHaveValue(name);
	await expectAccessible(admin);
	await admin.locator('input[name=by]').fill('09:00');
	await admin.getByRole('button', { name: '保存' }).click();
	await admin.waitForURL(/\/admin\/sources\/[0-9a-f-]{36}\?saved$/);
	await expect(admin.getByText('每个工作日 09:00 前')).toBeVisible();
	await expectAccessible(admin);

	const steward = await somebody('monitor');
	await steward.goto('/intake');
	await steward.getByRole('link', { name }).first().click();
	await expect(steward.getByText('未确定，按表头识别')).toBeVisible();
	await steward.getByRole('link', { name: '核对字段对应' }).click();
	await steward.getByLabel('粘贴表头').fill('转办单,对象,发生,属地\n1,某店,2025-03-04,320412');
	await steward.getByRole('button', { name: '识别列名' }).click();
	await expect(steward.getByText('还缺必填字段：发生日期')).toBeVisible();
	await steward.getByLabel('字段: 发生').selectOption({ label: '发生日期 · 必填' });
	await expect(steward.getByText('必填字段已齐')).toBeVisible();
	for (const [column, field] of [['转办单', '编号（唯一）'], ['对象', '名称'], ['属地', '区划']] as const) await steward.getByLabel(`字段: ${column}`).selectOption({ label: field });
	await expectAccessible(steward);
	await steward.getByRole('button', { name: '保存字段对应' }).click();
	await steward.waitForURL(/\?saved$/);
	await expect(steward.getByText(/在字段对应页确定/)).toBeVisible();
	await steward.getByLabel('一般数据的级别').selectOption({ label: '2 级：泄露后轻微危害' });
	await steward.getByRole('button', { name: '确定级别' }).click();
	await expect(steward.getByText('一般数据 2 级')).toBeVisible();
	await expectAccessible(steward);

	await upload(steward, '投诉举报', name, '转办.csv', `转办单,对象,发生,属地\n${run}-1,某店,2025-03-04,320412\n${run}-2,某店,2025-02-30,320412\n`);
	await expect(steward.getByText('已套用上次确认的对应关系')).toBeVisible();
	await steward.getByRole('button', { name: '开始导入' }).click();
	await expect(steward.getByText('退回的行', { exact: true }).first()).toBeVisible({ timeout: 30_000 });
	await expect(fact(steward, '接收')).toHaveText('1');
	await expect(fact(steward, '退回')).toHaveText('1');

	await admin.reload();
	await admin.getByLabel('原因').fill('并入省平台');
	await admin.getByRole('button', { name: '停用' }).click();
	await expect(admin.getByText(/停用：并入省平台/)).toBeVisible();
	await steward.goto('/intake/upload');
	await expect(steward.locator('select[name=source]')).not.toContainText(name);
});

test('a kind that an administrator defines is imported, shown by its name, and offered to indicators', async ({ somebody }) => {
	test.slow();
	const [id, label] = [`outages-${run}`, `停供记录${run}`];
	const admin = await somebody('sysadmin');
	await admin.goto('/admin/kinds/new');
	await admin.locator('input[name=name]').fill(id);
	await admin.locator('input[name=label]').fill(label);
	await admin.locator('input[name=labelEn]').fill(`Outages ${run}`);
	await admin.locator('select[name=subject]').selectOption('place');
	await admin.getByLabel('字段代号 1').fill('Meter');
	await admin.getByLabel('字段中文名 1').fill('户号');
	await admin.getByLabel('字段英文名 1').fill('Meter');
	await admin.getByRole('button', { name: '保存' }).click();
	await expect(admin.getByText(/“Meter”不能用/)).toBeVisible();
	await expectAccessible(admin);
	await admin.getByLabel('字段代号 1').fill('meter');
	await admin.getByRole('checkbox', { name: '必填 1' }).check();
	await admin.getByRole('button', { name: '保存' }).click();
	await admin.waitForURL(new RegExp(`/admin/kinds/${id}`));
	await expectAccessible(admin);

	await admin.goto('/admin/sources/new');
	await admin.locator('input[name=name]').fill(`供水公司 ${run}`);
	await admin.getByRole('checkbox', { name: label }).check();
	await admin.getByRole('button', { name: '保存' }).click();
	await admin.waitForURL(/\?saved$/);

	const steward = await somebody('monitor');
	await upload(steward, label, `供水公司 ${run}`, '停供.csv', '户号,发生时间,区划代码\nM1,2025-03-04,320412\n,2025-03-04,320412\n');
	await expect(steward.getByLabel('字段: 户号')).toHaveValue('meter');
	await steward.getByRole('button', { name: '开始导入' }).click();
	await expect(steward.getByText('户号为空；请补全后重新导入')).toBeVisible({ timeout: 30_000 });
	await expect(steward.getByRole('heading', { level: 1 })).toContainText(label);
	await steward.goto('/map?measure=count');
	await expect(steward.locator('select').filter({ has: steward.locator(`option[value="${id}"]`) })).toContainText(label);
	await steward.goto('/indicators');
	await steward.locator('select[name=template]').selectOption('complaint-surge');
	await expect(steward.locator('select[name=eventKind]')).toContainText(label);

	await admin.goto(`/admin/kinds/${id}`);
	await admin.getByLabel('原因').fill('试用结束');
	await admin.getByRole('button', { name: '停用' }).click();
	await expect(admin.getByText(/停用：试用结束/)).toBeVisible();
	await steward.goto('/intake/upload');
	await expect(steward.getByLabel('数据类型')).not.toContainText(label);
});
