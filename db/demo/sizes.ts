/** Sizes of the demo jurisdiction; L is a province. */
export const demoSizes = ['S', 'M', 'L'] as const;
export type DemoSize = (typeof demoSizes)[number];

/** How many times size S. */
export const sizeFactor: Readonly<Record<DemoSize, number>> = { S: 1, M: 10, L: 100 };

/** Enterprises and events of size S (the other sizes are multiples). */
export const enterprisesOfS = 50_000;
export const eventsOfS = 500_000;

/** Days with single events before "now": two and a half years. */
export const eventDays = 913;
/** Days with counts only, before those: seven years, so that five-year baselines run from the first day on. */
export const historyDays = 2557;
