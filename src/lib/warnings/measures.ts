/** Disposal measures (提醒、警示、约谈、检查等): an open list; 警示 `caution` is a notice, never the penalty 警告. */
export const measures = ['remind', 'caution', 'interview', 'inspect', 'transfer', 'refer'] as const;
export type Measure = (typeof measures)[number];

export function isMeasure(value: unknown): value is Measure {
	return measures.includes(value as Measure);
}
