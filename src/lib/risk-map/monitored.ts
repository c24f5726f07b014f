import type { WarningSpan } from './cells.server.ts';

/** How much of a span of days monitors ran in: no warnings on days without them say nothing. */
export type Monitored = 'all' | 'part' | 'none';

/** @param since the first evening on which a monitor ran; null: none ever did. */
export function monitoredIn(span: WarningSpan, since: string | null): Monitored {
	if (since === null || since > span.to) return 'none';
	return since <= span.from ? 'all' : 'part';
}
