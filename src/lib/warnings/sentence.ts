import { daysBetween } from '#lib/calendar/days.ts';
import { m } from '#lib/messages/messages.js';
import { clusterText, type ClusterNames } from './cell-name.ts';
import type { GroupTie, ScopeKind } from './evaluation.ts';
import { contributorName } from './contributor-name.ts';
import { figure, upperText } from './figures.ts';
import type { OutsideWords } from './outside.ts';
import { counterLabel, isShared, scopeLabel, streamLabel, tieLabel, unitLabel } from './subject-labels.ts';

/** Names one place of a break-down and how much of the observed count it holds. */
type Part = { readonly name: string; readonly observed: number; readonly share: number };

export type SentenceInput = {
	readonly item: string;
	readonly scopeKind: ScopeKind;
	readonly window: { readonly from: string; readonly to: string };
	readonly coverage: number | null;
	readonly limit: number | null;
	readonly observed: number | null;
	readonly expected: number | null;
	readonly upper: number | null;
	/** Of a group: what ties it, and how likely chance makes such a one. */
	readonly ties?: readonly GroupTie[];
	readonly q?: number | null;
	readonly method?: string;
	/** Of an outside platform's warning: what it said. */
	readonly outside?: Pick<OutsideWords, 'platform' | 'title'>;
	/** Of a cluster of cells: what it consists of. */
	readonly cluster?: ClusterNames | null;
	readonly parts: { readonly regions: readonly Part[]; readonly industries: readonly Part[]; readonly enterprises: readonly Part[] };
};

/** A part is worth a clause when it is one of several and holds at least this share. */
const worthNaming = 0.3;

/** Why the warning was raised, in one plain sentence a person can read out. */
export function sentence(input: SentenceInput): string {
	// Their words: nothing of ours was counted.
	if (input.outside) return m.api_outside_sentence({ platform: input.outside.platform, title: input.outside.title });
	const days = daysBetween(input.window.from, input.window.to) + 1;
	const observed = figure(input.observed);
	const counter = counterLabel(input.item, input.scopeKind);
	const unit = unitLabel(input.item, input.scopeKind);
	const where = input.cluster ? clusterText(input.cluster) : null;
	const said = (text: string) => (where === null ? '' : m.warnings_sentence_where({ place: where, said: '' })) + text + clauses(input);
	if (input.scopeKind === 'group' && input.ties) {
		return m.links_sentence_group({ observed, days, what: streamLabel(input.method), ties: [...new Map([...input.ties].reverse().map((tie) => [tie.kind, tie])).values()].reverse().slice(0, mostTies).map(tieText).join(m.common_comma()), odds: chance(input.q ?? 1) });
	}
	if (input.limit !== null && isShared(input.scopeKind)) {
		const shared = m.warnings_sentence_shared({ scope: scopeLabel(input.scopeKind), days, observed, unit, limit: figure(input.limit) });
		return input.expected === null ? shared : m.warnings_sentence_usual({ said: shared, expected: figure(input.expected) });
	}
	if (input.limit !== null) return said(m.warnings_sentence_limit({ days, observed, unit, limit: figure(input.limit) }));
	if (input.expected === null || input.upper === null || input.coverage === null) {
		return said(m.warnings_sentence_plain({ days, observed, unit }));
	}
	const range = input.scopeKind === 'cell' ? m.warnings_sentence_range : m.warnings_sentence_own;
	return said(range({ days, observed, unit, expected: about(input.expected, counter), bound: bound(input.coverage, days, upperText(input.upper), counter) }));
}

/** The same of a warning as its page shows it. */
export function sentenceOf(
	warning: Pick<SentenceInput, 'item' | 'scopeKind' | 'cluster'> & {
		readonly current: Pick<SentenceInput, 'observed' | 'expected' | 'upper'> & { readonly q?: number | null };
		readonly contributors: SentenceInput['parts'];
	},
	{ window, coverage, limit, ties, method, outside }: Pick<SentenceInput, 'window' | 'coverage' | 'limit' | 'ties' | 'method' | 'outside'>
): string {
	const { item, scopeKind, cluster, current: { observed, expected, upper, q }, contributors: parts } = warning;
	return sentence({ item, scopeKind, window, coverage, limit, observed, expected, upper, parts, ties, q, method, cluster, outside });
}

/** So many kinds of ties stand in the sentence, the strongest of each; the table has all. */
const mostTies = 3;

const tieText = ({ kind, members }: GroupTie) => m.links_sentence_tie({ n: members, what: tieLabel(kind) });

/** A false discovery rate as one of so many findings, rounded down to one figure. */
function chance(q: number): string {
	if (q < 1e-6) return m.links_odds_rare();
	const n = Math.max(1, Math.floor(1 / q));
	const figures = 10 ** Math.floor(Math.log10(n));
	return m.links_odds({ n: Math.floor(n / figures) * figures });
}

/** An expectation as people say it: whole. */
const about = (expected: number, counter: string) =>
	expected < 1 ? m.warnings_sentence_under_one({ counter }) : m.warnings_sentence_about({ n: figure(Math.round(expected)), counter });

const times: Readonly<Record<number, () => string>> = {
	0.9: m.warnings_times_ninety, 0.95: m.warnings_times_ninety_five, 0.99: m.warnings_times_ninety_nine
};

/** How many of a hundred such spans stay within the upper end by chance alone. */
function bound(coverage: number, days: number, upper: string, counter: string): string {
	const period = days === 1 ? m.warnings_period_day() : days === 7 ? m.warnings_period_week() : m.warnings_period_days({ days });
	const hundred = times[coverage];
	if (hundred !== undefined) return m.warnings_bound_hundred({ period, times: hundred(), upper, counter });
	if (coverage === 0.999) return m.warnings_bound_thousand({ period, upper, counter });
	return m.warnings_bound_percent({ period, percent: Number((coverage * 100).toPrecision(4)), upper, counter });
}

function clauses({ item, scopeKind, parts }: SentenceInput): string {
	if (scopeKind !== 'cell') return '';
	const heads = [parts.regions, parts.industries, parts.enterprises]
		.filter((list) => list.length > 1)
		.map((list) => list[0]!)
		.filter((part) => part.share >= worthNaming)
		.slice(0, 2);
	return heads.map((part) => m.warnings_sentence_clause({ clause: m.warnings_sentence_share({ name: contributorName(part.name), n: figure(part.observed), counter: counterLabel(item, scopeKind) }) })).join('');
}
