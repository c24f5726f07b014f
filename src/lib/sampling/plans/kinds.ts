/** 定向 / 不定向: both are random draws, from a conditioned pool or from the whole register. */
export const randomKinds = ['targeted', 'undirected'] as const;
export type RandomKind = (typeof randomKinds)[number];

/** 定期 / 不定期. */
export const occurrences = ['periodic', 'occasional'] as const;
export type Occurrence = (typeof occurrences)[number];

/** What a line of a plan promises: so many enterprises, or a share of those in its scope. */
export const promiseModes = ['number', 'ratio'] as const;
export type PromiseMode = (typeof promiseModes)[number];
