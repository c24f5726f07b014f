import { m } from '#lib/messages/messages.js';
import type { StepFault } from './step.ts';
import type { DateReading, IgnoreTest, MendStep } from './mending.ts';

const ops: Readonly<Record<MendStep['op'], () => string>> = {
	replace: m.mending_op_replace, date: m.mending_op_date, strip: m.mending_op_strip, default: m.mending_op_default, take: m.mending_op_take,
	unit: m.mending_op_unit, ignore: m.mending_op_ignore, edit: m.mending_op_edit
};
const readings: Readonly<Record<DateReading, () => string>> = {
	milliseconds: m.mending_reading_milliseconds, seconds: m.mending_reading_seconds, excel: m.mending_reading_excel,
	'day-month-year': m.mending_reading_day_first, 'month-day-year': m.mending_reading_month_first, minguo: m.mending_reading_minguo
};
const tests: Readonly<Record<IgnoreTest, () => string>> = {
	contains: m.mending_test_contains, equals: m.mending_test_equals, starts: m.mending_test_starts, header: m.mending_test_header
};
const faults: Readonly<Record<StepFault, (given: { readonly given: string }) => string>> = {
	op: m.mending_fault_op, column: m.mending_fault_column, pairs: m.mending_fault_pairs, 'pair-line': m.mending_fault_pair_line,
	'pair-twice': m.mending_fault_pair_twice, reading: m.mending_fault_reading, value: m.mending_fault_value, from: m.mending_fault_from,
	unit: m.mending_fault_unit, test: m.mending_fault_test, note: m.mending_fault_note
};
const states: Readonly<Record<string, () => string>> = {
	made: m.mending_state_made, remember: m.mending_state_remember, forget: m.mending_state_forget, undo: m.mending_state_undo
};

export const opLabel = (op: MendStep['op']): string => ops[op]();
export const readingLabel = (reading: DateReading): string => readings[reading]();
export const testLabel = (test: IgnoreTest): string => tests[test]();
export const faultText = (fault: StepFault, given: string): string => faults[fault]({ given });
export const ruleStateLabel = (state: string): string => states[state]?.() ?? state;

/** A rule in one sentence. */
export function stepText(step: MendStep): string {
	switch (step.op) {
		case 'replace': {
			const [first] = step.pairs;
			const shown = { column: step.column, from: first?.[0] ?? '', to: first?.[1] ?? '' };
			return step.pairs.length === 1 ? m.mending_step_replace(shown) : m.mending_step_replace_many({ ...shown, n: step.pairs.length });
		}
		case 'date':
			return m.mending_step_date({ column: step.column, reading: readingLabel(step.reading) });
		case 'strip':
			return step.characters === '' ? m.mending_step_trim({ column: step.column }) : m.mending_step_strip({ column: step.column, characters: step.characters });
		case 'default':
			return m.mending_step_default({ column: step.column, value: step.value });
		case 'take':
			return m.mending_step_take({ column: step.column, from: step.from });
		case 'unit':
			return m.mending_step_unit({ column: step.column, unit: step.unit });
		case 'ignore':
			return m.mending_step_ignore({ column: step.column ?? m.mending_any_column(), test: testLabel(step.test), value: step.value });
		case 'edit':
			return m.mending_step_edit({ line: step.line });
	}
}
