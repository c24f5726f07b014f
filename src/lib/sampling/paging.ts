/**
 * Where a page of a list begins: an address may ask for one beyond the end, then it is the last.
 *
 * @param skip rows before the page. @param size rows of a page.
 */
export const heldSkip = (skip: number, total: number, size: number): number => Math.min(skip, Math.max(0, Math.ceil(total / size) - 1) * size);
