import { parseAgency, type Agency } from './agency.ts';
import { defaultCauses, parseCause, type Cause, type CauseDefinition } from './causes.ts';
import { defaultMeasures } from './default-measures.ts';
import { parseMeasure, type Measure, type MeasureDefinition } from './measure.ts';

/** What the office keeps lists of: its measures, the normal causes of rises, and what each department signs with. */
export const choiceLists = ['measure', 'cause', 'agency'] as const;
export type ChoiceList = (typeof choiceLists)[number];

export type ChoiceDefinition = MeasureDefinition | CauseDefinition | Agency;

const parsers = { measure: parseMeasure, cause: parseCause, agency: parseAgency } as const;

/** Null when the value is not a complete entry of the list. */
export function parseChoice(list: ChoiceList, value: unknown): ChoiceDefinition | null {
	return parsers[list](value);
}

type Stored = { readonly id: string; readonly version: number; readonly definition: unknown };

/** The office's own versions over those that ship, in the order of the list; what can no longer be read is as if it were not there. */
function merged<T extends { readonly id: string }>(shipped: readonly T[], stored: readonly Stored[], read: (row: Stored) => T | null): T[] {
	const own = new Map(stored.flatMap((row) => {
		const entry = read(row);
		return entry === null ? [] : [[row.id, entry] as const];
	}));
	const rest = [...own.values()].filter(({ id }) => !shipped.some((one) => one.id === id));
	return [...shipped.map((one) => own.get(one.id) ?? one), ...rest];
}

export function measuresFrom(stored: readonly Stored[]): Measure[] {
	return merged(defaultMeasures, stored, ({ id, version, definition }) => {
		const parsed = parseMeasure(definition);
		return parsed && { ...parsed, id, version };
	});
}

export function causesFrom(stored: readonly Stored[]): Cause[] {
	return merged(defaultCauses, stored, ({ id, version, definition }) => {
		const parsed = parseCause(definition);
		return parsed && { ...parsed, id, version };
	});
}
