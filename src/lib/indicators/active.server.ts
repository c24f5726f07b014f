import type { Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Scope } from '#lib/access/actor.ts';
import { regionPrefix } from '#lib/access/scope.ts';
import { parseDefinition, type Definition } from './definition.ts';

/** An indicator as it is to be evaluated. */
export type ActiveIndicator = {
	readonly id: string;
	readonly version: number;
	readonly item: string;
	readonly definition: Definition;
	/** What a department's own indicator speaks about: its owner's jurisdiction. Null: all, as the shipped ones do whoever looks after them. */
	readonly territory: Scope | null;
};

type VersionRow = ActiveIndicator & { readonly validFrom: string; readonly validTo: string | null; readonly state: string };

/**
 * The indicators of a day: of each the version that was valid at its end; before its first version the one that is active now, so
 * that history can be judged by today's rules.
 */
export async function activeIndicators(db: Kysely<DB>): Promise<(day: string) => ActiveIndicator[]> {
	const rows = await db
		.selectFrom('indicator_version as v')
		.innerJoin('indicator as i', 'i.id', 'v.indicator_id')
		.innerJoin('department as d', 'd.id', 'i.owner_department_id')
		.select((eb) => [
			'i.id', 'i.item', 'i.created_by', 'd.region_code', 'd.industries', 'v.version', 'v.definition', 'v.state',
			eb.cast<string>(eb.cast('v.valid_from', 'date'), 'text').as('validFrom'),
			eb.cast<string | null>(eb.cast('v.valid_to', 'date'), 'text').as('validTo')
		])
		.where('v.state', 'in', ['active', 'superseded', 'retired'])
		.where('v.valid_from', 'is not', null)
		.orderBy('i.id')
		.orderBy('v.version')
		.execute();
	const versions: VersionRow[] = rows.map(({ created_by, region_code, industries, ...row }) => {
		const parsed = parseDefinition(row.definition);
		if (!parsed.ok) throw new Error(`Version ${row.version} of indicator ${row.id} cannot be read: ${parsed.fields.join(', ')}`);
		return { ...row, definition: parsed.definition, territory: territoryOf({ created_by, region_code, industries }) };
	});
	const byId = Map.groupBy(versions, (version) => version.id);
	return (day) =>
		[...byId.values()].flatMap((all) => {
			const then = all.filter((v) => v.validFrom <= day && (v.validTo === null || v.validTo > day));
			const chosen = then.at(-1) ?? (day < all[0]!.validFrom ? all.find((v) => v.state === 'active') : undefined);
			return chosen ? [chosen] : [];
		});
}

/** @param owner Who made the indicator (null: it was shipped), and the jurisdiction of the department that owns it. */
export function territoryOf(owner: {
	readonly created_by: string | null;
	readonly region_code: string;
	readonly industries: readonly string[] | null;
}): Scope | null {
	return owner.created_by === null ? null : { regionPrefix: regionPrefix(owner.region_code), industries: owner.industries };
}
