import { m } from '#lib/messages/messages.js';
import { getLocale } from '#lib/messages/runtime.js';
import { formatted } from '#lib/risk-map/columns.ts';
import { highShare, standingOf, type Balance, type End, type Shift, type Span } from './moves.ts';

const number = (n: number): string => n.toLocaleString(getLocale());

/** `3.4%`; null: `–`. */
export const percent = (share: number | null): string => formatted(share === null ? null : share * 100, 'percent');

/** A difference of two shares in percentage points: `+0.3`, `−0.1`, `0.0`; null where one of them is unknown. */
export function points(now: number | null, then: number | null): string | null {
	if (now === null || then === null) return null;
	return formatted((now - then) * 100, 'points');
}

/** `2026年11月`, `November 2026`. */
export function monthText(month: string): string {
	return new Date(`${month}T12:00:00Z`).toLocaleDateString(getLocale(), { year: 'numeric', month: 'long', timeZone: 'UTC' });
}

export const endLabel = (end: End, side: 'from' | 'to'): string =>
	end !== 'none' ? m.structure_class({ value: end }) : side === 'from' ? m.structure_joined() : m.structure_left();

/** `A类 → B类`. */
export const moveLabel = (from: End, to: End): string => m.structure_move({ from: endLabel(from, 'from'), to: endLabel(to, 'to') });

export const spanLabels: Readonly<Record<Span, () => string>> = { 1: m.structure_back_1, 3: m.structure_back_3, 12: m.structure_back_12 };

export const shiftLabels: Readonly<Record<Shift, () => string>> = {
	up: m.structure_shift_up, down: m.structure_shift_down, same: m.structure_shift_same, joined: m.structure_joined, left: m.structure_left
};

/** The month in a few sentences. */
export function classSentence(place: string, balance: Balance, months: { readonly now: string; readonly then: string }): string {
	const standing = standingOf(balance);
	const [now, then] = [monthText(months.now), monthText(months.then)];
	if (standing === 'none-now') return m.structure_none_now({ place, month: now });
	const high = m.structure_said_high({ month: now, place, classified: number(balance.now), high: number(balance.nowBy[2] + balance.nowBy[3]), share: percent(highShare(balance.nowBy)) });
	if (standing === 'none-then') return high + m.structure_none_then({ month: then });
	const steps = (of: Balance['up'], text: (input: { one: string; two: string; three: string }) => string) =>
		text({ one: number(of[0]), two: number(of[1]), three: number(of[2]) });
	const change = points(highShare(balance.nowBy), highShare(balance.thenBy));
	const unchanged = change === points(0, 0);
	return [
		high,
		unchanged ? m.structure_said_same({ month: then }) : m.structure_said_change({ month: then, change: change ?? '–' }),
		m.structure_said_up({ count: number(balance.byShift.up) }) + (balance.byShift.up > 0 ? steps(balance.up, m.structure_said_steps) : ''),
		m.structure_said_down({ count: number(balance.byShift.down) }) + (balance.byShift.down > 0 ? steps(balance.down, m.structure_said_steps) : ''),
		m.structure_said_rest({ same: number(balance.byShift.same), joined: number(balance.byShift.joined), left: number(balance.byShift.left) }),
		standing === 'few' ? m.structure_few({ count: number(Math.max(balance.now, balance.then)) }) : ''
	].join('');
}

/** What is shown in a word: the region (null: the nation) and, where one is chosen, the industry. */
export const whereOf = ({ name, industryName }: { readonly name: string | null; readonly industryName: string | null }): string => `${name ?? m.common_nation()}${industryName ?? ''}`;
