import { m } from '#lib/messages/messages.js';
import { itemLabel } from '#lib/warnings/labels.ts';
import type { Progress } from './lists.server.ts';
import type { RiskMap } from './risk-map.server.ts';
import { beforeText, changeText, count } from './show.ts';

export type SituationInput = {
	readonly place: string;
	readonly kind: string;
	readonly map: Pick<RiskMap, 'events' | 'upTo' | 'rises' | 'raised' | 'monitored'>;
	readonly progress: Progress;
};

/** The month in one breath, made from the figures of the page; quiet where there is nothing to say. */
export function situation(input: SituationInput): string {
	const { place, progress, map } = input;
	const { n: raised, base: before, levels } = map.raised;
	const parts: string[] = [];
	if (map.monitored.now === 'none') parts.push(m.riskmap_situation_unmonitored({ place }));
	else if (raised === 0) parts.push(m.riskmap_situation_none({ place }));
	else {
		const severe = levels[0] + levels[1];
		parts.push(
			(severe > 0 ? m.riskmap_situation_raised_severe : m.riskmap_situation_raised)({ place, raised: count(raised), severe: count(severe), before: beforeText(before, map.monitored) })
		);
	}
	const { n, base, baseKnown } = map.events;
	if (map.upTo === null) parts.push(m.riskmap_situation_events_none({ kind: itemLabel(input.kind) }));
	else if (n + base > 0) {
		const said = { kind: itemLabel(input.kind), count: count(n) };
		parts.push(baseKnown ? m.riskmap_situation_events({ ...said, change: base > 0 ? changeText((n - base) / base) : '–' }) : m.riskmap_situation_events_alone(said));
	}
	const rise = map.rises[0];
	if (rise) {
		// A source that delivers more is no rise of the market.
		const said = rise.coverage ? m.riskmap_situation_rise_coverage : m.riskmap_situation_rise;
		parts.push(said({ where: `${rise.regionName}${rise.industryName}`, count: count(rise.n), base: count(rise.base) }));
	}
	if (progress.overdue > 0) parts.push(m.riskmap_situation_overdue({ count: count(progress.overdue) }));
	if (progress.fellDue > 0) parts.push(m.riskmap_situation_kept({ percent: Math.round((progress.keptInTime / progress.fellDue) * 100) }));
	return `${parts.join(m.riskmap_situation_joint())}${m.riskmap_situation_stop()}`;
}
