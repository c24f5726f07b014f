import type { Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import { addDays, daysBetween } from '#lib/calendar/days.ts';
import { judgeCells, type CellAnswer, type CellFinding, type CellQuestion, type CellVerdict } from '#lib/detection/daily/portfolio.ts';
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

const windows = [1, 7, 14] as const;
/** A new rise that holds an open one must be this much larger to become a warning of its own. */
const absorbs = 2;

/** What one surge indicator says on one evening. */
export async function evaluateCellSurge(
	db: Kysely<DB>,
	indicator: ActiveIndicator & { readonly definition: DefinitionOf<'cell-surge'> },
	{ kind: evening, live, rules, explain }: Evening,
	explained: CellQuestion['explained']
): Promise<CellResult> {
	const { definition } = indicator;
	const { layout } = evening.question;
	const known = live.map((series) => ({ series, id: layout.find(series.regionCode, series.industryKey) }));
	const watched = known.flatMap(({ id }) => (id === undefined ? [] : [id]));
	const answer = judgeCells({ ...evening.question, watched, explained }, { ...definition, windows });
	const verdicts = new Map(answer.watched.map((verdict) => [verdict.series, verdict]));
	const fresh = newOnes(answer, layout.inside);
	const breach = async (finding: CellFinding, before: LiveSeries | null) =>
		breaching(explain ? db : null, indicator, evening, answer, finding, before, rules);

	const evaluations: Evaluation[] = [];
	for (const { series, id } of known) {
		const verdict = id === undefined ? undefined : verdicts.get(id);
		const absorbed = id !== undefined && fresh.some((finding) => finding.series !== id && layout.inside(id, finding.series));
		if (verdict?.verdict === 'breaching' && !absorbed) evaluations.push(await breach(verdict.finding!, series));
		else evaluations.push(calm(indicator, evening, series, absorbed ? 'absorbed' : verdict, definition.clearAfterDays));
	}
	for (const finding of fresh) evaluations.push(await breach(finding, null));
	return { evaluations, judged: answer.judged, held: answer.held };
}

/** Findings that are not the echo of an episode that is already open, wider or narrower. */
function newOnes(answer: CellAnswer, inside: (a: number, b: number) => boolean): CellFinding[] {
	const open = answer.watched.filter((verdict) => verdict.verdict !== 'quiet' && verdict.verdict !== 'short');
	const isOpen = new Set(answer.watched.map((verdict) => verdict.series));
	const excess = (finding: CellFinding | null) => (finding === null ? 0 : finding.observed - finding.expected);
	return answer.findings.filter((finding) => {
		if (isOpen.has(finding.series)) return false;
		if (open.some((verdict) => inside(finding.series, verdict.series))) return false;
		const within = open.filter((verdict) => inside(verdict.series, finding.series));
		return within.length === 0 || excess(finding) >= absorbs * within.reduce((sum, verdict) => sum + excess(verdict.finding), 0);
	});
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
	const { layout } = evening.question;
	const regionCode = layout.regionOf(finding.series);
	const industryKey = layout.industryOf(finding.series);
	const { asOf } = evening;
	const window = { from: addDays(asOf, 1 - finding.window), to: asOf };
	const place = { kind: indicator.definition.eventKind, ...window, regionCode, industryKey, asOf };
	const enterprises = db === null ? [] : await topEnterprises(db, place);
	const { observed, expected, upper, q } = finding;
	return {
		...base(indicator, regionCode, industryKey),
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
	cell: CellVerdict | 'absorbed' | undefined,
	clearAfterDays: number
): Evaluation {
	const verdict = cell === 'absorbed' ? undefined : cell;
	const held = cell === undefined || verdict?.verdict === 'held' ? evening.heldWhy(series.regionCode) : null;
	const quietFor = daysBetween(series.lastBreachOn, evening.asOf);
	const waits = verdict !== undefined && (verdict.verdict === 'short' || verdict.verdict === 'fading' || quietFor < clearAfterDays);
	return {
		...base(indicator, series.regionCode, series.industryKey),
		verdict: held ? 'held' : waits ? 'pending' : 'cleared',
		...(held ? { held } : {}),
		level: null, observed: null, expected: null, upper: null, q: null,
		firstBreachOn: null, lastBreachOn: null, occurredOn: null, explanation: null, subjects: []
	};
}

function base(indicator: ActiveIndicator, regionCode: string, industryKey: string) {
	return {
		seriesKey: `${indicator.id}|cell|${regionCode}|${industryKey}`,
		indicatorId: indicator.id,
		indicatorVersion: indicator.version,
		item: indicator.item,
		scopeKind: 'cell',
		regionCode, industryKey,
		uscc: null,
		subjectLabel: null
	} as const;
}
