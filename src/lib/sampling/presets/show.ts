const day = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Shanghai', year: 'numeric', month: '2-digit', day: '2-digit' });
const minute = new Intl.DateTimeFormat('sv-SE', {
	timeZone: 'Asia/Shanghai',
	year: 'numeric',
	month: '2-digit',
	day: '2-digit',
	hour: '2-digit',
	minute: '2-digit',
	second: '2-digit'
});

/** `2026-06-10` in Asia/Shanghai. */
export const dayOf = (at: Date): string => day.format(at);

/** `2026-06-10 09:30:05` in Asia/Shanghai. */
export const instantOf = (at: Date | null): string => (at === null ? '–' : minute.format(at));

/** 0.125 → `12.5 %`; `null` → `–`. */
export const percentOf = (share: number | null): string => (share === null ? '–' : `${Number((share * 100).toFixed(2))}%`);

/** `2026-10`, or `2026-09 – 2026-10` where classes of several months were used. Days are the first of their months. */
export const monthsOf = (oldest: string | null, newest: string): string =>
	oldest === null || oldest === newest ? newest.slice(0, 7) : `${oldest.slice(0, 7)} – ${newest.slice(0, 7)}`;
