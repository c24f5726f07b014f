import { sql, type Kysely } from 'kysely';
import * as v from 'valibot';
import type { DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import { audit } from '#lib/access/audit.server.ts';
import { check, may } from '#lib/access/permissions.ts';
import { notFound, refuse, type Refusal } from '#lib/access/refuse.ts';
import { visibleWork } from '#lib/access/scope.server.ts';
import { inScope, scopeOf } from '#lib/access/scope.ts';
import { presetDraftSchema, presetRulesSchema, type PresetRules } from './presets.ts';

export type PresetRow = {
	readonly id: string;
	readonly version: number;
	readonly name: string;
	readonly regionCode: string;
	readonly region: string;
	readonly source: string | null;
	readonly state: 'draft' | 'active' | 'superseded';
	readonly rules: PresetRules;
	readonly createdBy: string | null;
	readonly decidedAt: Date | null;
};

/** Presets, the active and the draft versions; presets are rules, not business data, so every region's are shown. */
export async function listPresets(db: Kysely<DB>, actor: Actor): Promise<PresetRow[]> {
	if (!may(actor, 'task.see')) return [];
	const { rows } = await sql<PresetRow>`
		select p.id, p.version, p.name, p.region_code as "regionCode", coalesce(r.name, p.region_code) as region, p.source, p.state, p.rules,
			p.created_by as "createdBy", p.decided_at as "decidedAt"
		from sampling_preset p left join region r on r.code = p.region_code
		where p.state <> 'superseded' order by p.region_code, p.id, p.version
	`.execute(db);
	return rows.map((row) => ({ ...row, rules: v.parse(presetRulesSchema, row.rules) }));
}

/** Ids that are addresses below /sampling/presets already. */
const reservedIds: readonly string[] = ['observation'];

export type PresetEdit = { readonly name: string; readonly regionCode: string; readonly rules: unknown };

/**
 * Writes a new draft version of a preset; tasks keep the version they were made with, and a draft binds nobody until it is switched on.
 * @param copyAs id of a new preset of the office's own; it no longer quotes a source.
 */
export async function draftPreset(
	db: Kysely<DB>,
	actor: Actor,
	id: string,
	edit: PresetEdit,
	copyAs: string | null = null
): Promise<{ ok: true; id: string; version: number } | Refusal> {
	const refusal = check(actor, 'preset.edit');
	if (refusal) return refusal;
	if (edit.name.trim() === '') return refuse('name-missing');
	if (!/^\d{6}$/.test(edit.regionCode) || !inScope(scopeOf(actor), edit.regionCode)) return notFound;
	const rules = v.safeParse(presetDraftSchema, edit.rules);
	if (!rules.success) return refuse('rules-invalid', { what: rules.issues[0].message, path: v.getDotPath(rules.issues[0]) ?? '' });
	if (copyAs !== null && (!/^[a-z0-9-]{2,40}$/.test(copyAs) || reservedIds.includes(copyAs))) return refuse('id-invalid');
	return db.transaction().execute(async (trx) => {
		const target = copyAs ?? id;
		const versions = await trx.selectFrom('sampling_preset').selectAll().where('id', '=', target).orderBy('version', 'desc').forUpdate().execute();
		const last = versions[0];
		if (copyAs === null && !last) return notFound;
		if (copyAs !== null && last) return refuse('id-taken');
		if (last && !inScope(scopeOf(actor), last.region_code)) return notFound;
		// A draft that nobody switched on is replaced by the next one.
		if (last?.state === 'draft') {
			await trx.updateTable('sampling_preset').set({ state: 'superseded' }).where('id', '=', target).where('version', '=', last.version).execute();
		}
		const version = (last?.version ?? 0) + 1;
		const output: PresetRules = copyAs === null ? rules.output : { ...rules.output, basis: 'own' };
		await trx
			.insertInto('sampling_preset')
			.values({
				id: target,
				version,
				name: edit.name.trim(),
				region_code: edit.regionCode,
				source: copyAs === null ? (last?.source ?? null) : null,
				rules: JSON.stringify(output),
				state: 'draft',
				created_by: actor.id
			})
			.execute();
		await audit(trx, actor, { action: 'preset.draft', objectKind: 'sampling_preset', objectId: target, detail: { version, from: copyAs ? id : null } });
		return { ok: true, id: target, version };
	});
}

export type PresetVersion = {
	readonly version: number;
	readonly state: string;
	readonly createdBy: string | null;
	readonly createdAt: Date;
	readonly decidedBy: string | null;
	readonly decidedAt: Date | null;
	/** Tasks that were made with it. */
	readonly tasks: number;
};

/** Every version of a preset, the newest first, with who made it, who switched it on, and how many tasks stand on it. */
export async function presetVersions(db: Kysely<DB>, actor: Actor, id: string): Promise<PresetVersion[]> {
	if (!may(actor, 'task.see')) return [];
	const { rows } = await sql<PresetVersion & { region: string }>`
		select p.version, p.region_code as region, p.state, c.display_name as "createdBy", p.created_at as "createdAt", d.display_name as "decidedBy", p.decided_at as "decidedAt",
			(select count(*)::int from sampling_task t where t.preset_id = p.id and t.preset_version = p.version and ${visibleWork(actor, 't')}) as tasks
		from sampling_preset p left join app_user c on c.id = p.created_by left join app_user d on d.id = p.decided_by
		where p.id = ${id} order by p.version desc
	`.execute(db);
	// Rules are for everybody to read, who works elsewhere is not.
	return rows.map(({ region, ...row }) => (inScope(scopeOf(actor), region) ? row : { ...row, createdBy: null, decidedBy: null }));
}

/** An approver switches a draft on; the version before is superseded. Nobody switches on their own. */
export async function switchPresetOn(db: Kysely<DB>, actor: Actor, id: string, version: number): Promise<{ ok: true } | Refusal> {
	return db.transaction().execute(async (trx) => {
		const row = await trx.selectFrom('sampling_preset').selectAll().where('id', '=', id).where('version', '=', version).forUpdate().executeTakeFirst();
		const refusal = check(actor, 'preset.switch-on', { authorId: row?.created_by ?? null });
		if (refusal) return refusal;
		if (!row || !inScope(scopeOf(actor), row.region_code)) return notFound;
		if (row.state !== 'draft') return refuse('wrong-state', { state: row.state });
		await trx.updateTable('sampling_preset').set({ state: 'superseded' }).where('id', '=', id).where('state', '=', 'active').execute();
		await trx
			.updateTable('sampling_preset')
			.set({ state: 'active', decided_by: actor.id, decided_at: sql`now()` })
			.where('id', '=', id)
			.where('version', '=', version)
			.execute();
		await audit(trx, actor, { action: 'preset.switch-on', objectKind: 'sampling_preset', objectId: id, detail: { version } });
		return { ok: true };
	});
}
