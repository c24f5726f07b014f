import { sql, type Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import { check } from '#lib/access/permissions.ts';
import { withinJurisdiction } from '#lib/access/scope.server.ts';
import { scopeOf } from '#lib/access/scope.ts';
import { arms, compare, referenceCell, references, usualReference, type Compared, type CubeRow } from './arms.ts';
import type { EffectFilter } from './filter.ts';
import { addCells } from './outcomes.ts';
import { freeTexts, notUnderstood, outcomeCounts, visitRows } from './visits.server.ts';

const inOrder = (found: readonly Compared[], order: readonly string[]): Compared[] => order.flatMap((key) => found.filter((c) => c.key === key));

/** How often problems were found, by how the visit came about, class, warning level and indicator, each against the reference. */
export async function effectRates(db: Kysely<DB>, actor: Actor, filter: EffectFilter) {
	const refusal = check(actor, 'effect.see');
	if (refusal) return refusal;
	const texts = await freeTexts(db, actor, filter);
	const { rows } = await sql<CubeRow>`
		select arm, class, level, indicator_id as "indicatorId", ${outcomeCounts}
		from (${visitRows(actor, filter, texts)}) w group by 1, 2, 3, 4
	`.execute(db);
	const reference = filter.reference ?? usualReference(rows);
	const indicatorIds = [...new Set(rows.flatMap((row) => row.indicatorId ?? []))];
	const names = await db.selectFrom('indicator').select(['id', 'name', 'name_en as nameEn']).where('id', 'in', ['', ...indicatorIds]).orderBy('name').execute();
	return {
		ok: true as const,
		reference,
		referenceCell: referenceCell(rows, reference),
		choices: references.map((key) => ({ key, n: referenceCell(rows, key).n })),
		all: addCells(rows),
		undecided: rows.reduce((sum, row) => sum + row.undecided, 0),
		unknown: rows.reduce((sum, row) => sum + row.unknown, 0),
		texts: notUnderstood(texts).slice(0, 10).map(({ text, n }) => ({ text, n })),
		byArm: inOrder(compare(rows, reference, (row) => row.arm, true), arms),
		byClass: inOrder(compare(rows, reference, (row) => (row.arm === 'lead' ? null : (row.class ?? 'none'))), ['A', 'B', 'C', 'D', 'none']),
		byLevel: inOrder(compare(rows, reference, (row) => row.level ?? (row.arm === 'lead' ? null : 'none')), ['red', 'orange', 'yellow', 'blue', 'none']),
		byIndicator: inOrder(compare(rows, reference, (row) => row.indicatorId), names.map((name) => name.id)),
		indicators: names
	};
}
export type EffectRates = Extract<Awaited<ReturnType<typeof effectRates>>, { ok: true }>;

/** What the filters offer: places of the jurisdiction, items, and the years in which there were visits. */
export async function effectOptions(db: Kysely<DB>, actor: Actor, today: string) {
	const refusal = check(actor, 'effect.see');
	if (refusal) return refusal;
	const regions = await db
		.selectFrom('region').select(['code', 'name'])
		.where(withinJurisdiction({ ...scopeOf(actor), industries: null }, { region: 'code' }))
		.where('level', 'in', actor.regionCode === '000000' ? ['province', 'city'] : ['province', 'city', 'county'])
		.orderBy('code').execute();
	const items = await db.selectFrom('inspection_item').select(['id', 'name']).orderBy('number').execute();
	const { rows } = await sql<{ year: number | null }>`
		select extract(year from v.visited_on)::int as year from inspection_visit v join enterprise e on e.uscc = v.uscc
		where ${withinJurisdiction(scopeOf(actor), { region: 'e.region_code', industry: 'e.industry_key' })} and v.visited_on <= ${today}::date
		order by v.visited_on limit 1
	`.execute(db);
	const [first, last] = [Math.max(2000, rows[0]?.year ?? 9999), Number(today.slice(0, 4))];
	return { ok: true as const, regions, items, years: Array.from({ length: Math.max(1, last - first + 1) }, (_, i) => last - i) };
}
