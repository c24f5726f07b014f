import type { RequestEvent } from '@sveltejs/kit';
import { approvedMap } from '#lib/boundaries/boundaries.server.ts';
import { situation } from '#lib/risk-map/sentence.ts';
import { settings } from '#lib/settings/settings.ts';
import { admitScreen, type ScreenRefusal } from '#lib/wall/admit.server.ts';
import { screenActor } from '#lib/wall/actor.ts';
import { readScreenCookie } from '#lib/wall/cookie.ts';
import { wallPicture } from '#lib/wall/picture.server.ts';
import { drawnRegions, pictureFor } from '#lib/wall/picture.ts';
import type { Look } from '#lib/wall/look.ts';
import { placeName } from '#lib/wall/show.ts';
import { viewsAmong } from '#lib/wall/views.ts';

/** What the asking screen has already. */
export type Had = {
	/** The stamp of its picture; while it is still the same the picture is not sent again. */
	readonly picture: string | null;
	/** The id of its boundaries, likewise; they stay the same for months while pictures change. */
	readonly boundaries: string | null;
};

/**
 * What the asking screen shows just now, by the token in its cookie and by nothing else: a person's session opens no screen.
 */
export async function lookOf({ locals, cookies, url }: Pick<RequestEvent, 'locals' | 'cookies' | 'url'>, had: Had): Promise<Look | ScreenRefusal> {
	const { db, address } = locals;
	const admission = await admitScreen(db, settings().dataDir, readScreenCookie(cookies, url), address);
	if (!admission.ok) return admission;
	const { screen, now } = admission;
	const seen = await wallPicture(db, screenActor(screen));
	// A region that was dissolved since: nothing is left to show.
	if (!seen.ok) return { ok: false, reason: 'revoked' };
	const views = viewsAmong(screen.views);
	const picture = pictureFor(seen.picture, views);
	// Asked at each look, not with the picture, which is kept for minutes: a set that is loaded or retired shows with the next one.
	const approved = await approvedMap(db, drawnRegions(picture));
	const drawn = approved?.id ?? '';
	const stamp = `${seen.stamp}.${views.join('.')}`;
	return {
		ok: true, at: now.toISOString(), stamp,
		screen: { name: screen.name, seconds: screen.seconds, views },
		words: situation({ ...seen.said, place: placeName(seen.picture) }),
		picture: stamp === had.picture ? null : picture,
		boundaries: { id: drawn, map: drawn === had.boundaries ? null : approved }
	};
}
