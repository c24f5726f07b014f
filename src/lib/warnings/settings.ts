import * as v from 'valibot';
import type { DeadlineRules } from './deadlines.ts';
import type { EscalationRules } from './escalation.ts';
import type { LevelRules } from './levels.ts';

const cellRule = v.object({
	q: v.pipe(v.number(), v.minValue(0), v.maxValue(1)),
	ratio: v.pipe(v.number(), v.minValue(1), v.maxValue(1_000)),
	excess: v.pipe(v.number(), v.minValue(0), v.maxValue(1_000_000))
});
const times = v.pipe(v.number(), v.minValue(1), v.maxValue(1_000));
const descending = (rules: { red: number; orange: number; yellow: number }) =>
	rules.red >= rules.orange && rules.orange >= rules.yellow;

const levelRulesSchema = v.object({
	cell: v.object({ red: cellRule, orange: cellRule, yellow: cellRule }),
	entity: v.pipe(v.object({ red: times, orange: times, yellow: times }), v.check(descending))
});

const workingDays = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(120));
const deadline = v.pipe(
	v.object({ acknowledge: workingDays, dispose: workingDays }),
	v.check((days) => days.acknowledge <= days.dispose)
);
const deadlinesSchema = v.object({ red: deadline, orange: deadline, yellow: deadline, blue: deadline });

/** Null when the value is not a complete, sensible set of rules. */
export function parseLevelRules(value: unknown): LevelRules | null {
	const parsed = v.safeParse(levelRulesSchema, value);
	return parsed.success ? parsed.output : null;
}

/** Null when a day is missing, out of range, or disposing would be due before acknowledging. */
export function parseDeadlines(value: unknown): DeadlineRules | null {
	const parsed = v.safeParse(deadlinesSchema, value);
	return parsed.success ? parsed.output : null;
}

const escalationSchema = v.pipe(
	v.object({
		remind: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(20)),
		deputy: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(60)),
		head: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(60)),
		above: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(60))
	}),
	v.check(({ deputy, head, above }) => deputy <= head && head <= above)
);

/** Null when a number is missing, out of range, or somebody higher would be told before somebody nearer. */
export function parseEscalation(value: unknown): EscalationRules | null {
	const parsed = v.safeParse(escalationSchema, value);
	return parsed.success ? parsed.output : null;
}
