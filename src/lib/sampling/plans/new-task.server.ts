import type { Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import { notFound, type Refusal } from '#lib/access/refuse.ts';
import { inScope, scopeOf } from '#lib/access/scope.ts';
import { campaignForTask } from '../campaigns/detail.server.ts';
import { cellsOf } from '../tasks/cells.ts';
import type { TaskScope } from '../tasks/scope.ts';
import { suggestScope, warningScopes, warningsOfIncident, type WarningScope } from '../tasks/warning-scope.server.ts';
import { entryForTask } from './detail.server.ts';
import { sourceOf, type TaskSource } from './task-source.server.ts';

/** What a new task begins with: where it comes from, and what that suggests. */
export type TaskStart = {
	readonly ok: true;
	/** What binds it; null: nothing but the jurisdiction. */
	readonly source: TaskSource | null;
	readonly scope: TaskScope;
	readonly warnings: readonly WarningScope[];
	readonly about: {
		readonly plan: { readonly id: string; readonly number: string; readonly name: string; readonly filed: boolean; readonly line: number } | null;
		readonly campaign: { readonly id: string; readonly number: string; readonly name: string } | null;
		readonly incident: { readonly id: string; readonly number: string; readonly title: string } | null;
	};
};

/** Every industry that a start draws from, `*` for all: of its cells and of the clusters of its warnings. Enterprises that are named are not drawn. */
export const industriesOf = ({ scope, warnings }: Pick<TaskStart, 'scope' | 'warnings'>): readonly string[] => [
	...new Set([...scope.cells.map(({ industry }) => industry), ...warnings.filter((w) => w.uscc === null).flatMap(({ cells }) => cells.map(({ industry }) => industry))])
];

const nothing = { plan: null, campaign: null, incident: null };

/** Reads the address of `/tasks/new`: `?entry`, `?campaign`, `?incident`, `?warning` (repeated), `?region&industry`, or nothing. */
export async function startOf(db: Kysely<DB>, actor: Actor, asked: URLSearchParams): Promise<TaskStart | Refusal> {
	const [entryId, campaignId, incidentId] = [asked.get('entry'), asked.get('campaign'), asked.get('incident')];
	if (entryId) return fromEntry(db, actor, entryId, asked.getAll('warning'));
	if (campaignId) return fromCampaign(db, actor, campaignId);
	if (incidentId) return fromIncident(db, actor, incidentId);
	const ids = [...new Set(asked.getAll('warning'))];
	const warnings = await warningScopes(db, actor, ids);
	if (warnings.length < ids.length) return notFound;
	const region = asked.get('region');
	const cells = cellsOf(region ? [`${region}/${asked.get('industry') || '*'}`] : []);
	// A map may be looked at more widely than one may plan: the own part of it is what is offered.
	const own = cells.filter((cell) => inScope(scopeOf(actor), cell.region, cell.industry));
	return { ok: true, source: null, scope: suggestScope(actor, warnings, own), warnings, about: nothing };
}

async function fromEntry(db: Kysely<DB>, actor: Actor, entryId: string, ids: readonly string[]): Promise<TaskStart | Refusal> {
	const [found, bound] = await Promise.all([entryForTask(db, actor, entryId), sourceOf(db, actor, { itemId: '', entryId })]);
	if (!found.ok) return found;
	if (!bound.ok) return bound;
	const { entry } = found;
	const warnings = await warningScopes(db, actor, ids);
	if (warnings.length < new Set(ids).size) return notFound;
	const plan = { id: entry.plan_id, number: entry.number, name: entry.name, filed: entry.state === 'filed', line: entry.position };
	return { ok: true, source: bound.source, scope: entry.scope, warnings, about: { ...nothing, plan } };
}

async function fromCampaign(db: Kysely<DB>, actor: Actor, campaignId: string): Promise<TaskStart | Refusal> {
	const [found, bound] = await Promise.all([campaignForTask(db, actor, campaignId), sourceOf(db, actor, { itemId: '', campaignId })]);
	if (!found.ok) return found;
	if (!bound.ok) return bound;
	const { campaign } = found;
	const warnings = await warningScopes(db, actor, found.warningIds);
	const known = campaign.scope.memberWarnings.filter((id) => warnings.some((w) => w.id === id));
	const about = { ...nothing, campaign: { id: campaign.id, number: campaign.number, name: campaign.name } };
	return { ok: true, source: bound.source, scope: { ...campaign.scope, memberWarnings: known }, warnings, about };
}

async function fromIncident(db: Kysely<DB>, actor: Actor, incidentId: string): Promise<TaskStart | Refusal> {
	const ids = await warningsOfIncident(db, actor, incidentId);
	const warnings = await warningScopes(db, actor, ids);
	if (warnings.length === 0) return notFound;
	const incident = await db.selectFrom('incident').select(['id', 'number', 'title']).where('id', '=', incidentId).executeTakeFirstOrThrow();
	return { ok: true, source: null, scope: suggestScope(actor, warnings, []), warnings, about: { ...nothing, incident } };
}
