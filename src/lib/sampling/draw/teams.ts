/** Two certified inspectors at least, more where an item needs more (double random); experts come in addition and do not count. */
export const teamSize = 2;

/** A pair drawn for each object, or one pair for the whole task. */
export const teamModes = ['object', 'task'] as const;
export type TeamMode = (typeof teamModes)[number];
