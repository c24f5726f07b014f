import { firstTested, scenarios, weeks, type SimulatedSeries } from './outbreaks.ts';

/** What a detector said of the tested weeks of one series. */
export type Verdicts = {
	/** Index of the scenario. */
	readonly scenario: number;
	readonly pastSize: number;
	readonly first: number;
	readonly end: number;
	/** Per tested week. */
	readonly alarm: Uint8Array;
	readonly p: Float64Array;
};

export type Score = {
	/** Share of outbreaks (with a case at least) that have an alarm between their first and last case. */
	readonly detected: number;
	/** Alarms in weeks without outbreak ÷ such weeks. */
	readonly falseAlarms: number;
	/** The same in the scenario where it is highest. */
	readonly worst: number;
};

/** Alarms as the detector gave them. */
export const asGiven = (verdicts: Verdicts, week: number): boolean => verdicts.alarm[week] === 1;

/** Alarms where p is small enough for `share` of all weeks without outbreak to alarm. */
export function atRate(all: readonly Verdicts[], share: number): (verdicts: Verdicts, week: number) => boolean {
	const calm: number[] = [];
	for (const verdicts of all) eachWeek(verdicts, (week, outbreak) => outbreak || calm.push(verdicts.p[week]!));
	const sorted = Float64Array.from(calm).sort();
	const cut = sorted[Math.floor(sorted.length * share)]!;
	return (verdicts, week) => verdicts.p[week]! < cut;
}

export function scoreOf(all: readonly Verdicts[], alarms: (verdicts: Verdicts, week: number) => boolean): Score {
	let outbreaks = 0;
	let detected = 0;
	const calm = new Float64Array(scenarios.length);
	const wrong = new Float64Array(scenarios.length);
	for (const verdicts of all) {
		let found = false;
		eachWeek(verdicts, (week, outbreak) => {
			const alarm = alarms(verdicts, week);
			if (outbreak) found ||= alarm;
			else {
				calm[verdicts.scenario]!++;
				if (alarm) wrong[verdicts.scenario]!++;
			}
		});
		if (verdicts.end === verdicts.first) continue;
		outbreaks++;
		if (found) detected++;
	}
	const sum = (values: Float64Array) => values.reduce((a, b) => a + b, 0);
	const rates = [...wrong].map((value, i) => (calm[i]! > 0 ? value / calm[i]! : 0));
	return { detected: detected / outbreaks, falseAlarms: sum(wrong) / sum(calm), worst: Math.max(...rates) };
}

/** Verdicts of the tested weeks by a judge of single weeks. */
export function verdictsOf(
	scenario: number, pastSize: number, series: SimulatedSeries, judge: (week: number) => { readonly alarm: boolean; readonly p: number }
): Verdicts {
	const alarm = new Uint8Array(weeks - firstTested);
	const p = new Float64Array(weeks - firstTested);
	for (let week = 0; week < alarm.length; week++) {
		const said = judge(firstTested + week);
		alarm[week] = said.alarm ? 1 : 0;
		p[week] = said.p;
	}
	return { scenario, pastSize, first: series.first, end: series.end, alarm, p };
}

function eachWeek({ first, end, alarm }: Verdicts, visit: (week: number, outbreak: boolean) => void): void {
	for (let week = 0; week < alarm.length; week++) visit(week, firstTested + week >= first && firstTested + week < end);
}
