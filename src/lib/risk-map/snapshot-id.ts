/** `K7M2-Q9XD-4TBN`: as people read and type it. */
export const spacedId = (id: string): string => id.replace(/(.{4})(?=.)/g, '$1-');

/** What somebody typed or followed as an id; null where it is none. */
export function readId(text: string): string | null {
	const id = text.toUpperCase().replace(/[\s-]/g, '').replace(/O/g, '0').replace(/[IL]/g, '1');
	return /^[0-9A-HJKMNP-TV-Z]{12}$/.test(id) ? id : null;
}
