import type { Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import { addDays, daysBetween } from '#lib/calendar/days.ts';
import type { CellPlace } from '#lib/detection/daily/cells.ts';
import { judgeCells, type CellAnswer, type CellFinding, type CellQuestion, type CellVerdict } from '#lib/detection/daily/portfolio.ts';
import { commonIndustry } from '#lib/industries/industry-key.ts';
import { commonRegion } from '#lib/regions/common-region.ts';
import type { Evaluation } from '#lib/warnings/evaluation.ts';
import { levelOf, type LevelRules } from '#lib/warnings/levels.ts';
import type { LiveSeries } from '#lib/warnings/machine.server.ts';
import { explainCell, topEnterprises } from './cell-explanation.server.ts';
import type { DefinitionOf } from './definition.ts';
import type { ActiveIndicator } from './active.server.ts';
import type { Evening } from './evaluate.server.ts';
import type { KindEvening } from './kind-evening.server.ts';

export type CellResult = {
	readonly evaluations: readonly Evaluation[];
	readonly judged: number;
	readonly held: number;
};

/** What one surge indicator says on one evening. */
export async function evaluateCellSurge(
	db: Kysely<DB>,
	indicator: ActiveIndicator & { readonly definition: DefinitionOf<'cell-surge'> },
	{ kind: evening, live, rules, explain, again }: Evening,
	explained: CellQuestion['explained']
): Promise<CellResult> {
	const { definition } = indicator;
	const { question } = evening;
	const known = live.map((series) => ({ series, set: question.layout.find(placeOfKey(series.seriesKey)) }));
	const followed = known.flatMap(({ series, set }) => (set === undefined ? [] : [{ series, set }]));
	const watched = followed.map(({ series, set }) => ({ set, from: question.asOf - daysBetween(series.firstBreachOn, evening.asOf) }));
	const answer = judgeCells({ ...question, learned: evening.learned(), slow: evening.slow, watched, explained }, definition);
	const verdicts = new Map(followed.map(({ series }, k) => [series.seriesKey, answer.watched[k]!]));
	const breach = async (finding: CellFinding, before: LiveSeries | null) =>
		breaching(explain ? db : null, indicator, evening, answer, finding, before, rules);

	const evaluations: Evaluation[] = [];
	for (const { series } of known) {
		if (again && !again.series.has(series.seriesKey)) continue;
		const verdict = verdicts.get(series.seriesKey);
		if (verdict?.verdict === 'breaching') evaluations.push(await breach(verdict.finding!, series));
		else evaluations.push(calm(indicator, evening, series, verdict, definition.clearAfterDays));
	}
	for (const finding of answer.findings) {
		if (again && !question.layout.placeOf(finding.set).regions.some(again.concerns)) continue;
		evaluations.push(await breach(finding, null));
	}
	return { evaluations, judged: answer.judged, held: answer.held };
}

const seriesKeyOf = (indicatorId: string, { regions, industries }: CellPlace) => `${indicatorId}|cell|${regions.join('+')}|${industries.join('+')}`;

/** The regions and industries that a series' key names. */
function placeOfKey(key: string): CellPlace {
	const [, , regions, industries] = key.split('|') as [string, string, string, string];
	return { regions: regions.split('+'), industries: industries.split('+') };
}

async function breaching(
	db: Kysely<DB> | null,
	indicator: ActiveIndicator & { readonly definition: DefinitionOf<'cell-surge'> },
	evening: KindEvening,
	answer: CellAnswer,
	finding: CellFinding,
	before: LiveSeries | null,
	rules: LevelRules
): Promise<Evaluation> {
	const cells = evening.question.layout.placeOf(finding.set);
	const { asOf, knownOn } = evening;
	const window = { from: addDays(asOf, 1 - finding.window), to: asOf };
	const place = { kind: indicator.definition.eventKind, ...window, ...cells, knownOn };
	const enterprises = db === null ? [] : await topEnterprises(db, place);
	const { observed, expected, upper, q } = finding;
	return {
		...base(indicator, seriesKeyOf(indicator.id, cells), commonRegion(cells.regions), commonIndustry(cells.industries)),
		verdict: 'breaching',
		level: levelOf(rules, { kind: 'cell', q, observed, expected }),
		observed, expected, upper, q,
		firstBreachOn: before?.firstBreachOn ?? asOf,
		lastBreachOn: asOf,
		occurredOn: before ? null : window.from,
		explanation: db === null ? null : await explainCell(db, place, evening, answer, finding, indicator.definition, enterprises),
		subjects: enterprises
			.filter((e) => !e.key.startsWith('~'))
			.map((e) => ({ uscc: e.key, role: 'contributor' as const, weight: e.share }))
	};
}

function calm(
	indicator: ActiveIndicator,
	evening: KindEvening,
	series: LiveSeries,
	/** Undefined where the cell has no counts at all. */
	cell: CellVerdict | undefined,
	clearAfterDays: number
): Evaluation {
	const held = cell === undefined || cell.verdict === 'held' ? evening.heldWhy(series.regionCode) : null;
	const quietFor = daysBetween(series.lastBreachOn, evening.asOf);
	const verdict = cell?.verdict === 'absorbed' ? undefined : cell;
	const waits = verdict !== undefined && (verdict.verdict === 'short' || verdict.verdict === 'fading' || quietFor < clearAfterDays);
	return {
		...base(indicator, series.seriesKey, series.regionCode, series.industryKey),
		verdict: held ? 'held' : waits ? 'pending' : 'cleared',
		...(held ? { held } : {}),
		level: null, observed: null, expected: null, upper: null, q: null,
		firstBreachOn: null, lastBreachOn: null, occurredOn: null, explanation: null, subjects: []
	};
}

function base(indicator: ActiveIndicator, seriesKey: string, regionCode: string, industryKey: string) {
	return {
		seriesKey,
		indicatorId: indicator.id,
		indicatorVersion: indicator.version,
		item: indicator.item,
		scopeKind: 'cell',
		regionCode, industryKey,
		uscc: null,
		subjectLabel: null
	} as const;
}
