/** `revoked` and `ended` show nothing; `key`: its token was signed with another key file. The others say whether it is running. */
export type ScreenState = 'revoked' | 'ended' | 'key' | 'unopened' | 'running' | 'silent';

/** What stands in the table about a screen's life. */
type ScreenLife = { readonly revokedAt: Date | null; readonly lastDay: string | null; readonly lastSeenAt: Date | null; readonly keyFits: boolean };

/** A running screen asks every quarter of a minute, and that is noted each minute; after three without, it is off or cut off. */
export const silentAfterS = 180;

/** @param today the day in Asia/Shanghai; a screen shows until the end of its last day. */
export function screenState({ revokedAt, lastDay, lastSeenAt, keyFits }: ScreenLife, today: string, now: Date): ScreenState {
	if (revokedAt !== null) return 'revoked';
	if (lastDay !== null && lastDay < today) return 'ended';
	if (!keyFits) return 'key';
	if (lastSeenAt === null) return 'unopened';
	return now.getTime() - lastSeenAt.getTime() <= silentAfterS * 1_000 ? 'running' : 'silent';
}

/**
 * Why a screen is shown nothing. `none`: it has no token; `wrong`: no token of ours; `replaced`: it was given a newer one; `locked`:
 * too many wrong ones came from its address.
 */
export const screenFaults = ['none', 'wrong', 'replaced', 'revoked', 'ended', 'locked'] as const;
export type ScreenFault = (typeof screenFaults)[number];

/** A fault by the name that stands in an address; null for anything else. */
export const faultAmong = (name: string | null): ScreenFault | null => screenFaults.find((fault) => fault === name) ?? null;
