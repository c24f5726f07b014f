/** Longest text of a paper, of its title and of one field, in characters. */
export const bodyLimit = 6_000;
export const titleLimit = 80;
export const fieldLimit = 500;
