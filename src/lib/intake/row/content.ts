import { cleanCell, numberOf } from '#lib/intake/cell-values.ts';
import { inspectionResultOf } from '#lib/intake/inspection-results.ts';
import { fieldFacts, fields, type Field, type FieldFacts, type KindFacts } from '#lib/intake/kinds/kinds.ts';
import { limits } from '#lib/intake/limits.ts';
import type { BoundMapping } from '#lib/intake/mapping.ts';
import { unreadable } from '#lib/intake/reject-reasons.ts';
import { keptName, type RowCells } from './cells.ts';
import { isNoName } from './no-name.ts';
import { Refused } from './refused.ts';

/** Reads what is kept with an event as it was said: fields without a column of the database, and columns that a mapping keeps. */
export function makeContent(facts: KindFacts, cells: RowCells): (values: readonly string[], bound: BoundMapping) => Record<string, unknown> {
	const own = Object.keys(facts.defined?.fields ?? {}).filter((field) => !Object.hasOwn(fields, field));
	const kept = new Map(
		[...(Object.keys(fields) as Field[]).filter((field) => !('apart' in fields[field])), ...own].map((field) => [field, fieldFacts(facts, field).type])
	);
	let planned: BoundMapping | null = null;
	let present: readonly (readonly [field: string, type: FieldFacts['type']])[] = [];

	return (values, bound) => {
		if (planned !== bound) {
			present = [...kept].filter(([field]) => bound.at.has(field));
			planned = bound;
		}
		const found: Record<string, unknown> = {};
		for (const [field, type] of present) {
			const value = cells.cell(field);
			if (value === '') continue;
			const content = contentValue(field, type, value);
			cells.say(field, content === value ? cells.written(field) : content);
			// A name that names nobody would tie its rows to one another.
			if (type === 'name' && isNoName(value)) continue;
			found[field] = type === 'number' ? Number(content) : type === 'flag' ? content === 'true' : content;
		}
		for (const { name, at: column } of bound.keep) {
			const value = cleanCell(values[column]);
			if (value !== '') found[name] = cells.say(keptName(name), value.slice(0, limits.fieldCharacters).toWellFormed());
		}
		return found;
	};

	function contentValue(field: string, type: FieldFacts['type'], value: string): string {
		switch (type) {
			case 'number': {
				const number = numberOf(value);
				if (number === null) throw new Refused(unreadable('number', cells.at(field), value));
				return String(number);
			}
			case 'day':
				// What a day of an administrator's own means nobody knows: it may lie ahead.
				return cells.date(field, field === 'validUntil' || field === 'removedOn' || own.includes(field))!.day;
			case 'uscc':
				return cells.code(field)!;
			case 'flag':
				return String(cells.flag(field));
			default: {
				if (field !== 'result' || facts.stored !== 'inspection') return value;
				const result = inspectionResultOf(value);
				if (result === null) cells.note('result-unknown', value);
				return result ?? value;
			}
		}
	}
}
