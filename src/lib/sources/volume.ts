/** Deliveries that say what is usual; older ones no longer do. */
export const volumeDeliveries = 30;
/** With fewer nothing can be called usual. */
const leastDeliveries = 3;

/** Rows of a usual delivery. */
export type Volume = {
	readonly expected: number;
	/** `set`: somebody said so. `learned`: the middle of the last deliveries. */
	readonly from: 'set' | 'learned';
	/** Deliveries looked at. */
	readonly deliveries: number;
	/** Nine of ten of them lay between these; null where somebody set the number and too few came. */
	readonly usual: { readonly low: number; readonly high: number } | null;
};

/** What a delivery usually holds; null as long as nobody knows. @param rows of past deliveries that brought anything, newest first. */
export function usualVolume(rows: readonly number[], set: number | null): Volume | null {
	const sorted = rows.slice(0, volumeDeliveries).sort((a, b) => a - b);
	const known = sorted.length >= leastDeliveries;
	if (!known && set === null) return null;
	return {
		expected: set ?? quantile(sorted, 0.5),
		from: set === null ? 'learned' : 'set',
		deliveries: sorted.length,
		usual: known ? { low: quantile(sorted, 0.05), high: quantile(sorted, 0.95) } : null
	};
}

/**
 * Is a delivery clearly smaller or larger than usual? Half or double at least, and further off than three times the chance of
 * independent rows (√n): ten rows instead of fourteen are nothing. Both bounds are ours.
 */
export function volumeState(rows: number, expected: number): 'few' | 'usual' | 'many' {
	const far = Math.abs(rows - expected) > 3 * Math.sqrt(Math.max(1, expected));
	if (far && rows < expected / 2) return 'few';
	return far && rows > expected * 2 ? 'many' : 'usual';
}

function quantile(sorted: readonly number[], share: number): number {
	const at = (sorted.length - 1) * share;
	const [low, high] = [sorted[Math.floor(at)]!, sorted[Math.ceil(at)]!];
	return Math.round(low + (high - low) * (at - Math.floor(at)));
}
