/**
 * Visits that a recognised result (结果互认) saved: each enterprise left out would have been drawn as often as those who stayed in its stratum.
 * An estimate; nobody knows who would have been drawn.
 */
export function expectedAvoided(strata: readonly { readonly eligible: number; readonly quota: number; readonly recognised: number }[]): number {
	return strata.reduce((sum, s) => sum + (s.eligible > 0 ? (s.recognised * s.quota) / s.eligible : 0), 0);
}
