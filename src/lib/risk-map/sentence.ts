import { m } from '#lib/messages/messages.js';
import { itemLabel } from '#lib/warnings/labels.ts';
import type { Progress } from './lists.server.ts';
import type { RiskMap } from './risk-map.server.ts';
import { beforeText, changeText, count } from './show.ts';

export type SituationInput = {
	readonly place: string;
	readonly kind: string;
	readonly map: Pick<RiskMap, 'events' | 'rises' | 'raised' | 'monitored'>;
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
	const { n, base } = map.events;
	if (n + base > 0) {
		parts.push(m.riskmap_situation_events({ kind: itemLabel(input.kind), count: count(n), change: base > 0 ? changeText((n - base) / base) : '–' }));
	}
	const rise = map.rises[0];
	if (rise) {
		parts.push(m.riskmap_situation_rise({ where: `${rise.regionName}${rise.industryName}`, count: count(rise.n), base: count(rise.base) }));
	}
	if (progress.overdue > 0) parts.push(m.riskmap_situation_overdue({ count: count(progress.overdue) }));
	if (progress.fellDue > 0) parts.push(m.riskmap_situation_kept({ percent: Math.round((progress.keptInTime / progress.fellDue) * 100) }));
	return `${parts.join(m.riskmap_situation_joint())}${m.riskmap_situation_stop()}`;
}
