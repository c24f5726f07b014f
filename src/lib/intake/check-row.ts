import type { AddressKey } from '#lib/enterprises/address.ts';
import { parseCapital, type ParsedCapital } from '#lib/enterprises/capital.ts';
import { changeItemOf } from '#lib/enterprises/change-items.ts';
import { personKey } from '#lib/enterprises/person.ts';
import { phoneKey } from '#lib/enterprises/phone.ts';
import { normaliseUscc, registeringRegion, usccFault } from '#lib/enterprises/uscc.ts';
import { unknownIndustry, type IndustryFinder } from '#lib/industries/industry-key.ts';
import type { Crosswalk, ResolvedRegion } from '#lib/regions/crosswalk.ts';
import type { RegionFinder } from '#lib/regions/region-finder.ts';
import { classOf, cleanCell, isCellError, isFormula, isInExponents, isNumberOfCode, numberOf, statusOf, withoutInvisible, yesNoOf } from './cell-values.ts';
import { csvLine, type RawRow } from '#lib/intake/read/csv.ts';
import { parseDate, parseMonth, type ParsedDate } from './dates.ts';
import { makeFingerprint, type Fingerprint } from './fingerprint.ts';
import { inspectionResultOf } from './inspection-results.ts';
import { fieldFacts, fields, type Field, type FieldFacts, type KindFacts } from '#lib/intake/kinds/kinds.ts';
import { limits } from './limits.ts';
import type { BoundMapping } from './mapping.ts';
import {
	cellError, dateReject, digitsLost, formula, missing, rowFaultReject, subjectMissing, tooLongField, tooManyFields, unreadable, usccReject, type FieldAt, type Reject, type WarningCode
} from './reject-reasons.ts';
import { blankRow, type StagedRow } from '#lib/intake/merge/stage.ts';

/** What rows are judged by. */
export type CheckContext = {
	readonly kind: KindFacts;
	readonly crosswalk: Crosswalk;
	readonly findRegion: RegionFinder;
	readonly findIndustry: IndustryFinder;
	readonly addressKey: AddressKey;
	/** The newest day that can have happened. */
	readonly today: string;
	readonly capitalUnit: string;
	readonly warn: (code: WarningCode, line: number, example: string) => void;
};

/** Thrown inside this file only: the first fault ends a row. */
class Refused extends Error {
	readonly reject: Reject;
	constructor(reject: Reject) {
		super(reject.reason);
		this.reject = reject;
	}
}

/** A column of one file as its field reads it. */
type BoundField = { readonly field: string; readonly column: number; readonly longest: number; readonly text: boolean; readonly id: boolean };

/** What is the same for all rows under one header. */
type Plan = {
	readonly of: BoundMapping;
	readonly fields: readonly BoundField[];
	/** Where a field's cell stands in `cells`. */
	readonly slots: ReadonlyMap<string, number>;
	readonly required: readonly { readonly field: string; readonly slot: number }[];
	/** Fields that are kept in the event's content. */
	readonly content: readonly { readonly field: string; readonly slot: number; readonly type: FieldFacts['type'] }[];
	readonly fingerprint: Fingerprint;
	/** The present row's cells, cleaned; the last is empty for what has no column. */
	readonly cells: string[];
};

/** Fields that become keys, and names that are looked up: an index takes no more. */
const keyFields = new Set(['name', 'sourceKey', 'legalRep', 'agent', 'complainant', 'complainantId', 'legalRepId', 'afterId', 'field', 'grade', 'region', 'industry']);

/** Numbers that people are known by. */
const idFields = new Set(['legalRepId', 'afterId', 'complainantId', 'sourceKey']);

