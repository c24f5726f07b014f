import type { Level } from './levels.ts';

/** What an outside platform says of a warning of its own: its words, shown as such. Stored with every statement. */
export type OutsideSaid = {
	/** The platform's own id: what it is known by, here and there. */
	readonly id: string;
	readonly title: string;
	readonly level: Level;
	/** Our word for what it is about (complaint, registration …), for routing; null: nothing in particular. */
	readonly item: string | null;
	/** Exactly one: an enterprise, or a region with an industry ('*': all). */
	readonly uscc: string | null;
	readonly region: string | null;
	readonly industry: string | null;
	readonly occurredOn: string | null;
	readonly raisedOn: string;
	readonly description: string | null;
	readonly link: string | null;
	/** The platform says that it is over. */
	readonly ended: boolean;
};

/** The same with where it came from, as the explanation of a warning holds it. */
export type OutsideWords = OutsideSaid & { readonly platform: string; readonly receivedOn: string; readonly version: number };

/** Routing item of what a platform does not name one for. */
export const outsideItem = 'outside';
const indicatorPrefix = 'outside:';

/** The indicator under which a platform's warnings stand. */
export const outsideIndicator = (sourceId: string): string => `${indicatorPrefix}${sourceId}`;
export const isOutside = (indicatorId: string): boolean => indicatorId.startsWith(indicatorPrefix);

export const outsideSeries = (sourceId: string, id: string): string => `outside|${sourceId}|${id}`;

/** What a warning is about may not change under its id: the desk that works on it would be another. */
export const sameSubject = (a: OutsideSaid, b: OutsideSaid): boolean => a.uscc === b.uscc && a.region === b.region && a.industry === b.industry;
