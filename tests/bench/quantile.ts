import type { BenchContext } from './context.ts';

/** The value that a share (0 to 1) of them does not exceed; there is at least one. */
export function quantile(values: readonly number[], share: number): number {
	const sorted = values.toSorted((a, b) => a - b);
	return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]!;
}

/** Prints p50, p95 and p99 of times, in milliseconds. */
export function reportTimes(context: BenchContext, metric: string, values: readonly number[]): void {
	for (const [name, share] of [['p50', 0.5], ['p95', 0.95], ['p99', 0.99]] as const) context.report(`${metric}-${name}`, quantile(values, share), 'ms');
}
