/** Least letters of a reason that stays in the record: one word that says why, such as 重复建单. Ours. */
export const reasonLength = 4;

/** Least letters of a reason for drawing again: it stands beside both draws and their certificates for good. Ours. */
export const redrawReasonLength = 6;

/** Is a reason long enough to say something? Blanks around it do not count. */
export const saysWhy = (reason: string, least: number = reasonLength): boolean => [...reason.trim()].length >= least;
