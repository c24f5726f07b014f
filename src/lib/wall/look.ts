import type { ApprovedMap } from '#lib/boundaries/boundaries.server.ts';
import type { WallPicture } from './picture.ts';
import type { WallView } from './views.ts';

/** What a screen is told when it asks. */
export type Look = {
	readonly ok: true;
	/** The server's clock, ISO 8601: until here everything is known. */
	readonly at: string;
	/** Changes when the picture does. */
	readonly stamp: string;
	readonly screen: { readonly name: string; readonly seconds: number; readonly views: readonly WallView[] };
	/** The month in words, in the asking browser's language. */
	readonly words: string;
	/** Null: the one that the screen has is still right. */
	readonly picture: WallPicture | null;
	/** The office's own boundaries of the regions shown. */
	readonly boundaries: {
		/** Changes when others are drawn; empty: hexagons. */
		readonly id: string;
		/** Outlines are large and seldom change. Null: those that the screen has are still right, or there are none. */
		readonly map: ApprovedMap | null;
	};
};
