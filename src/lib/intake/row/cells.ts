import { normaliseUscc, usccFault } from '#lib/enterprises/uscc.ts';
import { cleanCell, isCellError, isFormula, isInExponents, isNumberOfCode, withdrawnOf, withoutInvisible, yesNoOf } from '#lib/intake/cell-values.ts';
import { parseDate, type ParsedDate } from '#lib/intake/dates.ts';
import { makeFingerprint, type Fingerprint } from '#lib/intake/fingerprint.ts';
import { fieldFacts, type FieldType, type KindFacts } from '#lib/intake/kinds/kinds.ts';
import { limits } from '#lib/intake/limits.ts';
import type { BoundMapping } from '#lib/intake/mapping.ts';
import type { RawRow } from '#lib/intake/read/csv.ts';
import {
	cellError, dateReject, digitsLost, formula, missing, noName, notText, tooLongField, unreadable, usccReject, type FieldAt, type WarningCode
} from '#lib/intake/reject-reasons.ts';
import { memo } from './memo.ts';
import { isNoName } from './no-name.ts';
import { Refused } from './refused.ts';

/** A column of one file as its field reads it. */
type BoundField = { readonly field: string; readonly column: number; readonly longest: number; readonly type: FieldType; readonly text: boolean; readonly id: boolean };

/** What is the same for all rows under one header. */
type Plan = {
	readonly of: BoundMapping;
	readonly columns: readonly string[];
	readonly fields: readonly BoundField[];
	/** Where a field's cell stands in `cells`. */
	readonly slots: ReadonlyMap<string, number>;
	readonly fingerprint: Fingerprint;
	/** The present row's cells, cleaned; the last is empty for what has no column. */
	readonly cells: string[];
};

/** The cells of the row that is judged, by field. What cannot be read throws `Refused`. */
export type RowCells = {
	/** Begins a row: reads all of its cells. */
	readonly begin: (row: RawRow, columns: readonly string[], bound: BoundMapping) => void;
	/** Ends a row that is taken in: the fingerprint of all that was said. */
	readonly end: () => string;
	/** Forgets a row that was refused. */
	readonly drop: () => void;
	/** Fields that have a column, in its order. */
	readonly fields: () => Iterable<string>;
	/** A field and where it stands, for what is said about it. */
	readonly at: (field: string) => FieldAt;
	/** The field's cell; empty when there is none. */
	readonly cell: (field: string) => string;
	/** As it stands in the file, where characters that nobody sees were taken out: rows are known by the file's text. */
	readonly written: (field: string) => string;
	/** Says a value for the fingerprint, and gives it back. */
	readonly say: (field: string, value: string) => string;
	/** What the cell says as text, for the fingerprint as well; null when nothing. */
	readonly text: (field: string) => string | null;
	/** A name, for the fingerprint as well; null when nothing, or nobody, is named. */
	readonly name: (field: string) => string | null;
	readonly date: (field: string, mayBeAhead?: boolean) => Extract<ParsedDate, { ok: true }> | null;
	readonly code: (field: string) => string | null;
	readonly flag: (field: string) => boolean | null;
	/** Refuses the row when a field that it must have is empty. */
	readonly require: (fields: readonly string[]) => void;
	/** Something to be noticed, should the row be taken in. */
	readonly note: (code: WarningCode, example: string) => void;
	readonly notes: () => readonly (readonly [code: WarningCode, example: string])[];
};

/** Fields that become keys, and names that are looked up: an index takes no more. */
const keyFields = new Set(['name', 'sourceKey', 'legalRep', 'agent', 'complainant', 'complainantId', 'legalRepId', 'afterId', 'field', 'grade', 'region', 'industry']);

/** Numbers that people are known by. */
const idFields = new Set(['legalRepId', 'afterId', 'complainantId', 'sourceKey']);

/** A kept column's name in the fingerprint: no field is called so. */
export const keptName = (name: string) => `keep ${name}`;

const none: ReturnType<RowCells['notes']> = [];

