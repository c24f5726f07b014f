/** Characters of a note about one item. */
export const noteLength = 2000;
