/** What was typed about one item, and which stored entry (`''`: none) the person had before them. */
export type DraftItem = { readonly result: string; readonly note: string; readonly seen: string };

/** What was typed on a device and has not been taken by the server. */
export type Draft = {
	readonly savedAt: string;
	readonly visitedOn: string;
	/** The visit's day as it was stored when the form was opened; `''`: none. */
	readonly seenOn: string;
	/** It was sent, and no answer came: it goes again when the connection is back. */
	readonly sent: boolean;
	readonly items: Readonly<Record<string, DraftItem>>;
};

/** Where drafts lie: the browser's storage, or a map in tests. */
export type DraftStore = {
	readonly length: number;
	key(i: number): string | null;
	getItem(key: string): string | null;
	setItem(key: string, value: string): void;
	removeItem(key: string): void;
};

const prefix = 'qianshao-draft|';

/** Days after which a forgotten draft is removed from a device: ours. It holds notes of an inspection. */
export const draftDays = 7;

/** Account, list and enterprise: drafts of two people or two visits never meet. */
export function draftKey(person: string, ref: string, uscc: string): string {
	return `${prefix}${person}|${ref}|${uscc}`;
}

/** A stored draft; null where there is none, or nothing that can be read. */
export function readDraft(store: DraftStore, key: string): Draft | null {
	try {
		const found: unknown = JSON.parse(store.getItem(key) ?? 'null');
		return isDraft(found) ? found : null;
	} catch {
		return null;
	}
}

/** Keeps a draft. False where the device does not let us (storage full or switched off). */
export function keepDraft(store: DraftStore, key: string, draft: Draft): boolean {
	try {
		store.setItem(key, JSON.stringify(draft));
		return true;
	} catch {
		return false;
	}
}

/** Forgets a draft; called only when the server has it, or the person throws it away. */
export function dropDraft(store: DraftStore, key: string): void {
	try {
		store.removeItem(key);
	} catch {
		// A storage that cannot be written holds nothing either.
	}
}

/** A person's drafts on this device by `ref|uscc`. */
export function draftsOf(store: DraftStore, person: string): ReadonlyMap<string, Draft> {
	const own = `${prefix}${person}|`;
	return new Map(keysOf(store).flatMap((key) => {
		const draft = key.startsWith(own) ? readDraft(store, key) : null;
		return draft === null ? [] : [[key.slice(own.length), draft] as const];
	}));
}

/** Removes drafts, of anybody, that nobody has come back to, and what cannot be read. @param now ISO instant. */
export function sweepDrafts(store: DraftStore, now: string): void {
	const oldest = Date.parse(now) - draftDays * 86_400_000;
	for (const key of keysOf(store)) {
		const draft = readDraft(store, key);
		if (draft === null || !(Date.parse(draft.savedAt) >= oldest)) dropDraft(store, key);
	}
}

/** Removes all drafts of a person: they leave the device on purpose. */
export function forgetDrafts(store: DraftStore, person: string): void {
	for (const key of keysOf(store)) if (key.startsWith(`${prefix}${person}|`)) dropDraft(store, key);
}

function keysOf(store: DraftStore): string[] {
	try {
		return Array.from({ length: store.length }, (_, i) => store.key(i)).filter((key): key is string => key?.startsWith(prefix) ?? false);
	} catch {
		return [];
	}
}

const isText = (value: unknown): value is string => typeof value === 'string';

function isDraft(value: unknown): value is Draft {
	if (typeof value !== 'object' || value === null) return false;
	const { savedAt, visitedOn, seenOn, sent, items } = value as Readonly<Record<string, unknown>>;
	return (
		isText(savedAt) && isText(visitedOn) && isText(seenOn) && typeof sent === 'boolean' && typeof items === 'object' && items !== null &&
		Object.values(items as object).every((item: unknown) => {
			const { result, note, seen } = (item ?? {}) as Readonly<Record<string, unknown>>;
			return isText(result) && isText(note) && isText(seen);
		})
	);
}
