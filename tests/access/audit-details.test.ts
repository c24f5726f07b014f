import { describe, expect, it } from 'vitest';
import { auditDetailLine } from '#lib/access/audit-details.ts';

describe('what an entry of the audit trail tells', () => {
	it.each([
		[{ to: 'disposed', from: 'investigating', number: '2026-000021', paper: null }, '编号：2026-000021 · 原：核查中 · 现：已处置 · 文号：–'],
		[{ measureName: '检查', measureNameEn: 'Inspection', fromTemplate: false }, '措施：检查 · 按模板：否'],
		[{ numbers: ['2026-000038', '2026-000039'], commitment: 'b805f3ffb805f3ffb805f3ffb805f3ff' }, '编号：2026-000038，2026-000039 · 种子承诺：b805f3ff…'],
		[{ note: 'constructor' }, '备注：constructor'],
		[{ somethingNew: { a: 1 } }, 'somethingNew：{"a":1}'],
		[null, '']
	])('%j', (detail, line) => expect(auditDetailLine(detail, 'zh-CN')).toBe(line));

	it('names the other language’s names in that language only', () => {
		expect(auditDetailLine({ measureName: '检查', measureNameEn: 'Inspection' }, 'en')).toMatch(/：Inspection$|: Inspection$/);
	});
});
