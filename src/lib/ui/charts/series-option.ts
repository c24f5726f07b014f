import type { SeriesMark, SeriesPoint } from './series.ts';

/** Colours of the theme in force, read from the tokens. */
export type SeriesColours = {
	readonly text: string;
	readonly soft: string;
	readonly line: string;
	readonly surface: string;
	readonly observed: string;
	readonly expected: string;
	readonly band: string;
	readonly alarm: string;
	readonly threshold: string;
	readonly font: string;
};

export type SeriesWords = {
	readonly observed: string;
	readonly expected: string;
	readonly band: string;
	readonly alarm: string;
	readonly threshold: string;
};

export type SeriesLook = {
	readonly points: readonly SeriesPoint[];
	readonly kind: 'line' | 'bars';
	readonly threshold: number | null;
	/** Vertical lines at some periods, each with a word. */
	readonly marks: readonly SeriesMark[];
	readonly colours: SeriesColours;
	/** By how much letters are larger than usual. */
	readonly larger: number;
	readonly words: SeriesWords;
	/** `2026-11-20` as the axis shows it. */
	readonly axisLabel: (period: string) => string;
	/** HTML of the tooltip of one point; the caller escapes. */
	readonly tooltip: (index: number) => string;
};

/** The ECharts option of an observed series over its expected band. Pure: the same look gives the same drawing. */
export function seriesOption(look: SeriesLook): Record<string, unknown> {
	const { points, colours, words } = look;
	const small = 11 * look.larger;
	const values = (pick: (point: SeriesPoint) => number | null | undefined) => points.map((point) => pick(point) ?? null);
	const hasBand = points.some((point) => point.upper !== null && point.upper !== undefined);
	const hasExpected = points.some((point) => point.expected !== null && point.expected !== undefined);
	const series: object[] = [];
	if (hasBand) {
		// An area between two lines is a stack: an unseen base up to the lower bound and the band's width upon it.
		const base = { type: 'line', stack: 'band', symbol: 'none', silent: true, lineStyle: { opacity: 0 }, z: 1 };
		series.push(
			{ ...base, name: 'base', data: values((point) => (point.upper === null || point.upper === undefined ? null : (point.lower ?? 0))) },
			{
				...base,
				name: words.band,
				data: values((point) => (point.upper === null || point.upper === undefined ? null : point.upper - (point.lower ?? 0))),
				areaStyle: { color: colours.band, opacity: 0.75 }
			}
		);
	}
	if (hasExpected) {
		series.push({
			name: words.expected,
			type: 'line',
			data: values((point) => point.expected),
			symbol: 'none',
			lineStyle: { color: colours.expected, width: 1.5, type: [5, 4] },
			itemStyle: { color: colours.expected },
			z: 2
		});
	}
	const observed = {
		name: words.observed,
		data: points.map((point) => ({
			value: point.observed,
			...(point.alarm && look.kind === 'bars' ? { itemStyle: { color: colours.alarm } } : {})
		})),
		itemStyle: { color: colours.observed },
		z: 3
	};
	series.push(
		look.kind === 'bars'
			? { ...observed, type: 'bar', barMaxWidth: 14, barCategoryGap: '28%' }
			: { ...observed, type: 'line', symbol: points.length > 60 ? 'none' : 'circle', symbolSize: 5, lineStyle: { color: colours.observed, width: 1.75 } }
	);
	series.push({
		name: words.alarm,
		type: 'scatter',
		data: points.map((point) => (point.alarm ? point.observed : null)),
		symbol: 'triangle',
		symbolSize: 9,
		symbolOffset: [0, -9],
		itemStyle: { color: colours.alarm },
		silent: true,
		z: 4
	});
	const lines = [
		...(look.threshold === null
			? []
			: [{
					yAxis: look.threshold,
					lineStyle: { color: colours.threshold, type: 'solid', width: 1 },
					label: { formatter: `${words.threshold} ${look.threshold}`, position: 'insideEndTop', color: colours.soft, fontSize: small }
				}]),
		...look.marks.map(({ period, label }) => ({
			xAxis: period,
			lineStyle: { color: colours.soft, type: [2, 3], width: 1 },
			label: { formatter: label, position: 'end', distance: 2, color: colours.soft, fontSize: small, fontFamily: colours.font }
		}))
	];
	if (lines.length > 0) Object.assign(series[series.length - 1]!, { markLine: { silent: true, symbol: 'none', data: lines } });
	const axisText = { color: colours.soft, fontSize: small, fontFamily: colours.font };
	return {
		animation: false,
		textStyle: { fontFamily: colours.font },
		grid: { left: 4, right: 12, top: look.marks.length > 0 ? 22 : 14, bottom: 4, containLabel: true },
		xAxis: {
			type: 'category',
			data: points.map((point) => point.period),
			axisLabel: { ...axisText, hideOverlap: true, alignMaxLabel: 'right', formatter: look.axisLabel },
			axisLine: { lineStyle: { color: colours.line } },
			axisTick: { show: false }
		},
		yAxis: {
			type: 'value',
			minInterval: 1,
			// Room for the alarm's triangle above the highest point.
			boundaryGap: [0, '8%'],
			axisLabel: axisText,
			splitLine: { lineStyle: { color: colours.line } }
		},
		tooltip: {
			trigger: 'axis',
			confine: true,
			transitionDuration: 0,
			backgroundColor: colours.surface,
			borderColor: colours.line,
			padding: [6, 10],
			textStyle: { color: colours.text, fontSize: 12 * look.larger, fontFamily: colours.font },
			axisPointer: { type: 'line', lineStyle: { color: colours.soft } },
			formatter: (shown: { dataIndex: number } | { dataIndex: number }[]) =>
				look.tooltip((Array.isArray(shown) ? shown[0]?.dataIndex : shown.dataIndex) ?? 0)
		},
		series
	};
}
