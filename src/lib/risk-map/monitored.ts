import type { WarningSpan, WarningSpans } from './cells.server.ts';
import type { AgoKnown } from './cube.ts';

/** How much of a span of days monitors ran in: no warnings on days without them say nothing. */
export type Monitored = 'all' | 'part' | 'none';

/** @param since the first evening on which a monitor ran; null: none ever did. */
export function monitoredIn(span: WarningSpan, since: string | null): Monitored {
	if (since === null || since > span.to) return 'none';
	return since <= span.from ? 'all' : 'part';
}

/** The month before is known in part, too: since when is said beside it. A year before is compared with, and has to be known wholly. */
export function warningsKnown(spans: WarningSpans, since: string | null): AgoKnown {
	return { month: monitoredIn(spans.before, since) !== 'none', year: monitoredIn(spans.yearBefore, since) === 'all' };
}
