import * as v from 'valibot';

/** A tag (检查对象类别) is one word of at most this many characters: lists of them are written with 、 between. */
export const tagCharacters = 20;

export const tagSchema = v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(tagCharacters), v.regex(/^[^\s、，,;；|"'<>]+$/u));
/** Tags in one order, each once. @see tagSchema */
export const tagsSchema = v.pipe(v.array(tagSchema), v.maxLength(20), v.transform((tags) => [...new Set(tags)].sort()));

/** The tag as it is kept; null when it is none. */
export function tagOf(text: string): string | null {
	const parsed = v.safeParse(tagSchema, text);
	return parsed.success ? parsed.output : null;
}
