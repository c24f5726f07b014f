import { randomUUID } from 'node:crypto';
import type { Kysely } from 'kysely';
import * as v from 'valibot';
import { nextNumbers } from '#db/numbers.ts';
import type { DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import { audit } from '#lib/access/audit.server.ts';
import { check } from '#lib/access/permissions.ts';
import { notFound, refuse, type Refusal } from '#lib/access/refuse.ts';
import { inScope, scopeOf } from '#lib/access/scope.ts';
import { commonRegion } from '#lib/regions/common-region.ts';
import { ownItems } from '../registers/items.server.ts';
import { databaseToday, madeBefore } from '../tasks/access.server.ts';
import { warningScopes, type WarningScope } from '../tasks/warning-scope.server.ts';
import { lockCampaign } from './access.server.ts';
import { campaignFault, campaignSchema, type CampaignContent } from './content.ts';
import { campaignNumber } from './states.ts';

type Checked = { readonly ok: true; readonly content: CampaignContent; readonly today: string } | Refusal;

async function checked(db: Kysely<DB>, actor: Actor, input: unknown, warnings: readonly WarningScope[]): Promise<Checked> {
	const parsed = v.safeParse(campaignSchema, input);
	if (!parsed.success) {
		const what = v.getDotPath(parsed.issues[0]) ?? '';
		return ['name', 'reason', 'basis', 'plan'].includes(what) ? refuse('campaign-text', { what }) : refuse('input-invalid', { what });
	}
	const content = parsed.output;
	const today = await databaseToday(db);
	const fault = campaignFault(content, today);
	if (fault) return refuse(fault);
	const own = scopeOf(actor);
	if (content.scope.cells.some((cell) => !inScope(own, cell.region, cell.industry))) return notFound;
	if (content.scope.memberWarnings.some((id) => !warnings.some((w) => w.id === id))) return notFound;
	if (!(await ownItems(db, actor)).some((item) => item.id === content.itemId)) return refuse('item-unknown');
	return { ok: true, content, today };
}

const rowOf = (content: CampaignContent, warnings: readonly WarningScope[]) => ({
	name: content.name, reason: content.reason, basis: content.basis, plan: content.plan, item_id: content.itemId, scope: JSON.stringify(content.scope),
	from_on: content.fromOn, until_on: content.untilOn,
	region_code: commonRegion([...content.scope.cells.map((cell) => cell.region), ...warnings.map((w) => w.region)])
});

/** Drafts a campaign (专项检查). A warning that names one enterprise is a lead check instead. @param warningIds what gave rise to it. */
export async function createCampaign(
	db: Kysely<DB>, actor: Actor, wanted: { readonly id?: string; readonly warningIds: readonly string[]; readonly content: unknown }
): Promise<{ ok: true; id: string } | Refusal> {
	const refusal = check(actor, 'campaign.edit', { departmentId: actor.departmentId });
	if (refusal) return refusal;
	const warnings = await warningScopes(db, actor, wanted.warningIds);
	if (warnings.length < new Set(wanted.warningIds).size) return notFound;
	const named = warnings.filter((w) => w.uscc !== null);
	if (warnings.length > 0 && named.length === warnings.length) return refuse('named-enterprise', { uscc: named[0]?.uscc ?? '' });
	const sound = await checked(db, actor, wanted.content, warnings);
	if (!sound.ok) return sound;
	const id = wanted.id ?? randomUUID();
	return db.transaction().execute(async (trx) => {
		const made = await madeBefore(trx, 'campaign', id, actor);
		if (made) return made;
		const year = sound.today.slice(0, 4);
		const number = campaignNumber(year, await nextNumbers(trx, 'campaign', year));
		await trx
			.insertInto('campaign')
			.values({ id, number, department_id: actor.departmentId, state: 'draft', created_by: actor.id, ...rowOf(sound.content, warnings) })
			.execute();
		if (warnings.length > 0) {
			await trx.insertInto('campaign_warning').values(warnings.map((w) => ({ campaign_id: id, warning_id: w.id }))).execute();
		}
		await audit(trx, actor, {
			action: 'campaign.create', objectKind: 'campaign', objectId: id, detail: { number, item: sound.content.itemId, warnings: warnings.map((w) => w.number) }
		});
		return { ok: true, id };
	});
}

/** Changes a draft; the warnings it comes from stay. */
export async function changeCampaign(db: Kysely<DB>, actor: Actor, id: string, version: number, input: unknown): Promise<{ ok: true } | Refusal> {
	return db.transaction().execute(async (trx) => {
		const locked = await lockCampaign(trx, actor, id, version, null);
		if (!locked.ok) return locked;
		const linked = await trx.selectFrom('campaign_warning').select('warning_id').where('campaign_id', '=', id).execute();
		const warnings = await warningScopes(trx, actor, linked.map((row) => row.warning_id));
		const sound = await checked(trx, actor, input, warnings);
		if (!sound.ok) return sound;
		await trx.updateTable('campaign').set({ ...rowOf(sound.content, warnings), version: version + 1 }).where('id', '=', id).execute();
		await audit(trx, actor, { action: 'campaign.change', objectKind: 'campaign', objectId: id, detail: { number: locked.campaign.number, item: sound.content.itemId } });
		return { ok: true };
	});
}
