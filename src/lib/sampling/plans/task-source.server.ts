import type { Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import { refuse, type Refusal } from '#lib/access/refuse.ts';
import { campaignForTask } from '../campaigns/detail.server.ts';
import type { TaskKind } from '../tasks/task.ts';
import type { TaskScope, TaskSettings } from '../tasks/scope.ts';
import { entryForTask } from './detail.server.ts';
import type { Occurrence } from './kinds.ts';
import { partnerItems } from './partners.server.ts';
import type { Window } from './window.ts';

/** What was approved before the task and therefore binds it; of a free task nothing does. */
export type TaskSource = {
	readonly kind: TaskKind;
	readonly occurrence: Occurrence;
	readonly itemId: string;
	/** The scope in which the task has to stay; null: the jurisdiction alone. */
	readonly bound: TaskScope | null;
	readonly window: Window | null;
	/** Departments that were planned to go along; null: the planner's choice. */
	readonly departments: readonly string[] | null;
	readonly settings: Partial<TaskSettings>;
	readonly entryId: string | null;
	readonly campaignId: string | null;
	/** Number of the plan or campaign. */
	readonly number: string | null;
};

type Wanted = {
	readonly itemId: string;
	readonly kind?: TaskKind;
	readonly occurrence?: Occurrence;
	readonly entryId?: string | null;
	readonly campaignId?: string | null;
};

/** What a task is made under: a line of a plan, a campaign, or nothing but the planner's own decision. */
export async function sourceOf(db: Kysely<DB>, actor: Actor, wanted: Wanted): Promise<{ ok: true; source: TaskSource } | Refusal> {
	if (wanted.entryId && wanted.campaignId) return refuse('input-invalid');
	if (wanted.entryId) return planned(db, actor, wanted.entryId);
	if (wanted.campaignId) return underCampaign(db, actor, wanted.campaignId, wanted.occurrence ?? 'occasional');
	const kind = wanted.kind ?? 'targeted';
	if (kind === 'campaign') return refuse('campaign-missing');
	const occurrence = wanted.occurrence ?? 'occasional';
	const free = { bound: null, window: null, departments: null, settings: {}, entryId: null, campaignId: null, number: null };
	return { ok: true, source: { kind, occurrence, itemId: wanted.itemId, ...free } };
}

async function planned(db: Kysely<DB>, actor: Actor, entryId: string): Promise<{ ok: true; source: TaskSource } | Refusal> {
	const found = await entryForTask(db, actor, entryId);
	if (!found.ok) return found;
	const { entry } = found;
	// Of a promised number, what earlier tasks have left of it; a share is drawn anew by each.
	const left = Math.min(Math.max(entry.promised - entry.drawn, 1), 100_000);
	const settings: Partial<TaskSettings> = { wish: entry.mode === 'number' ? { mode: 'number', number: left } : { mode: 'ratio', ratio: entry.promised } };
	return {
		ok: true,
		source: {
			kind: entry.kind, occurrence: entry.occurrence, itemId: entry.item_id, bound: entry.scope, window: { fromOn: entry.from_on, untilOn: entry.until_on },
			departments: entry.department_ids, settings, entryId, campaignId: null, number: entry.number
		}
	};
}

async function underCampaign(
	db: Kysely<DB>, actor: Actor, campaignId: string, occurrence: Occurrence
): Promise<{ ok: true; source: TaskSource } | Refusal> {
	const found = await campaignForTask(db, actor, campaignId);
	if (!found.ok) return found;
	const { campaign } = found;
	return {
		ok: true,
		source: {
			kind: 'campaign', occurrence, itemId: campaign.item_id, bound: campaign.scope, window: { fromOn: campaign.from_on, untilOn: campaign.until_on },
			departments: null, settings: {}, entryId: null, campaignId, number: campaign.number
		}
	};
}

/** A department that goes along, and what it looks into. */
export type Partner = { readonly departmentId: string; readonly itemId: string };

/** The other departments of a joint task, checked: of the jurisdiction, each once, each with an active item of its own, and those that were planned. */
export async function partnersOf(
	db: Kysely<DB>, actor: Actor, wanted: readonly Partner[], planned: readonly string[] | null
): Promise<{ ok: true; partners: readonly Partner[] } | Refusal> {
	const departments = wanted.map((p) => p.departmentId);
	if (new Set(departments).size < departments.length) return refuse('partner-twice');
	if (planned !== null && (departments.length !== planned.length || departments.some((id) => !planned.includes(id)))) return refuse('partners-not-planned');
	if (wanted.length === 0) return { ok: true, partners: [] };
	const items = await partnerItems(db, actor);
	const known = wanted.every((p) => items.some((i) => i.departmentId === p.departmentId && i.itemId === p.itemId));
	return known ? { ok: true, partners: wanted } : refuse('partner-unknown');
}
