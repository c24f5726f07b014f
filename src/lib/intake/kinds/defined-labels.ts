import { getLocale, type Locale } from '#lib/messages/runtime.js';

/** Names of what administrators defined; the same for every reader of the instance, so that nobody has to hand them on. */
export type DefinedLabel = { readonly stored: string; readonly label: string; readonly labelEn: string };

let known: ReadonlyMap<string, DefinedLabel> = new Map();

/** Takes the names over: on the server whenever the kinds are read, in the browser from the layout's data. */
export function learnLabels(labels: readonly DefinedLabel[]): void {
	known = new Map(labels.map((label) => [label.stored, label]));
}

/** Stored names of the defined kinds. */
export const definedKinds = (): readonly string[] => [...known.keys()];

/** The name of a defined kind in the reader's language; undefined for what is none. */
export function definedLabel(stored: string, locale: Locale = getLocale()): string | undefined {
	const found = known.get(stored);
	return found === undefined ? undefined : locale === 'en' ? found.labelEn : found.label;
}
