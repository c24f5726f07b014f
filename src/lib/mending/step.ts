import { dateReadings, ignoreTests, mendOps, type MendStep } from './mending.ts';

/** What is wrong with a rule as a form states it, and in which of its fields. */
export type StepFault = 'op' | 'column' | 'pairs' | 'pair-line' | 'pair-twice' | 'reading' | 'value' | 'from' | 'unit' | 'test' | 'note';
export type StepRefusal = { readonly ok: false; readonly fault: StepFault; /** The input that was not understood. */ readonly given: string };

/** Between the old and the new value of a line: an arrow, a tabulator, an equals sign. */
const between = /\s*(?:→|->|=>|\t|=)\s*/;

/** Most replacements in one rule. */
const mostPairs = 5_000;
const longest = 200;

/** The rule that a form's fields state. `columns`: those of the rows it is made for. */
export function stepOf(get: (name: string) => string, columns: readonly string[]): { readonly ok: true; readonly step: MendStep } | StepRefusal {
	const refuse = (fault: StepFault, given: string): StepRefusal => ({ ok: false, fault, given: given.slice(0, 60) });
	const op = mendOps.find((one) => one === get('op'));
	if (op === undefined) return refuse('op', get('op'));
	const column = get('column');
	const known = columns.includes(column);
	if (!known && !(op === 'ignore' && column === '')) return refuse('column', column);
	const text = (name: string) => get(name).slice(0, longest);
	switch (op) {
		case 'replace':
			return pairsOf(get('pairs'), column);
		case 'date': {
			const reading = dateReadings.find((one) => one === get('reading'));
			return reading === undefined ? refuse('reading', get('reading')) : { ok: true, step: { op, column, reading } };
		}
		case 'strip':
			return { ok: true, step: { op, column, characters: text('characters') } };
		case 'default':
			return text('value').trim() === '' ? refuse('value', '') : { ok: true, step: { op, column, value: text('value').trim() } };
		case 'take':
			return columns.includes(get('from')) && get('from') !== column ? { ok: true, step: { op, column, from: get('from') } } : refuse('from', get('from'));
		case 'unit':
			return /^\p{Script=Han}{1,6}$/u.test(text('unit').trim()) ? { ok: true, step: { op, column, unit: text('unit').trim() } } : refuse('unit', get('unit'));
		case 'ignore': {
			const test = ignoreTests.find((one) => one === get('test'));
			if (test === undefined) return refuse('test', get('test'));
			const value = text('value').trim();
			if (test !== 'header' && value === '') return refuse('value', '');
			return { ok: true, step: { op, column: column === '' ? null : column, test, value: test === 'header' ? '' : value } };
		}
	}
}

function pairsOf(text: string, column: string): { readonly ok: true; readonly step: MendStep } | StepRefusal {
	const pairs: [string, string][] = [];
	const seen = new Set<string>();
	for (const line of text.split(/\r?\n/)) {
		if (line.trim() === '') continue;
		const [from, to, ...more] = line.trim().split(between);
		if (from === undefined || from === '' || to === undefined || more.length > 0) return { ok: false, fault: 'pair-line', given: line.slice(0, 60) };
		if (seen.has(from)) return { ok: false, fault: 'pair-twice', given: from.slice(0, 60) };
		seen.add(from);
		pairs.push([from, to]);
	}
	if (pairs.length === 0 || pairs.length > mostPairs) return { ok: false, fault: 'pairs', given: String(pairs.length) };
	return { ok: true, step: { op: 'replace', column, pairs } };
}
