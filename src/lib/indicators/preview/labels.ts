import { m } from '#lib/messages/messages.js';
import type { PreviewVerdict } from './result.ts';

const verdictNames: Readonly<Record<PreviewVerdict, () => string>> = {
	confirmed: m.indicators_preview_verdict_confirmed, refuted: m.indicators_preview_verdict_refuted, data: m.indicators_preview_verdict_data,
	open: m.indicators_preview_verdict_open, unknown: m.indicators_preview_verdict_unknown
};

/** What a real warning turned out to be. */
export const verdictLabel = (verdict: PreviewVerdict): string => verdictNames[verdict]();
