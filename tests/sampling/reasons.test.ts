import { expect, test } from 'vitest';
import { refusalLabel } from '#lib/sampling/labels.ts';
import { planRefusal } from '#lib/sampling/plans/labels.ts';
import { reasonLength, redrawReasonLength, saysWhy } from '#lib/sampling/reasons.ts';

test.each([
	['重复建单', true],
	['  重复建单\n', true],
	['重复建', false],
	['重  复 ', true],
	// Letters are counted, not the parts that a rare one is stored in.
	['𠮷𠮷𠮷', false],
	['    ', false]
])('“%s” says why: %s', (reason, enough) => {
	expect(saysWhy(reason)).toBe(enough);
});

test('who is refused for a short reason is told how long it has to be', () => {
	expect(refusalLabel('reason-missing')).toContain(`至少 ${reasonLength} 个字`);
	expect(planRefusal({ ok: false, reason: 'reason-missing' })).toContain(`至少 ${reasonLength} 个字`);
	expect(refusalLabel('redraw-reason-missing')).toContain(`至少 ${redrawReasonLength} 个字`);
});
