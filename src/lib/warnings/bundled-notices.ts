import type { NewNotice } from '#lib/notices/notify.server.ts';
import type { Door } from './list-filter.ts';

/** More than this of one kind for one person at once are told as one notice with their number. */
export const bundleAbove = 10;

/** A notice about one warning, and the door of the desk behind which its person finds it. */
export type DeskNotice = NewNotice & {
	readonly objectKind: 'warning';
	readonly door: Door;
	/** Key of the bundle, where the same may be told again before it is done; else each time is another. */
	readonly bundleKey?: string;
};

/**
 * What is told of many warnings at once. The people of one desk get the same bundle under the same key, so that its webhook is told once.
 *
 * @param notices those of one person and door in an order that is the same for everybody.
 */
export function bundled(notices: readonly DeskNotice[]): NewNotice[] {
	return [...Map.groupBy(notices, ({ userId, kind, door }) => `${userId}|${kind}|${door}`).values()].flatMap((own): readonly NewNotice[] => {
		if (own.length <= bundleAbove) return own.map(({ door: _door, bundleKey: _key, ...notice }) => notice);
		const { userId, kind, door, key, bundleKey } = own[0]!;
		return [{ userId, kind, objectKind: 'warnings', objectId: door, number: null, key: bundleKey ?? `${kind}|${door}|${key}`, detail: { n: own.length } }];
	});
}

/** Behind which door somebody who answers for a warning finds it. */
export const doorOfOwner = (ownerId: string | null): Door => (ownerId === null ? 'new' : 'mine');
