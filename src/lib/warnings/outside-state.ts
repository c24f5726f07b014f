import { m } from '#lib/messages/messages.js';
import type { EvaluationState } from './lifecycle.ts';

/** Where an outside platform sees its warning: nothing of ours is above or below a limit. */
export const outsideStateLabel = (evaluation: EvaluationState): string => (evaluation === 'cleared' ? m.api_outside_over() : m.api_outside_open());
