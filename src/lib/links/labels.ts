import type { Refusal } from '#lib/access/refuse.ts';
import { m } from '#lib/messages/messages.js';
import type { SharedTie } from './ties.server.ts';
import { verdicts, type Verdict } from './verdicts.ts';

const kinds: Readonly<Record<SharedTie['kind'], () => string>> = {
	address: m.links_tie_address, place: m.links_tie_place, person: m.links_tie_person, phone: m.links_tie_phone, agent: m.links_tie_agent
};
export const sharedTieLabel = (kind: SharedTie['kind']): string => kinds[kind]();

const names: Readonly<Record<Verdict, () => string>> = {
	same: m.links_verdict_same, 'not-same': m.links_verdict_not_same, unsure: m.links_verdict_unsure
};
export const verdictLabel = (verdict: Verdict): string => names[verdict]();
export const verdictOptions = () => verdicts.map((value) => ({ value, label: names[value]() }));
export const verdictMark = { same: 'done', 'not-same': 'off', unsure: 'waiting' } as const;

const refusals: Readonly<Record<string, () => string>> = {
	'not-allowed': m.links_refused_not_allowed, 'not-found': m.links_refused_not_found, 'note-missing': m.links_refused_note,
	'bad-verdict': m.links_refused_verdict, 'bad-address': m.links_cluster_bad_address, 'bad-region': m.links_cluster_bad_region,
	'bad-basis': m.links_cluster_bad_basis, 'bad-limit': m.links_cluster_bad_limit, 'bad-days': m.links_cluster_bad_days,
	'draft-exists': m.links_cluster_draft_exists, 'own-work': m.indicators_refused_own_work
};
/** Why something was refused, in words. */
export const linkRefusalText = (refusal: Refusal): string => (refusals[refusal.reason] ?? m.links_refused_other)();
