import { limits } from '#lib/intake/limits.ts';
import { blankRow, type StagedRow } from '#lib/intake/merge/stage.ts';
import { csvLine, type RawRow } from '#lib/intake/read/csv.ts';
import type { Reject } from '#lib/intake/reject-reasons.ts';

/** Thrown while one row is judged, caught at its end: the first fault ends a row. */
export class Refused extends Error {
	readonly reject: Reject;
	constructor(reject: Reject) {
		super(reject.reason);
		this.reject = reject;
	}
}

/** A row's text as it is kept; a sheet's row becomes a line of CSV. */
export function rawOf(row: RawRow): string {
	return (row.raw ?? csvLine(row.values)).replaceAll('\0', '\ufffd').slice(0, limits.rawCharacters);
}

/** A refused row with its text. `cell`: what was refused of it. */
export function refused(row: RawRow, reject: Reject, cell?: string): StagedRow {
	return {
		...blankRow, line: row.line, reason: reject.reason, message: reject.message, fault_field: reject.field,
		fault_value: cell?.trim().slice(0, limits.faultCharacters) ?? null, raw: rawOf(row)
	};
}
