import { daysBetween } from '#lib/calendar/days.ts';
import { deadlinesFrom, tightened, type AddWorkingDays, type DeadlineRules } from './deadlines.ts';
import { causeDiffers } from './cause.ts';
import type { Evaluation, Explanation } from './evaluation.ts';
import { checkedPatch, type Current, type HistoryEvent, type Patch } from './history.ts';
import { worsened, type Level } from './levels.ts';
import type { MachineAction } from './lifecycle.ts';
import { isOutside } from './outside.ts';

/** What the machine does about one evaluation of one series. */
export type Judgement =
	/** A new episode; `after`: what makes it one of its own, when the series had one before. */
	| { readonly kind: 'raise'; readonly after: RaisedAfter | null }
	| { readonly kind: 'change'; readonly action: Exclude<MachineAction, 'absorb' | 'release'>; readonly set: Patch }
	/** Breaching, but a person closed the episode; it did not get worse since, nor is its cause another. */
	| { readonly kind: 'quiet' }
	| { readonly kind: 'nothing' };

/** The episode before was closed and got worse or has another cause since, or it has cleared and this is another rise. */
export type RaisedAfter = 'worse' | 'cause' | 'cleared';

/**
 * Days after clearing within which a breach is the same rise coming back: so long the longest window of the cell monitors still holds
 * the old one's days. Ours.
 */
const sameRiseDays = 14;

/** Whether a breach belongs to the episode that cleared before it, though people still work on that one. */
export function sameRise(clearedOn: string, asOf: string): boolean {
	return daysBetween(clearedOn, asOf) <= sameRiseDays;
}

/**
 * Days that a breach has to be over before it has cleared, and a level to be lower before it has eased: what comes and goes from one
 * evening to the next is one matter. Cell monitors wait longer before they say that a breach is over. Ours.
 */
export const settleDays = 3;

/** A series as it stood before an evening. */
export type Standing = {
	/** The newest episode, open or closed; null when there was none. */
	readonly latest: Current | null;
	/** What led the count when a person closed that episode; null while it is open, or where nothing is known. */
	readonly closedFor: Explanation['contributors'] | null;
	/** The last evening that breached, also after the episode was closed, and the last one as bad as the episode's level. */
	readonly lastBreachOn: string | null;
	readonly levelOn: string | null;
};

const settled = (since: string | null, asOf: string) => since === null || daysBetween(since, asOf) >= settleDays;

type Rules = { readonly deadlines: DeadlineRules; readonly addWorkingDays: AddWorkingDays };

/**
 * Judges one evaluation against the series' latest episode. Reads the human axis, never writes it.
 *
 * A platform's own word is taken at once; what we count ourselves has to settle first.
 */
export function judge(standing: Standing, evaluation: Evaluation, asOf: string, rules: Rules): Judgement {
	const { latest, closedFor, lastBreachOn, levelOn } = standing;
	const { verdict } = evaluation;
	const isWord = isOutside(evaluation.indicatorId);
	if (latest === null) return verdict === 'breaching' ? { kind: 'raise', after: null } : { kind: 'nothing' };
	const closed = latest.work === 'closed';
	switch (verdict) {
		case 'breaching':
			if (latest.evaluation === 'cleared' && (closed || !sameRise(latest.clearedOn!, asOf))) return { kind: 'raise', after: 'cleared' };
			if (!closed) return refreshed(latest, evaluation, asOf, rules, isWord || settled(levelOn, asOf));
			if (worsened(latest.level, levelOfBreach(evaluation))) return { kind: 'raise', after: 'worse' };
			return causeDiffers(closedFor, evaluation.explanation?.contributors) ? { kind: 'raise', after: 'cause' } : { kind: 'quiet' };
		case 'cleared':
			if (latest.evaluation === 'cleared' || !(isWord || settled(lastBreachOn, asOf))) return { kind: 'nothing' };
			return { kind: 'change', action: 'clear', set: { evaluation: 'cleared', clearedOn: asOf } };
		case 'held':
			if (closed || latest.evaluation === 'held' || latest.evaluation === 'cleared') return { kind: 'nothing' };
			return { kind: 'change', action: 'hold', set: { evaluation: 'held' } };
		case 'pending':
			if (closed || latest.evaluation !== 'held') return { kind: 'nothing' };
			return { kind: 'change', action: 'resume', set: { evaluation: 'pending' } };
	}
}

