import { hash as digest, randomUUID } from 'node:crypto';
import type { AddressKey } from '#lib/enterprises/address.ts';
import { parseCapital, type ParsedCapital } from '#lib/enterprises/capital.ts';
import { changeItemOf } from '#lib/enterprises/change-items.ts';
import { personKey } from '#lib/enterprises/person.ts';
import { phoneKey } from '#lib/enterprises/phone.ts';
import { normaliseUscc, registeringRegion, usccFault } from '#lib/enterprises/uscc.ts';
import { unknownIndustry, type IndustryFinder } from '#lib/industries/industry-key.ts';
import type { Crosswalk, ResolvedRegion } from '#lib/regions/crosswalk.ts';
import type { RegionFinder } from '#lib/regions/region-finder.ts';
import { classOf, cleanCell, isFormula, numberOf, statusOf, yesNoOf } from './cell-values.ts';
import { csvLine, type RawRow } from './csv.ts';
import { parseDate, parseMonth, type ParsedDate } from './dates.ts';
import { inspectionResultOf } from './inspection-results.ts';
import { fieldFacts, fields, type Field, type FieldFacts, type KindFacts } from './kinds.ts';
import { limits } from './limits.ts';
import type { BoundMapping } from './mapping.ts';
import {
	dateReject, formula, missing, rowFaultReject, subjectMissing, tooLongField, tooManyFields, unreadable, usccReject, type FieldAt, type Reject, type WarningCode
} from './reject-reasons.ts';
import type { StagedRow } from './stage.ts';

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

