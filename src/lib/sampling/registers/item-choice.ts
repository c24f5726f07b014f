import type { Selectable } from 'kysely';
import type { InspectionItem } from '#db/types.ts';

/** An inspection item to choose, with what its list says about it. */
export type ItemChoice = {
	readonly value: string;
	readonly label: string;
	/** 检查对象类别; null: all. */
	readonly kinds: readonly string[] | null;
	/** Share of the objects; for the planner's information, the preset decides. */
	readonly ratio: number | null;
	/** Visits a year; for the planner's information. */
	readonly frequency: number | null;
	readonly staffNeeded: number;
	readonly legalBasis: string;
};

export const itemChoice = (item: Selectable<InspectionItem>): ItemChoice => ({
	value: item.id, label: `${item.number} ${item.name}${item.sub_item ? `（${item.sub_item}）` : ''}`,
	kinds: item.object_kinds, ratio: item.ratio, frequency: item.frequency, staffNeeded: item.staff_needed, legalBasis: item.legal_basis
});