/** @param today the newest day that can have happened. */
export function makeRowCells(facts: KindFacts, today: string): RowCells {
	const dates = memo(parseDate);
	let plan: Plan;
	let planned = false;
	let cells: string[] = [];
	let unseen: Map<string, string> | null = null;
	let noted: (readonly [WarningCode, string])[] | null = null;

	function planOf(columns: readonly string[], bound: BoundMapping): Plan {
		const bindings = [...bound.at].map(([field, column]) => {
			const { type } = fieldFacts(facts, field);
			return { field, column, longest: keyFields.has(field) ? limits.keyCharacters : limits.fieldCharacters, type, text: type === 'text' || type === 'name', id: idFields.has(field) };
		});
		const slots = new Map(bindings.map(({ field }, slot) => [field, slot]));
		return {
			of: bound,
			columns,
			fields: bindings,
			slots,
			fingerprint: makeFingerprint([...slots.keys(), ...bound.keep.map(({ name }) => keptName(name))]),
			cells: new Array<string>(bindings.length + 1).fill('')
		};
	}

	function at(field: string): FieldAt {
		const column = plan.of.at.get(field);
		return { field, headers: fieldFacts(facts, field).headers, column: column === undefined ? null : (plan.columns[column] ?? null) };
	}

	function read({ field, column, longest, type, text, id }: BoundField, { values, odd }: RawRow): string {
		let value = cleanCell(values[column]);
		if (value === '') return value;
		const strange = odd?.get(column);
		if (strange !== undefined && !(strange === 'boolean' && type === 'flag')) throw new Refused(notText(at(field), strange));
		const seen = withoutInvisible(value);
		if (seen !== value) {
			(unseen ??= new Map()).set(field, value);
			value = seen;
		}
		if (value.length > longest) throw new Refused(tooLongField(at(field), value.length, longest));
		if (isCellError(value)) throw new Refused(cellError(at(field), value));
		if (text && isFormula(value)) throw new Refused(formula(at(field), value));
		// Half a number of an identity document would make one person of many.
		if (id && isInExponents(value)) throw new Refused(digitsLost(at(field), value));
		return value;
	}

	const cell = (field: string) => cells[plan.slots.get(field) ?? cells.length - 1]!;
	const written = (field: string) => unseen?.get(field) ?? cell(field);

	function say(field: string, value: string): string {
		plan.fingerprint.say(field, value);
		return value;
	}

	function text(field: string): string | null {
		const value = cell(field);
		if (value === '') return null;
		say(field, written(field));
		return value;
	}

	function note(code: WarningCode, example: string): void {
		(noted ??= []).push([code, example]);
	}

	return {
		begin(row, columns, bound) {
			if (!planned || plan.of !== bound) plan = planOf(columns, bound);
			planned = true;
			cells = plan.cells;
			unseen = null;
			noted = null;
			for (let slot = 0; slot < plan.fields.length; slot++) cells[slot] = read(plan.fields[slot]!, row);
		},
		end: () => plan.fingerprint.take(),
		drop: () => plan.fingerprint.drop(),
		fields: () => plan.slots.keys(),
		at,
		cell,
		written,
		say,
		text,
		name(field) {
			const value = text(field);
			if (value === null || !isNoName(value)) return value;
			if (facts.required.includes(field)) throw new Refused(noName(at(field), value));
			note('name-placeholder', value);
			return null;
		},
		date(field, mayBeAhead = false) {
			const value = cell(field);
			if (value === '') return null;
			const parsed = dates(value);
			if (!parsed.ok) throw new Refused(dateReject(at(field), parsed.fault, value));
			if (!mayBeAhead && parsed.day > today) throw new Refused(dateReject(at(field), 'date-future', value));
			return parsed;
		},
		code(field) {
			const value = cell(field);
			if (value === '') return null;
			const normal = normaliseUscc(value);
			const fault = usccFault(normal);
			if (fault !== null) throw new Refused(isNumberOfCode(normal) ? digitsLost(at(field), value) : usccReject(at(field), fault, value));
			return normal;
		},
		flag(field) {
			const value = cell(field);
			if (value === '') return null;
			const yes = field === 'withdrawn' ? withdrawnOf(value) : yesNoOf(value);
			if (yes === null) throw new Refused(unreadable('flag-unknown', at(field), value));
			return yes;
		},
		require(fields) {
			for (const field of fields) if (cell(field) === '') throw new Refused(missing(at(field)));
		},
		note,
		notes: () => noted ?? none
	};
}
