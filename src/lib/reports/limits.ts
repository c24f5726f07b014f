/** Letters that a section may hold; a long one has some two thousand. */
export const sectionLimit = 8000;
export const remarkLimit = 1000;
export const reasonLimit = 500;
