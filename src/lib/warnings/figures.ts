/** A count or an expectation as people read it: whole from ten on, one decimal below. Null: an em dash. */
export function figure(value: number | null | undefined): string {
	if (value === null || value === undefined) return '—';
	if (value > 0 && value < 0.05) return '< 0.1';
	const rounded = Math.abs(value) >= 10 || Number.isInteger(value) ? Math.round(value) : Math.round(value * 10) / 10;
	return rounded.toLocaleString('en-US').replace(/,/g, ' ');
}

/** 0.684 → 68%. */
export function percent(share: number): string {
	return `${Math.round(share * 100)}%`;
}

/** A small probability: 0.0004 → 0.0004, 3.2e-9 → < 0.0001. */
export function probability(q: number | null): string {
	if (q === null) return '—';
	return q < 0.0001 ? '< 0.0001' : String(Number(q.toPrecision(2)));
}
