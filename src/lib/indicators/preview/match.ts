import { addDays } from '#lib/calendar/days.ts';
import { regionInside } from '#lib/detection/daily/cells.ts';
import { previewVerdicts, type PreviewVerdict } from './result.ts';
import type { Episode } from './sightings.ts';
import type { RealWarning } from './verdicts.server.ts';

/** What an episode of a preview is about: the cells of a set, or the enterprises that an entity stands for. */
export type EpisodePlace = Pick<RealWarning, 'scopeKind' | 'key' | 'regions' | 'industries' | 'members'>;

/** Days by which the two may miss each other and still be of one rise: a fortnight, as `sameRise`. */
const near = 14;

const industryInside = (inner: string, outer: string) => outer === '*' || inner.startsWith(outer);
const touch = (a: readonly string[], b: readonly string[], inside: (inner: string, outer: string) => boolean) =>
	a.some((x) => b.some((y) => inside(x, y) || inside(y, x)));

/** Whether a real warning is about the same place: for cells one that lies in the other, or shares a part with it. */
function samePlace(place: EpisodePlace, real: RealWarning): boolean {
	if (place.scopeKind !== real.scopeKind) return false;
	if (place.scopeKind === 'cell') return touch(place.regions, real.regions, regionInside) && touch(place.industries, real.industries, industryInside);
	if (place.scopeKind !== 'group') return place.key === real.key;
	const members = new Set(real.members);
	return 2 * place.members.filter((uscc) => members.has(uscc)).length >= Math.min(place.members.length, members.size) && members.size > 0;
}

/** The real warnings of an episode's place and time, those that people said most about first. */
export function matchesOf(episode: Pick<Episode, 'on' | 'until'>, place: EpisodePlace, real: readonly RealWarning[]): RealWarning[] {
	const [from, to] = [addDays(episode.on, -near), addDays(episode.until, near)];
	return real
		.filter((one) => one.from <= to && one.to >= from && samePlace(place, one))
		.sort((a, b) => previewVerdicts.indexOf(a.verdict) - previewVerdicts.indexOf(b.verdict));
}

/** The verdict of those matches. */
export const verdictOf = (matches: readonly RealWarning[]): PreviewVerdict => matches[0]?.verdict ?? 'unknown';
