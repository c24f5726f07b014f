import { m } from '#lib/messages/messages.js';
import { itemLabel } from '#lib/warnings/labels.ts';
import { formatted } from './columns.ts';
import type { Progress } from './lists.server.ts';
import { rowsHref, type MapQuery, type RowsQuery } from './query.ts';
import type { RiskMap } from './risk-map.server.ts';
import { beforeText, changeText, count, rowsBehindFigure } from './show.ts';
import { foundFigures, progressFigures } from './situation-figures.ts';

export type SituationInput = {
	readonly place: string;
	readonly query: MapQuery;
	readonly map: Pick<RiskMap, 'events' | 'upTo' | 'rises' | 'raised' | 'raisedSpan' | 'span' | 'baseSpan' | 'classMonth' | 'monitored' | 'streak' | 'found'>;
	readonly progress: Progress;
	/** The day whose open obligations are told. */
	readonly today: string;
};

/** A piece of the sentence: words, or a figure with the address of its rows. */
export type Said = { readonly text: string; readonly href: string | null };

/** The month in one breath, made from the figures of the page; quiet where there is nothing to say. */
export const situation = (input: SituationInput): string => saidOf(input, null).map(({ text }) => text).join('');

/**
 * The same in pieces, each figure with its rows.
 *
 * @param snapshot the id that the figures are kept under
 */
export function saidOf(input: SituationInput, snapshot: string | null): readonly Said[] {
	const rows: RowsQuery[] = [];
	// Messages are whole sentences, in any order of words: a figure is told by marks that no text contains.
	const linked = (text: string, behind: RowsQuery | null) => (behind === null ? text : `\uE000${rows.push(behind) - 1}\uE001${text}\uE001`);
	return sentence(input, linked)
		.split('\uE000')
		.flatMap((piece, i): Said[] => {
			if (i === 0) return [{ text: piece, href: null }];
			const [at, text, rest] = piece.split('\uE001') as [string, string, string];
			return [{ text, href: rowsHref({ ...rows[Number(at)]!, snapshot }) }, { text: rest, href: null }];
		})
		.filter(({ text }) => text !== '');
}

function sentence({ place, query, map, progress, today }: SituationInput, linked: (text: string, behind: RowsQuery | null) => string): string {
	const { n: raised, base: before, levels, yearAgo } = map.raised;
	const here = { region: query.region, upTo: map.upTo, exact: false };
	const ofWarnings = { ...query, measure: 'warnings' as const };
	const ofEvents = { ...query, measure: 'count' as const };
	const kind = itemLabel(query.kind);
	const parts: string[] = [];
	if (map.monitored.now === 'none') parts.push(m.riskmap_situation_unmonitored({ place }));
	else if (raised === 0) parts.push(m.riskmap_situation_none({ place }));
	else {
		const severe = levels[0] + levels[1];
		const month = beforeText(before, map.monitored, linked(count(before), rowsBehindFigure(ofWarnings, map, here, 'month-ago')));
		// Last year is told where monitors ran then; a bar of the month before always.
		const compared =
			map.monitored.before === 'none' ? m.riskmap_situation_before_unmonitored()
			: yearAgo ? m.riskmap_situation_before({ month, year: linked(count(yearAgo.n), rowsBehindFigure(ofWarnings, map, here, 'year-ago')) })
			: m.riskmap_situation_before_month({ month });
		const said = {
			place, before: compared,
			raised: linked(count(raised), rowsBehindFigure(ofWarnings, map, here)), severe: linked(count(severe), rowsBehindFigure(ofWarnings, map, here, 'severe'))
		};
		parts.push((severe > 0 ? m.riskmap_situation_raised_severe : m.riskmap_situation_raised)(said));
	}
	const { n, base, baseKnown } = map.events;
	if (map.upTo === null) parts.push(m.riskmap_situation_events_none({ kind }));
	else if (n + base > 0) {
		const said = { kind, count: linked(count(n), rowsBehindFigure(ofEvents, map, here)) };
		parts.push(baseKnown ? m.riskmap_situation_events({ ...said, change: base > 0 ? changeText((n - base) / base) : '–' }) : m.riskmap_situation_events_alone(said));
	}
	const { streak } = map;
	const rise = map.rises[0];
	if (streak) {
		const said = { industry: streak.industryName, kind, weeks: streak.rises };
		parts.push(streak.unitNames.length > 0 ? m.riskmap_situation_streak_where({ ...said, where: streak.unitNames.join(m.riskmap_and()) }) : m.riskmap_situation_streak(said));
	} else if (rise) {
		// A source that delivers more is no rise of the market.
		const said = rise.coverage ? m.riskmap_situation_rise_coverage : m.riskmap_situation_rise;
		const where = { region: rise.region, industry: rise.industry, upTo: rise.upTo, exact: rise.exact };
		parts.push(said({
			where: `${rise.regionName}${rise.industryName}`,
			count: linked(count(rise.n), rowsBehindFigure(ofEvents, map, where)), base: linked(count(rise.base), rowsBehindFigure(ofEvents, map, where, 'year-ago'))
		}));
	}
	const found = foundFigures(query, map).now;
	if (map.found.now.visits > 0) {
		parts.push(m.riskmap_situation_found({ visits: linked(count(map.found.now.visits), found.visits.rows), found: linked(count(map.found.now.found), found.found.rows) }));
	}
	const { overdue, kept, due } = progressFigures(query, map, progress, today);
	if (progress.overdue > 0) parts.push(m.riskmap_situation_overdue({ count: linked(count(progress.overdue), overdue.rows) }));
	const { keptInTime, fellDue } = progress;
	if (fellDue > 0) {
		parts.push(m.riskmap_situation_kept({ percent: formatted((keptInTime / fellDue) * 100, 'percent'), kept: linked(count(keptInTime), kept.rows), due: linked(count(fellDue), due.rows) }));
	}
	return `${parts.join(m.riskmap_situation_joint())}${m.riskmap_situation_stop()}`;
}
