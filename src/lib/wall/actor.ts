import type { Actor } from '#lib/access/actor.ts';

/** A screen that was let in. */
export type Screen = {
	readonly id: string;
	readonly name: string;
	readonly regionCode: string;
	readonly seconds: number;
	readonly views: readonly string[];
};

/**
 * On whose behalf a screen's picture is read: a leader of the screen's region without any grant. It is never anybody's session: it lives
 * for one reading, and what it read is cut down to what a wall may show (`picture.ts`).
 */
export function screenActor({ id, name, regionCode }: Screen): Actor {
	return { id: `screen:${id}`, name, displayName: name, role: 'leader', grants: [], departmentId: '', regionCode, industries: null, inspectorId: null, address: null };
}
