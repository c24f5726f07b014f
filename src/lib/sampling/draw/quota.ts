import type { Ratio } from '../presets/presets.ts';
import type { Wish } from '../tasks/scope.ts';

/** A stratum of a pool before its quota is known. */
export type QuotaStratum = {
	/** Objects that may be drawn. */
	readonly eligible: number;
	/** All active objects of the stratum in the task's scope, those left out included: what a ratio is a share of. */
	readonly scope: number;
	/** Of these, planned this year already (visited, or on an open list of this authority). */
	readonly planned: number;
	readonly ratio: Ratio;
};

export type Quotas =
	| {
			readonly ok: true;
			readonly quotas: readonly number[];
			readonly total: number;
			readonly wanted: number;
			/** Why fewer are drawn than wanted. */
			readonly limitedBy: 'ratio' | 'cap' | null;
	  }
	| { readonly ok: false; readonly reason: QuotaRefusal };
export const quotaRefusals = ['pool-empty', 'pool-not-larger', 'limits-leave-none'] as const;
export type QuotaRefusal = (typeof quotaRefusals)[number];

// Shares such as 0.07 × 100 are a hair below or above the integer they mean.
const epsilon = 1e-9;

/** How many a stratum may still give this year: its ratio's maximum binds the whole year, not only this task. */
export function leftThisYear({ ratio, scope, planned }: QuotaStratum): number {
	return Math.max(0, Math.floor(ratio.max * scope + epsilon) - planned);
}

/** The most a stratum may give. */
export function ceilingOf(stratum: QuotaStratum): number {
	return Math.min(stratum.eligible, leftThisYear(stratum));
}

function target(stratum: QuotaStratum, ratio: number): number {
	return Math.max(0, Math.round(ratio * stratum.scope - epsilon) - stratum.planned);
}

/**
 * How many objects each stratum gives.
 * @param bounds size of the whole sample. @returns quotas in the order of `strata`; none above `ceilingOf`.
 */
export function quotasFor(
	strata: readonly QuotaStratum[],
	wish: Wish,
	bounds: { readonly floor: number; readonly cap: number }
): Quotas {
	const pool = strata.reduce((n, s) => n + s.eligible, 0);
	if (pool === 0) return { ok: false, reason: 'pool-empty' };
	if (wish.mode === 'all') return { ok: true, quotas: strata.map((s) => s.eligible), total: pool, wanted: pool, limitedBy: null };
	const targets = strata.map((s) => {
		if (wish.mode === 'number' || wish.ratio === null) return target(s, s.ratio.usual);
		return target(s, Math.min(s.ratio.max, Math.max(s.ratio.min, wish.ratio)));
	});
	const sum = targets.reduce((a, b) => a + b, 0);
	const wanted = wish.mode === 'number' ? wish.number : Math.max(sum, bounds.floor);
	// Who is certain to be visited is not drawn: that would be a named visit dressed up as a random one.
	if (pool <= Math.min(wanted, bounds.cap)) return { ok: false, reason: 'pool-not-larger' };
	const ceilings = strata.map(ceilingOf);
	const most = ceilings.reduce((a, b) => a + b, 0);
	const total = Math.min(wanted, bounds.cap, most);
	if (total === 0) return { ok: false, reason: 'limits-leave-none' };
	const limitedBy = total === wanted ? null : most < Math.min(wanted, bounds.cap) ? 'ratio' : 'cap';
	const plain = targets.map((t, i) => Math.min(t, ceilings[i] ?? 0));
	if (wish.mode === 'ratio' && plain.reduce((a, b) => a + b, 0) === total) {
		return { ok: true, quotas: plain, total, wanted, limitedBy };
	}
	const weights = strata.map((s) => Math.max(s.ratio.usual * s.scope - s.planned, epsilon));
	return { ok: true, quotas: apportion(weights, ceilings, total), total, wanted, limitedBy };
}

/**
 * Splits `total` in proportion to `weights`, no part above its ceiling, the sum exact when the ceilings allow it.
 * Largest remainders; ties go to the earlier part.
 */
export function apportion(weights: readonly number[], ceilings: readonly number[], total: number): number[] {
	const parts = weights.map(() => 0);
	let open = weights.map((_, i) => i).filter((i) => (ceilings[i] ?? 0) > 0);
	let left = Math.min(total, ceilings.reduce((a, b) => a + b, 0));
	// Parts that would overflow are filled and taken out; the rest is shared again.
	for (;;) {
		const sum = open.reduce((n, i) => n + (weights[i] ?? 0), 0);
		const full = open.filter((i) => (left * (weights[i] ?? 0)) / sum >= (ceilings[i] ?? 0));
		if (full.length === 0 || open.length === 0) break;
		for (const i of full) {
			parts[i] = ceilings[i] ?? 0;
			left -= parts[i] ?? 0;
		}
		open = open.filter((i) => !full.includes(i));
	}
	const sum = open.reduce((n, i) => n + (weights[i] ?? 0), 0);
	const exact = open.map((i) => ({ i, share: (left * (weights[i] ?? 0)) / sum }));
	for (const { i, share } of exact) parts[i] = Math.floor(share);
	let rest = left - exact.reduce((n, { share }) => n + Math.floor(share), 0);
	exact.sort((a, b) => (b.share % 1) - (a.share % 1) || a.i - b.i);
	for (const { i } of exact) {
		if (rest <= 0) break;
		parts[i] = (parts[i] ?? 0) + 1;
		rest--;
	}
	return parts;
}

/** A campaign is no random check (抽查): it is bound by the caps that made its pool, not by shares of a class. */
export function withoutRatios(strata: readonly QuotaStratum[]): QuotaStratum[] {
	return strata.map((s) => ({ ...s, planned: 0, ratio: { min: 0, usual: s.ratio.usual, max: 1 } }));
}

/**
 * How many of each quota are the random arm (C10): in proportion to those who may be drawn, whatever their class, inside the quotas that
 * the classes' ratios gave; never one visit more.
 *
 * @param share of the whole sample, 0 to 0.5.
 */
export function controlQuotas(strata: readonly { readonly eligible: number }[], quotas: readonly number[], share: number): number[] {
	const total = Math.floor(share * quotas.reduce((a, b) => a + b, 0) + epsilon);
	return apportion(strata.map((s) => s.eligible), quotas, total);
}