/** Judges rows of one kind: a staged row each, accepted or with the reason why not. Writes nothing, asks nobody. */
export function makeRowCheck(context: CheckContext): (row: RawRow, columns: readonly string[], bound: BoundMapping) => StagedRow {
	const { kind: facts, warn } = context;
	const isRegister = facts.effect === 'register' || facts.effect === 'registration';
	const at = (field: string): FieldAt => ({ field, headers: fieldFacts(facts, field).headers });
	const dates = memo(parseDate);
	const capitals = memo((text: string): ParsedCapital => parseCapital(text, context.capitalUnit));
	const regions = memo(context.findRegion);
	const own = Object.keys(facts.defined?.fields ?? {}).filter((field) => !Object.hasOwn(fields, field));
	const contentFields = [...(Object.keys(fields) as Field[]).filter((field) => !('apart' in fields[field])), ...own];

	let plan: Plan | null = null;
	/** Of the row that is judged. */
	let cells: string[] = [];
	let line = 0;
	/** Cells as they stand in the file, where characters that nobody sees were taken out: the fingerprint is that of the file's text. */
	let unseen: Map<string, string> | null = null;

	return (row, columns, bound) => {
		if (row.fault !== null) return refused(row, rowFaultReject(row.fault));
		const { values } = row;
		if (values.length > columns.length && values.slice(columns.length).some((value) => value.trim() !== '')) {
			return refused(row, tooManyFields(values.length, columns.length));
		}
		if (plan === null || plan.of !== bound) plan = planOf(bound);
		cells = plan.cells;
		line = row.line;
		unseen = null;
		try {
			for (let slot = 0; slot < plan.fields.length; slot++) cells[slot] = read(plan.fields[slot]!, values);
			for (const { field, slot } of plan.required) if (cells[slot] === '') throw new Refused(missing(at(field)));
			const out = staged(plan, values, bound);
			if (columns[0] === '#batch' && columns[1] === '#line') mended(out, values);
			return out;
		} catch (error) {
			plan.fingerprint.drop();
			if (error instanceof Refused) return refused(row, error.reject, values[bound.at.get(error.reject.field ?? '') ?? -1]);
			throw error;
		}
	};

	function planOf(bound: BoundMapping): Plan {
		const bindings = [...bound.at].map(([field, column]) => {
			const { type } = fieldFacts(facts, field);
			return { field, column, longest: keyFields.has(field) ? limits.keyCharacters : limits.fieldCharacters, text: type === 'text' || type === 'name', id: idFields.has(field) };
		});
		const slots = new Map(bindings.map(({ field }, slot) => [field, slot]));
		const none = bindings.length;
		return {
			of: bound,
			fields: bindings,
			slots,
			required: facts.required.map((field) => ({ field, slot: slots.get(field) ?? none })),
			content: contentFields.flatMap((field) => (slots.has(field) ? [{ field, slot: slots.get(field)!, type: fieldFacts(facts, field).type }] : [])),
			fingerprint: makeFingerprint([...slots.keys(), ...bound.keep.map(({ name }) => keptName(name))]),
			cells: new Array<string>(none + 1).fill('')
		};
	}

	function read({ field, column, longest, text, id }: BoundField, values: readonly string[]): string {
		let value = cleanCell(values[column]);
		if (value === '') return value;
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

	/** The field's cell; empty when there is none. */
	function cell(field: string): string {
		return cells[plan!.slots.get(field) ?? cells.length - 1]!;
	}

	function say(field: string, value: string): string {
		plan!.fingerprint.say(field, value);
		return value;
	}

	/** What the cell says as text, for the fingerprint as well; null when nothing. */
	function text(field: Field): string | null {
		const value = cell(field);
		if (value === '') return null;
		say(field, unseen?.get(field) ?? value);
		return value;
	}

	function date(field: string, mayBeAhead = false): Extract<ParsedDate, { ok: true }> | null {
		const value = cell(field);
		if (value === '') return null;
		const parsed = dates(value);
		if (!parsed.ok) throw new Refused(dateReject(at(field), parsed.fault, value));
		if (!mayBeAhead && parsed.day > context.today) throw new Refused(dateReject(at(field), 'date-future', value));
		return parsed;
	}

	function staged({ fingerprint }: Plan, values: readonly string[], bound: BoundMapping): StagedRow {
		const out: StagedRow = { ...blankRow, line };
		const uscc = code('uscc');
		if (uscc !== null) {
			out.uscc = say('uscc', uscc);
			// A complaint's subject may turn out to be nobody registered.
			if (facts.effect === 'complaint') out.given_uscc = uscc;
		}
		const occurred = date('occurredOn');
		if (occurred !== null) {
			out.occurred_at = say('occurredOn', occurred.instant);
			out.day = occurred.day;
		}
		const received = date('receivedAt');
		// A row cannot have been received before it happened; clocks of two systems can differ, though.
		if (received !== null) out.received_at = occurred !== null && received.instant < occurred.instant ? occurred.instant : received.instant;

		if (facts.effect === 'class' || facts.effect === 'grade') {
			ofMonth(out);
			fingerprint.drop();
			return out;
		}

		const region = regionOf(uscc);
		const givenRegion = cell('region');
		if (givenRegion !== '') say('region', unseen?.get('region') ?? givenRegion);
		out.region_code = region.code;
		out.region_basis = region.basis;
		out.region_own = region.own;
		out.region_given = givenRegion !== '' ? givenRegion : uscc === null ? null : registeringRegion(uscc);
		if (uscc === null && !region.own) throw new Refused(subjectMissing);
		out.industry_key = industryOf();

		const rawItem = text('item');
		out.item = rawItem === null ? null : facts.effect === 'change' ? changeItemOf(rawItem) : rawItem.slice(0, 200);
		out.withdrawn = flag('withdrawn', false) ?? false;
		out.name = text('name');
		if (isRegister) register(out, region.code);
		if (facts.effect === 'complaint') out.person_key = personKey(text('complainantId'), text('complainant'), region.code);
		if (facts.effect === 'change') changed(out, region.code);
		if (facts.effect === 'cancellation') out.status = statusOf(text('status') ?? rawItem ?? '') === 'revoked' ? 'revoked' : 'cancelled';

		out.content = JSON.stringify(contentOf(values, bound, rawItem));
		const key = unseen?.get('sourceKey') ?? cell('sourceKey');
		const content = fingerprint.take();
		// The content holds the subject and the day already; the day in front keeps neighbours together in the index.
		out.source_key = key !== '' ? key : facts.effect === 'register' ? uscc : `~${out.day}:${content}`;
		// A row without a key that comes back as withdrawn is the same row.
		out.hash = out.withdrawn === true ? `${content}-` : content;
		return out;
	}

	function ofMonth(out: StagedRow): void {
		const given = cell('month');
		const month = parseMonth(given);
		if (month === null) throw new Refused(unreadable('month-format', at('month'), given));
		if (month > context.today) throw new Refused(dateReject(at('month'), 'date-future', given));
		out.month = month;
		out.class = facts.effect === 'grade' ? cell('grade').toUpperCase() : classOf(cell('class'));
		if (out.class === null) throw new Refused(unreadable('class-unknown', at('class'), cell('class')));
		out.field = cell('field') || null;
	}

	function code(field: string): string | null {
		const value = cell(field);
		if (value === '') return null;
		const normal = normaliseUscc(value);
		const fault = usccFault(normal);
		if (fault !== null) throw new Refused(isNumberOfCode(normal) ? digitsLost(at(field), value) : usccReject(at(field), fault, value));
		return normal;
	}

	function regionOf(uscc: string | null): ResolvedRegion & { readonly own: boolean } {
		const value = cell('region');
		const found = value === '' ? null : regions(value);
		if (value !== '' && found === null) warn('region-unknown', line, value);
		if (found !== null) {
			if (found.basis !== 'given') warn('region-fallback', line, value);
			return { code: found.code, basis: found.basis, own: true };
		}
		if (uscc === null) return { code: '000000', basis: 'nation', own: false };
		const registering = registeringRegion(uscc);
		const resolved = context.crosswalk(registering);
		if (isRegister) warn('region-from-uscc', line, registering);
		return { code: resolved.code, basis: resolved.basis, own: false };
	}

	function industryOf(): string {
		const value = cell('industry');
		if (value === '') return unknownIndustry;
		say('industry', unseen?.get('industry') ?? value);
		const found = context.findIndustry(value);
		if (found.basis === 'unknown') warn('industry-unknown', line, value);
		if (found.basis === 'parent') warn('industry-parent', line, value);
		return found.key;
	}

	function register(out: StagedRow, region: string): void {
		out.enterprise_type = text('enterpriseType');
		out.legal_rep = text('legalRep');
		out.legal_rep_key = personKey(text('legalRepId'), out.legal_rep, region);
		address(out, text('address'), region);
		out.phone = text('phone');
		out.phone_key = out.phone === null ? null : phoneKey(out.phone);
		if (out.phone !== null && out.phone_key === null) warn('phone-unreadable', line, out.phone);
		out.agent = text('agent');
		// A firm or a person by name, the same in one city: no agent is known by a number.
		out.agent_key = personKey(null, out.agent, region);
		capital(out, text('capital'));
		const established = date('establishedOn');
		out.established_on = established?.day ?? (out.day as string | null);
		if (established !== null) say('establishedOn', established.day);
		const status = text('status');
		out.status = status === null ? null : statusOf(status);
		const cancelled = date('cancelledOn');
		out.cancelled_on = cancelled === null ? null : say('cancelledOn', cancelled.day);
		out.key_class = flag('keyClass');
	}

	function address(out: StagedRow, value: string | null, region: string): void {
		out.address = value;
		const key = value === null ? null : context.addressKey(value, region);
		// No index takes a page of text, and no such place is one.
		out.address_key = key === null || key.length > 2 * limits.keyCharacters ? null : key;
		if (value !== null && out.address_key === null) warn('address-unreadable', line, value);
	}

	function capital(out: StagedRow, value: string | null): void {
		if (value === null) return;
		out.capital_raw = value;
		const parsed = capitals(value);
		if (!parsed.ok) {
			warn(`capital-${parsed.fault}`, line, value);
			return;
		}
		out.capital_wan = parsed.capital.wan;
		out.capital_currency = parsed.capital.currency;
	}

	/** The register's new value goes into the register's columns; what it is, the item says. */
	function changed(out: StagedRow, region: string): void {
		const after = cell('after') || null;
		const id = text('afterId');
		const named = out.item === 'legal-representative' || out.item === 'name';
		if (named && after !== null && after.length > limits.keyCharacters) throw new Refused(tooLongField(at('after'), after.length, limits.keyCharacters));
		if (out.item === 'legal-representative') {
			out.legal_rep = after;
			out.legal_rep_key = personKey(id, after, region);
			out.person_key = out.legal_rep_key;
		} else if (out.item === 'address') address(out, after, region);
		else if (out.item === 'capital') capital(out, after);
		else if (out.item === 'name' && after !== null) out.name = after;
		if (out.item !== 'name') out.name = null;
	}

	function flag(field: string, said = true): boolean | null {
		const value = cell(field);
		if (value === '') return null;
		const yes = yesNoOf(value);
		if (yes === null) throw new Refused(unreadable('flag-unknown', at(field), value));
		if (said) say(field, String(yes));
		return yes;
	}

	function contentOf(values: readonly string[], bound: BoundMapping, rawItem: string | null): Record<string, unknown> {
		const found: Record<string, unknown> = {};
		for (const { field, slot, type } of plan!.content) {
			const value = cells[slot]!;
			if (value === '') continue;
			const content = contentValue(field, type, value);
			say(field, content === value ? (unseen?.get(field) ?? value) : content);
			found[field] = type === 'number' ? Number(content) : type === 'flag' ? content === 'true' : content;
		}
		if (facts.effect === 'change') found['itemText'] = rawItem;
		for (const { name, at: column } of bound.keep) {
			const value = cleanCell(values[column]);
			if (value !== '') found[name] = say(keptName(name), value.slice(0, limits.fieldCharacters).toWellFormed());
		}
		return found;
	}

	function contentValue(field: string, type: FieldFacts['type'], value: string): string {
		switch (type) {
			case 'number': {
				const number = numberOf(value);
				if (number === null) throw new Refused(unreadable('number', at(field), value));
				return String(number);
			}
			case 'day':
				// What a day of an administrator's own means nobody knows: it may lie ahead.
				return date(field, field === 'validUntil' || field === 'removedOn' || own.includes(field))!.day;
			case 'uscc':
				return code(field)!;
			case 'flag':
				return String(flag(field, false));
			default: {
				if (field !== 'result' || facts.stored !== 'inspection') return value;
				const result = inspectionResultOf(value);
				if (result === null) warn('result-unknown', line, value);
				return result ?? value;
			}
		}
	}
}

/** A kept column's name in the fingerprint: no field is called so. */
const keptName = (name: string) => `keep ${name}`;

/** A refused row with its text; a sheet's row becomes a line of CSV. `cell`: what was refused of it. */
export function refused(row: RawRow, reject: Reject, cell?: string): StagedRow {
	const raw = (row.raw ?? csvLine(row.values)).replaceAll('\0', '\ufffd').slice(0, limits.rawCharacters);
	return {
		...blankRow, line: row.line, reason: reject.reason, message: reject.message, fault_field: reject.field,
		fault_value: cell?.trim().slice(0, limits.faultCharacters) ?? null, raw
	};
}

/** A mended file says in its first columns which rejects its rows were. */
function mended(out: StagedRow, values: readonly string[]): void {
	const line = Number(values[1]);
	if (!values[0] || !Number.isInteger(line)) return;
	out.mend_batch = values[0];
	out.mend_line = line;
}

/** From this length on a piece of a text may be kept by V8 as a view of the whole: caching it would hold the file in memory. */
const viewLength = 13;

/** Columns repeat their texts; the memory is bounded. */
function memo<T>(read: (text: string) => T): (text: string) => T {
	const known = new Map<string, T>();
	return (text) => {
		if (text.length >= viewLength) return read(text);
		let value = known.get(text);
		if (value === undefined) {
			value = read(text);
			if (known.size < 50_000) known.set(text, value);
		}
		return value;
	};
}
