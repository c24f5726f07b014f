import type { AddressKey } from '#lib/enterprises/address.ts';
import { changeItemOf } from '#lib/enterprises/change-items.ts';
import { personKey } from '#lib/enterprises/person.ts';
import type { IndustryFinder } from '#lib/industries/industry-key.ts';
import type { Crosswalk } from '#lib/regions/crosswalk.ts';
import type { RegionFinder } from '#lib/regions/region-finder.ts';
import { classOf, statusOf } from './cell-values.ts';
import type { RawRow } from '#lib/intake/read/csv.ts';
import { parseMonth } from './dates.ts';
import { makesEvents, type KindFacts } from '#lib/intake/kinds/kinds.ts';
import type { BoundMapping } from './mapping.ts';
import { dateReject, rowFaultReject, tooManyFields, unreadable, type WarningCode } from './reject-reasons.ts';
import { blankRow, type StagedRow } from '#lib/intake/merge/stage.ts';
import { makeRowCells, type RowCells } from '#lib/intake/row/cells.ts';
import { makeContent } from '#lib/intake/row/content.ts';
import { makePlace } from '#lib/intake/row/place.ts';
import { makeRegister } from '#lib/intake/row/register.ts';
import { rawOf, Refused, refused } from '#lib/intake/row/refused.ts';

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
	/** Told of rows that are taken in only: what was done with a refused one, its reason says. */
	readonly warn: (code: WarningCode, line: number, example: string) => void;
};

/** Judges rows of one kind: a staged row each, accepted or with the reason why not. Writes nothing, asks nobody. */
export function makeRowCheck(context: CheckContext): (row: RawRow, columns: readonly string[], bound: BoundMapping) => StagedRow {
	const { kind: facts, warn } = context;
	const cells = makeRowCells(facts, context.today);
	const place = makePlace(context, cells);
	const register = makeRegister(context, cells);
	const contentOf = makeContent(facts, cells);

	return (row, columns, bound) => {
		if (row.fault !== null) return refused(row, rowFaultReject(row.fault));
		const { values, line } = row;
		if (values.length > columns.length && values.slice(columns.length).some((value) => value.trim() !== '')) {
			return refused(row, tooManyFields(values.length, columns.length));
		}
		try {
			cells.begin(row, columns, bound);
			const undated = isUndatedWithdrawal();
			cells.require(undated ? facts.required.filter((field) => field !== 'occurredOn') : facts.required);
			const out: StagedRow = { ...blankRow, line };
			// It may be refused later, when nobody knows its key.
			if (undated) out.raw = rawOf(row);
			staged(out, values, bound);
			if (columns[0] === '#batch' && columns[1] === '#line') mended(out, values);
			for (const [code, example] of cells.notes()) warn(code, line, example);
			return out;
		} catch (error) {
			cells.drop();
			if (error instanceof Refused) return refused(row, error.reject, values[bound.at.get(error.reject.field ?? '') ?? -1]);
			throw error;
		}
	};

	/** It says which row it takes back: the day is that row's. */
	function isUndatedWithdrawal(): boolean {
		return cells.cell('occurredOn') === '' && cells.cell('sourceKey') !== '' && makesEvents(facts) && cells.flag('withdrawn') === true;
	}

	function staged(out: StagedRow, values: readonly string[], bound: BoundMapping): void {
		const uscc = cells.code('uscc');
		if (uscc !== null) {
			out.uscc = cells.say('uscc', uscc);
			// A complaint's subject may turn out to be nobody registered.
			if (facts.effect === 'complaint') out.given_uscc = uscc;
		}
		const occurred = cells.date('occurredOn');
		if (occurred !== null) {
			out.occurred_at = occurred.instant;
			out.day = occurred.day;
			// Rows are known by it: older ones had the offset where the zone stands now.
			cells.say('occurredOn', occurred.instant.replace(' Asia/Shanghai', '+08'));
		}
		const received = cells.date('receivedAt');
		// A row cannot have been received before it happened; clocks of two systems can differ, though.
		if (received !== null) out.received_at = occurred !== null && received.instant < occurred.instant ? occurred.instant : received.instant;
		if (facts.effect === 'class' || facts.effect === 'grade') ofMonth(out, cells);
		else ofSubject(out, values, bound, uscc);
	}

	function ofMonth(out: StagedRow, { cell, at, drop }: RowCells): void {
		const given = cell('month');
		const month = parseMonth(given);
		if (month === null) throw new Refused(unreadable('month-format', at('month'), given));
		if (month > context.today) throw new Refused(dateReject(at('month'), 'date-future', given));
		out.month = month;
		out.class = facts.effect === 'grade' ? cell('grade').toUpperCase() : classOf(cell('class'));
		if (out.class === null) throw new Refused(unreadable('class-unknown', at('class'), cell('class')));
		out.field = cell('field') || null;
		drop();
	}

	/** What happened to somebody, or is said of somebody. */
	function ofSubject(out: StagedRow, values: readonly string[], bound: BoundMapping, uscc: string | null): void {
		const { effect } = facts;
		const region = place(out, uscc);
		const rawItem = cells.text('item');
		out.item = rawItem === null ? null : effect === 'change' ? changeItemOf(rawItem) : rawItem.slice(0, 200);
		out.withdrawn = cells.flag('withdrawn') ?? false;
		out.name = cells.name('name');
		if (effect === 'register' || effect === 'registration') register.state(out, region);
		if (effect === 'complaint') out.person_key = personKey(cells.text('complainantId'), cells.text('complainant'), region);
		if (effect === 'change') register.change(out, region);
		if (effect === 'cancellation') out.status = statusOf(cells.text('status') ?? rawItem ?? '') === 'revoked' ? 'revoked' : 'cancelled';

		const content = contentOf(values, bound);
		if (effect === 'change') content['itemText'] = rawItem;
		out.content = JSON.stringify(content);
		const said = cells.end();
		const key = cells.written('sourceKey');
		// The content holds the subject and the day already; the day in front keeps neighbours together in the index.
		out.source_key = key !== '' ? key : effect === 'register' ? uscc : `~${out.day}:${said}`;
		// A row without a key that comes back as withdrawn is the same row.
		out.hash = out.withdrawn === true ? `${said}-` : said;
	}
}

/** A mended file says in its first columns which rejects its rows were. */
function mended(out: StagedRow, values: readonly string[]): void {
	const line = Number(values[1]);
	if (!values[0] || !Number.isInteger(line)) return;
	out.mend_batch = values[0];
	out.mend_line = line;
}
