/** How many enterprises a division holds and how often it is heard of; shares after published market-subject structures, rounded. */

/** Share of enterprises by section, per thousand. */
export const sectionShare: Readonly<Record<string, number>> = {
	A: 24, B: 1, C: 170, D: 5, E: 85, F: 285, G: 42, H: 52, I: 58, J: 5, K: 28, L: 108, M: 72, N: 6, O: 30, P: 11, Q: 6, R: 26, S: 1, T: 0
};

/** Weight of a division inside its section where it is not 1. */
export const divisionWeight: Readonly<Record<string, number>> = {
	A01: 5, A05: 2, B06: 0.2, B07: 0.2, B08: 0.3, B09: 0.2, B12: 0.1, C13: 1.2, C16: 0.02, C17: 2.2, C18: 1.8, C25: 0.15, C26: 1.4, C28: 0.5, C29: 2,
	C30: 1.6, C31: 0.5, C32: 0.5, C33: 3.2, C34: 3.4, C35: 3, C36: 1.3, C37: 0.7, C38: 2.5, C39: 1.9, C43: 0.5, D45: 0.4, E47: 1.3, E48: 1.2, E49: 1,
	E50: 2.4, F51: 3.2, F52: 3, G53: 0.05, G54: 5, G56: 0.05, G57: 0.03, G60: 0.8, H61: 1, H62: 5, I63: 0.3, I64: 1.4, I65: 2.6, J66: 0.7, J67: 2, J68: 0.8,
	J69: 0.5, L71: 1, L72: 6, M73: 1, M74: 2.4, M75: 3, N76: 0.4, N77: 1.5, N78: 2, N79: 0.2, O80: 2.2, O81: 1.7, O82: 1.1, R86: 0.1, R87: 0.6,
	R88: 1.6, R89: 1.3, R90: 1.2, S91: 0, S92: 0, S93: 0, S94: 0.05, S96: 0.3
};

/** Complaints per enterprise, 1 = average division; what consumers meet is heard of, factories hardly. */
export const complaintWeight: Readonly<Record<string, number>> = {
	A: 0.1, B: 0.05, C: 0.25, D: 1, E: 0.4, F: 0.5, G: 0.5, H: 3, I: 1.2, J: 0.8, K: 2.6, L: 0.5, M: 0.2, N: 0.6, O: 3.5, P: 5, Q: 3, R: 1.2, S: 0.2, T: 0,
	C13: 0.6, C14: 0.9, C15: 0.7, C21: 0.9, E50: 1.4, F51: 0.35, F52: 3.4, G60: 5, H61: 3.2, H62: 4.4, I63: 5, I64: 3.5, L71: 1.6, N78: 1.5, O80: 4.8,
	R89: 6, R90: 4
};

/** Weight of inspections and penalties per enterprise. */
export const supervisionWeight: Readonly<Record<string, number>> = {
	A: 0.5, B: 2, C: 1.2, D: 1.6, E: 0.7, F: 0.9, G: 0.9, H: 2.6, I: 0.4, J: 0.6, K: 1.2, L: 0.5, M: 0.4, N: 0.8, O: 1.3, P: 2, Q: 3, R: 1.3, S: 0.3, T: 0,
	C13: 2.4, C14: 2.8, C15: 2.2, C26: 2.4, C27: 3, C35: 1.6, F52: 1.6
};

/** The weight of a division: its own, else its section's, else 1. */
export function weightOf(table: Readonly<Record<string, number>>, division: string): number {
	return table[division] ?? table[division.slice(0, 1)] ?? 1;
}