/** Judges rows of one kind: a staged row each, accepted or with the reason why not. Writes nothing, asks nobody. */
export function makeRowCheck(context: CheckContext): (row: RawRow, columns: readonly string[], bound: BoundMapping) => StagedRow {
	const { kind: facts, warn } = context;
	const at = (field: string): FieldAt => ({ field, headers: fieldFacts(facts, field).headers });
	const dates = memo(parseDate);
	const capitals = memo((text: string): ParsedCapital => parseCapital(text, context.capitalUnit));
	const own = Object.keys(facts.defined?.fields ?? {}).filter((field) => !Object.hasOwn(fields, field));
	const contentFields = [...(Object.keys(fields) as Field[]).filter((field) => !('apart' in fields[field])), ...own];

	return (row, columns, bound) => {
		if (row.fault !== null) return refused(row, rowFaultReject(row.fault));
		const { values } = row;
		if (values.length > columns.length && values.slice(columns.length).some((value) => value.trim() !== '')) {
			return refused(row, tooManyFields(values.length, columns.length));
		}
		try {
			const given = new Map<string, string>();
			for (const [field, column] of bound.at) {
				const text = cleanCell(values[column]);
				if (text === '') continue;
				if (text.length > limits.fieldCharacters) throw new Refused(tooLongField(at(field), text.length));
				const { type } = fieldFacts(facts, field);
				if ((type === 'text' || type === 'name') && isFormula(text)) throw new Refused(formula(at(field), text));
				given.set(field, text);
			}
			for (const field of facts.required) if (!given.has(field)) throw new Refused(missing(at(field)));
			return { ...staged(row.line, given, values, bound), ...mended(values, columns) };
		} catch (error) {
			if (error instanceof Refused) return refused(row, error.reject, values[bound.at.get(error.reject.field ?? '') ?? -1]);
			throw error;
		}
	};

	function staged(line: number, given: ReadonlyMap<string, string>, values: readonly string[], bound: BoundMapping): StagedRow {
		const canonical: [string, string][] = [];
		const say = (field: string, value: string): string => {
			canonical.push([field, value]);
			return value;
		};
		const text = (field: Field): string | null => {
			const value = given.get(field);
			return value === undefined ? null : say(field, value);
		};
		const date = (field: string, mayBeAhead = false): Extract<ParsedDate, { ok: true }> | null => {
			const value = given.get(field);
			if (value === undefined) return null;
			const parsed = dates(value);
			if (!parsed.ok) throw new Refused(dateReject(at(field), parsed.fault, value));
			if (!mayBeAhead && parsed.day > context.today) throw new Refused(dateReject(at(field), 'date-future', value));
			return parsed;
		};

		const out: StagedRow = { line, event_id: randomUUID() };
		const uscc = code('uscc', given);
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
			const month = parseMonth(given.get('month')!);
			if (month === null) throw new Refused(unreadable('month-format', at('month'), given.get('month')!));
			if (month > context.today) throw new Refused(dateReject(at('month'), 'date-future', given.get('month')!));
			out.month = month;
			out.class = facts.effect === 'grade' ? given.get('grade')!.toUpperCase() : classOf(given.get('class')!);
			if (out.class === null) throw new Refused(unreadable('class-unknown', at('class'), given.get('class')!));
			out.field = given.get('field') ?? null;
			return out;
		}

		const region = regionOf(line, given, uscc);
		if (given.has('region')) say('region', given.get('region')!);
		out.region_code = region.code;
		out.region_basis = region.basis;
		out.region_own = region.own;
		out.region_given = given.get('region') ?? (uscc === null ? null : registeringRegion(uscc));
		if (uscc === null && !region.own) throw new Refused(subjectMissing);
		out.industry_key = industryOf(line, given, say);

		const rawItem = text('item');
		out.item = rawItem === null ? null : facts.effect === 'change' ? changeItemOf(rawItem) : rawItem.slice(0, 200);
		out.withdrawn = flag('withdrawn', given, () => '') ?? false;
		out.name = text('name');
		register(line, out, given, text, date, say, region.code);
		if (facts.effect === 'complaint') out.person_key = personKey(text('complainantId'), text('complainant'), region.code);
		if (facts.effect === 'change') changed(line, out, given, text, region.code);
		if (facts.effect === 'cancellation') out.status = statusOf(text('status') ?? rawItem ?? '') === 'revoked' ? 'revoked' : 'cancelled';

		out.content = JSON.stringify(contentOf(line, given, values, bound, rawItem, date, say));
		const key = given.get('sourceKey') ?? null;
		const content = fingerprint(canonical);
		// The content holds the subject and the day already; the day in front keeps neighbours together in the index.
		out.source_key = key ?? (facts.effect === 'register' ? uscc : `~${out.day}:${content}`);
		// A row without a key that comes back as withdrawn is the same row.
		out.hash = out.withdrawn === true ? `${content}-` : content;
		return out;
	}

	function code(field: string, given: ReadonlyMap<string, string>): string | null {
		const value = given.get(field);
		if (value === undefined) return null;
		const normal = normaliseUscc(value);
		const fault = usccFault(normal);
		if (fault !== null) throw new Refused(usccReject(at(field), fault, value));
		return normal;
	}

	function regionOf(line: number, given: ReadonlyMap<string, string>, uscc: string | null): ResolvedRegion & { readonly own: boolean } {
		const value = given.get('region');
		const found = value === undefined ? null : context.findRegion(value);
		if (value !== undefined && found === null) warn('region-unknown', line, value);
		if (found !== null) {
			if (found.basis !== 'given') warn('region-fallback', line, value!);
			return { ...found, own: true };
		}
		if (uscc === null) return { code: '000000', basis: 'nation', own: false };
		const registering = registeringRegion(uscc);
		const resolved = context.crosswalk(registering);
		if (facts.effect === 'registration' || facts.effect === 'register') warn('region-from-uscc', line, registering);
		return { ...resolved, own: false };
	}

	function industryOf(line: number, given: ReadonlyMap<string, string>, say: (field: string, value: string) => string): string {
		const value = given.get('industry');
		if (value === undefined) return unknownIndustry;
		say('industry', value);
		const found = context.findIndustry(value);
		if (found.basis === 'unknown') warn('industry-unknown', line, value);
		if (found.basis === 'parent') warn('industry-parent', line, value);
		return found.key;
	}

	type Reader = (field: Field) => string | null;
	type DateReader = (field: string, mayBeAhead?: boolean) => Extract<ParsedDate, { ok: true }> | null;
	type Say = (field: string, value: string) => string;

	function register(line: number, out: StagedRow, given: ReadonlyMap<string, string>, text: Reader, date: DateReader, say: Say, region: string): void {
		if (facts.effect !== 'register' && facts.effect !== 'registration') return;
		out.enterprise_type = text('enterpriseType');
		out.legal_rep = text('legalRep');
		out.legal_rep_key = personKey(text('legalRepId'), out.legal_rep, region);
		address(line, out, text('address'), region);
		out.phone = text('phone');
		out.phone_key = out.phone === null ? null : phoneKey(out.phone);
		if (out.phone !== null && out.phone_key === null) warn('phone-unreadable', line, out.phone);
		out.agent = text('agent');
		// A firm or a person by name, the same in one city: no agent is known by a number.
		out.agent_key = personKey(null, out.agent, region);
		capital(line, out, text('capital'));
		const established = date('establishedOn');
		out.established_on = established?.day ?? (out.day as string | undefined) ?? null;
		if (established !== null) say('establishedOn', established.day);
		const status = text('status');
		out.status = status === null ? null : statusOf(status);
		const cancelled = date('cancelledOn');
		out.cancelled_on = cancelled === null ? null : say('cancelledOn', cancelled.day);
		out.key_class = flag('keyClass', given, say);
	}

	function address(line: number, out: StagedRow, value: string | null, region: string): void {
		out.address = value;
		out.address_key = value === null ? null : context.addressKey(value, region);
		if (value !== null && out.address_key === null) warn('address-unreadable', line, value);
	}

	function capital(line: number, out: StagedRow, value: string | null): void {
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
	function changed(line: number, out: StagedRow, given: ReadonlyMap<string, string>, text: Reader, region: string): void {
		const after = given.get('after') ?? null;
		const id = text('afterId');
		if (out.item === 'legal-representative') {
			out.legal_rep = after;
			out.legal_rep_key = personKey(id, after, region);
			out.person_key = out.legal_rep_key;
		} else if (out.item === 'address') address(line, out, after, region);
		else if (out.item === 'capital') capital(line, out, after);
		else if (out.item === 'name' && after !== null) out.name = after;
		if (out.item !== 'name') out.name = null;
	}

	function flag(field: string, given: ReadonlyMap<string, string>, say: Say): boolean | null {
		const value = given.get(field);
		if (value === undefined) return null;
		const yes = yesNoOf(value);
		if (yes === null) throw new Refused(unreadable('flag-unknown', at(field), value));
		say(field, String(yes));
		return yes;
	}

	function contentOf(
		line: number, given: ReadonlyMap<string, string>, values: readonly string[], bound: BoundMapping, rawItem: string | null, date: DateReader, say: Say
	): Record<string, unknown> {
		const found: Record<string, unknown> = {};
		for (const field of contentFields) {
			const value = given.get(field);
			if (value === undefined) continue;
			const { type } = fieldFacts(facts, field);
			const text = say(field, contentValue(line, field, type, value, given, date));
			found[field] = type === 'number' ? Number(text) : type === 'flag' ? text === 'true' : text;
		}
		if (facts.effect === 'change') found['itemText'] = rawItem;
		for (const { name, at: column } of bound.keep) {
			const value = cleanCell(values[column]);
			if (value !== '') found[name] = say(`keep ${name}`, value.slice(0, limits.fieldCharacters));
		}
		return found;
	}

	function contentValue(line: number, field: string, type: FieldFacts['type'], value: string, given: ReadonlyMap<string, string>, date: DateReader): string {
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
				return code(field, given)!;
			case 'flag':
				return String(flag(field, given, () => ''));
			default: {
				if (field !== 'result' || facts.stored !== 'inspection') return value;
				const result = inspectionResultOf(value);
				if (result === null) warn('result-unknown', line, value);
				return result ?? value;
			}
		}
	}
}

/** A refused row with its text; a sheet's row becomes a line of CSV. `cell`: what was refused of it. */
export function refused(row: RawRow, reject: Reject, cell?: string): StagedRow {
	const raw = (row.raw ?? csvLine(row.values)).replaceAll('\0', '\ufffd').slice(0, limits.rawCharacters);
	return { line: row.line, reason: reject.reason, message: reject.message, fault_field: reject.field, fault_value: cell?.trim().slice(0, limits.faultCharacters) ?? null, raw };
}

/** A mended file says in its first columns which rejects its rows were. */
function mended(values: readonly string[], columns: readonly string[]): StagedRow {
	if (columns[0] !== '#batch' || columns[1] !== '#line') return {};
	const line = Number(values[1]);
	return values[0] && Number.isInteger(line) ? { mend_batch: values[0], mend_line: line } : {};
}

/** 132 bits over the fields in order of their names: the same content, whatever the order of the columns. */
function fingerprint(canonical: readonly (readonly [string, string])[]): string {
	const text = [...canonical].sort((a, b) => (a[0] < b[0] ? -1 : 1)).map(([field, value]) => `${field}\x1f${value}`).join('\x1e');
	return digest('sha1', text, 'base64url').slice(0, 22);
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
