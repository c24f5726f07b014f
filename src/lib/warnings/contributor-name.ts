import { m } from '#lib/messages/messages.js';

/** A contributor's name as people read it. Subjects that are not registered are counted under a key of ours, `~320412:-`, which is nobody's name. */
export function contributorName(name: string): string {
	return /^~\d{6}:/.test(name) ? m.warnings_evidence_nobody() : name;
}
