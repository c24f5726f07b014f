import { m } from '#lib/messages/messages.js';
import { itemLabel } from '#lib/warnings/labels.ts';
import { formatted } from './columns.ts';
import type { Progress } from './lists.server.ts';
import type { RiskMap } from './risk-map.server.ts';
import { beforeText, changeText, count } from './show.ts';

export type SituationInput = {
	readonly place: string;
	readonly kind: string;
	readonly map: Pick<RiskMap, 'events' | 'upTo' | 'rises' | 'raised' | 'monitored' | 'streak' | 'found'>;
	readonly progress: Progress;
};

/** The month in one breath, made from the figures of the page; quiet where there is nothing to say. */
export function situation(input: SituationInput): string {
	const { place, progress, map } = input;
	const { n: raised, base: before, levels, yearAgo } = map.raised;
	const parts: string[] = [];
	if (map.monitored.now === 'none') parts.push(m.riskmap_situation_unmonitored({ place }));
	else if (raised === 0) parts.push(m.riskmap_situation_none({ place }));
	else {
		const severe = levels[0] + levels[1];
		// Last year is told where monitors ran then; a bar of the month before always.
		const compared = yearAgo
			? m.riskmap_situation_before({ month: beforeText(before, map.monitored), year: count(yearAgo.n) })
			: m.riskmap_situation_before_month({ month: beforeText(before, map.monitored) });
		parts.push((severe > 0 ? m.riskmap_situation_raised_severe : m.riskmap_situation_raised)({ place, raised: count(raised), severe: count(severe), before: compared }));
	}
	const { n, base, baseKnown } = map.events;
	if (map.upTo === null) parts.push(m.riskmap_situation_events_none({ kind: itemLabel(input.kind) }));
	else if (n + base > 0) {
		const said = { kind: itemLabel(input.kind), count: count(n) };
		parts.push(baseKnown ? m.riskmap_situation_events({ ...said, change: base > 0 ? changeText((n - base) / base) : '–' }) : m.riskmap_situation_events_alone(said));
	}
	const { streak } = map;
	const rise = map.rises[0];
	if (streak) {
		const said = { industry: streak.industryName, kind: itemLabel(input.kind), weeks: streak.rises };
		parts.push(streak.unitNames.length > 0 ? m.riskmap_situation_streak_where({ ...said, where: streak.unitNames.join(m.riskmap_and()) }) : m.riskmap_situation_streak(said));
	} else if (rise) {
		// A source that delivers more is no rise of the market.
		const said = rise.coverage ? m.riskmap_situation_rise_coverage : m.riskmap_situation_rise;
		parts.push(said({ where: `${rise.regionName}${rise.industryName}`, count: count(rise.n), base: count(rise.base) }));
	}
	if (map.found.now.visits > 0) parts.push(m.riskmap_situation_found({ visits: count(map.found.now.visits), found: count(map.found.now.found) }));
	if (progress.overdue > 0) parts.push(m.riskmap_situation_overdue({ count: count(progress.overdue) }));
	const { keptInTime, fellDue } = progress;
	if (fellDue > 0) parts.push(m.riskmap_situation_kept({ percent: formatted((keptInTime / fellDue) * 100, 'percent'), kept: count(keptInTime), due: count(fellDue) }));
	return `${parts.join(m.riskmap_situation_joint())}${m.riskmap_situation_stop()}`;
}
