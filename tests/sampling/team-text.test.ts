import { expect, test } from 'vitest';
import { teamText } from '#lib/sampling/tasks/team-text.ts';

test.each([
	['nobody', [], ''],
	['one person with the unit', [['陈明', '一所']], '陈明（一所）'],
	['a unit that all share once', [['陈明', '一所'], ['李芳', '一所']], '陈明、李芳（一所）'],
	['each unit where they differ, also when two share one', [['陈明', '一所'], ['李芳', '二所'], ['王强', '一所']], '陈明（一所）、李芳（二所）、王强（一所）']
] as const)('a team is named: %s', (_, team, text) => {
	expect(teamText(team.map(([name, unit]) => ({ name, unit })))).toBe(text);
});
