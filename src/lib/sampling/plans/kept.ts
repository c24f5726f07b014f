/** What was typed, field by field, so that nothing of it is lost where scripts are off. */
export type Kept = Readonly<Record<string, readonly string[]>>;

/** A field as it was typed, else as it stands. */
export const keptText = (kept: Kept | undefined, name: string, stands: string): string => (kept === undefined ? stands : (kept[name]?.[0] ?? stands));

/** Was a value of a repeated field chosen? Nothing sent yet: as it stands. */
export const keptChoice = (kept: Kept | undefined, name: string, value: string, stands: boolean): boolean =>
	kept === undefined ? stands : (kept[name]?.includes(value) ?? false);
