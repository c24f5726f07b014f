import type { ChartData } from '../content.ts';
import { bars } from './bars.ts';
import { ranking } from './ranking.ts';
import { regionMap } from './region-map.ts';
import { risk } from './risk.ts';

/** A chart as SVG: the same data gives the same picture. */
export function chartSvg(data: ChartData): string {
	switch (data.kind) {
		case 'hex':
		case 'boundaries':
			return regionMap(data);
		case 'bars':
			return bars(data);
		case 'ranking':
			return ranking(data);
		case 'risk':
			return risk(data);
	}
}