function levelOfBreach(evaluation: Evaluation): Level {
	if (evaluation.level === null) throw new Error(`A breaching evaluation needs a level: ${evaluation.seriesKey}`);
	return evaluation.level;
}

/** An open episode that goes on, or comes back soon after it cleared: only what differs is written; nothing differs, nothing is written. */
function refreshed(latest: Current, evaluation: Evaluation, asOf: string, rules: Rules, mayEase: boolean): Judgement {
	const found = levelOfBreach(evaluation);
	const worse = worsened(latest.level, found);
	const level = worse || mayEase ? found : latest.level;
	const last = evaluation.lastBreachOn ?? asOf;
	const wanted: Patch = {
		level,
		evaluation: 'breaching',
		indicatorVersion: evaluation.indicatorVersion,
		lastBreachOn: last > latest.lastBreachOn ? last : latest.lastBreachOn,
		clearedOn: null,
		observed: evaluation.observed,
		expected: evaluation.expected,
		upper: evaluation.upper,
		q: evaluation.q,
		...(worse ? tightened(latest, deadlinesFrom(rules.deadlines, level, asOf, rules.addWorkingDays)) : {})
	};
	const changed = Object.entries(wanted).filter(([field, value]) => latest[field as keyof Patch] !== value);
	if (changed.length === 0) return { kind: 'nothing' };
	const action = worse
		? 'worsen'
		: latest.evaluation !== 'breaching'
			? 'resume'
			: level !== latest.level
				? 'ease'
				: 'refresh';
	return { kind: 'change', action, set: checkedPatch('evaluation', action, Object.fromEntries(changed) as Patch) };
}

/** How the series stands after an evening was judged. */
export function standingAfter(before: Standing, evaluation: Evaluation, judgement: Judgement, asOf: string): Pick<Standing, 'lastBreachOn' | 'levelOn'> {
	if (evaluation.verdict !== 'breaching') return before;
	const found = levelOfBreach(evaluation);
	const shown = judgement.kind === 'raise' ? found : ((judgement.kind === 'change' ? judgement.set.level : undefined) ?? before.latest?.level ?? found);
	// An evening that is judged late speaks of its own day.
	const on = evaluation.lastBreachOn ?? asOf;
	const later = (day: string | null) => (day !== null && day > on ? day : on);
	return { lastBreachOn: later(before.lastBreachOn), levelOn: worsened(found, shown) ? before.levelOn : later(before.levelOn) };
}

/** The first event of an episode: everything that will change later, set once. */
export function raised(evaluation: Evaluation, asOf: string, departmentId: string, rules: Rules): HistoryEvent {
	const level = levelOfBreach(evaluation);
	const first = evaluation.firstBreachOn ?? asOf;
	return {
		seq: 1,
		axis: 'evaluation',
		action: 'raise',
		set: {
			level,
			evaluation: 'breaching',
			work: 'new',
			departmentId,
			ownerId: null,
			indicatorVersion: evaluation.indicatorVersion,
			firstBreachOn: first,
			lastBreachOn: evaluation.lastBreachOn ?? asOf,
			occurredOn: evaluation.occurredOn ?? first,
			raisedOn: asOf,
			clearedOn: null,
			acknowledgedAt: null,
			disposedAt: null,
			closedAt: null,
			closeReason: null,
			handOverTo: null,
			incidentId: null,
			parentId: null,
			escalation: 0,
			...deadlinesFrom(rules.deadlines, level, asOf, rules.addWorkingDays),
			observed: evaluation.observed,
			expected: evaluation.expected,
			upper: evaluation.upper,
			q: evaluation.q
		}
	};
}
