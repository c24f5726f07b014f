import type { Contributor, Explanation } from './evaluation.ts';

type Contributors = Explanation['contributors'];

/** Kinds of contributors from the one that names a cause most exactly. */
const kinds = ['enterprises', 'addresses', 'regions', 'industries'] as const;

/** A contributor that brings this share of the count leads it: a third. Ours. */
const leadingShare = 1 / 3;

/** What both share of the count at most when one is another cause than the other: a fifth. Ours. */
const commonShare = 0.2;

const leads = (list: readonly Contributor[] | undefined) => list?.some((contributor) => contributor.share >= leadingShare) ?? false;

/**
 * Whether the same series breaches for another cause than before: what leads the count now, named as exactly as possible, hardly had
 * part in it then. Where nothing leads, there is no telling, and nothing is claimed.
 */
export function causeDiffers(before: Contributors | null | undefined, after: Contributors | null | undefined): boolean {
	for (const kind of kinds) {
		const now = after?.[kind];
		if (!leads(now)) continue;
		const then = before?.[kind];
		if (then === undefined || then.length === 0) return false;
		const shares = new Map(then.map((contributor) => [contributor.key, contributor.share]));
		return now!.reduce((sum, { key, share }) => sum + Math.min(share, shares.get(key) ?? 0), 0) <= commonShare;
	}
	return false;
}
