import { sql, type Kysely, type RawBuilder } from 'kysely';
import type { DB } from '#db/types.ts';
import { addMonths, monthOf, monthsBetween } from '#lib/calendar/days.ts';
import type { Actor } from '#lib/access/actor.ts';
import { check } from '#lib/access/permissions.ts';
import { withinJurisdiction } from '#lib/access/scope.server.ts';
import { scopeOf } from '#lib/access/scope.ts';
import { plannedArms, randomArms, type Arm } from './arms.ts';
import type { EffectFilter } from './filter.ts';
import { validate, type MonthRow } from './order.ts';
import { addCells, type Cell } from './outcomes.ts';
import { givenOrder, mostValues, scaleText, usualOrder, type Scale } from './scales.ts';
import { askedVisits, freeTexts, notUnderstood, outcomeCounts, visitRows, type OutcomeCounts } from './visits.server.ts';

/** A visit's value on a scale. A grade is that of the month of the visit, or the newest before it: what came later was not known then. */
function valueOf(scale: Scale): RawBuilder<unknown> {
	if (scale.kind === 'class') return sql`v.class`;
	if (scale.kind === 'imported') return sql`case when v.scale = ${scale.name} then v.scale_value end`;
	return sql`(
		select g.grade from professional_grade g
		where g.uscc = v.uscc and g.field = ${scale.field} and g.month <= date_trunc('month', v.visited_on)::date
		order by g.month desc, g.version desc limit 1
	)`;
}

/** Scales there are in the jurisdiction, ours first. */
export async function scalesOf(db: Kysely<DB>, actor: Actor, filter: EffectFilter): Promise<readonly Scale[]> {
	if (check(actor, 'effect.see')) return [];
	const imported = await sql<{ name: string }>`
		select distinct v.scale as name from inspection_visit v join enterprise e on e.uscc = v.uscc
		where ${askedVisits(actor, filter)} and v.scale is not null and v.scale_value is not null order by 1 limit 50
	`.execute(db);
	const graded = await sql<{ field: string }>`
		select distinct g.field from professional_grade g join enterprise e on e.uscc = g.uscc
		where ${withinJurisdiction(scopeOf(actor), { region: 'e.region_code', industry: 'e.industry_key' })} order by 1 limit 50
	`.execute(db);
	return [
		{ kind: 'class' }, ...imported.rows.map(({ name }) => ({ kind: 'imported' as const, name })), ...graded.rows.map(({ field }) => ({ kind: 'grade' as const, field }))
	];
}

type Row = OutcomeCounts & { readonly month: string; readonly arm: Arm; readonly value: string | null };

/**
 * Back-validation of a scale with the results: once with random visits alone, once with all that were planned.
 *
 * @param names values of the scale as a reader ordered them, each with its place in `places`; empty: the usual order.
 */
export async function backValidation(
	db: Kysely<DB>, actor: Actor, filter: EffectFilter, scale: Scale, given: { readonly names: readonly string[]; readonly places: readonly string[] }
) {
	const refusal = check(actor, 'effect.see');
	if (refusal) return refusal;
	const texts = await freeTexts(db, actor, filter);
	const { rows } = await sql<Row>`
		select date_trunc('month', day)::date::text as month, arm, scale_value as value, ${outcomeCounts}
		from (${visitRows(actor, filter, texts, valueOf(scale))}) w where arm <> 'lead' group by 1, 2, 3
	`.execute(db);
	const counts = new Map<string, number>();
	for (const row of rows) if (row.value !== null) counts.set(row.value, (counts.get(row.value) ?? 0) + row.n);
	// A class that nobody visited is still a class of the scale: its place stays, and what is missing is said.
	const found = scale.kind === 'class' ? ['A', 'B', 'C', 'D'] : [...counts.keys()].sort((a, b) => counts.get(b)! - counts.get(a)!).slice(0, mostValues);
	const usual = usualOrder(found);
	const own = scale.kind === 'class' ? null : givenOrder(found, given.names, given.places);
	const order = own ?? usual.order;
	const months = Array.from({ length: monthsBetween(filter.from, filter.to) + 1 }, (_, i) => addMonths(monthOf(filter.from), i));
	const view = (within: readonly Arm[]) => {
		const seen = rows.filter((row) => within.includes(row.arm));
		return {
			result: validate(order, months.map((month): MonthRow => ({ month, cells: order.map((value): Cell => addCells(seen.filter((r) => r.month === month && r.value === value))) }))),
			withoutValue: addCells(seen.filter((row) => row.value === null || !order.includes(row.value))).n,
			undecided: seen.reduce((sum, row) => sum + row.undecided, 0),
			unknown: seen.reduce((sum, row) => sum + row.unknown, 0)
		};
	};
	return {
		ok: true as const,
		scale: scaleText(scale),
		/** Values found, in the order used; those left out last. */
		values: [...order, ...usual.order.filter((value) => !order.includes(value))].map((name) => ({ name, n: counts.get(name) ?? 0, place: order.indexOf(name) + 1 })),
		tooManyValues: counts.size > mostValues,
		/** Where the order came from: our classes, the reader, the usual order of these words, or none that is known. */
		orderBy: scale.kind === 'class' ? ('class' as const) : own ? ('reader' as const) : usual.known ? ('usual' as const) : ('unknown' as const),
		random: view(randomArms),
		planned: view(plannedArms),
		texts: notUnderstood(texts).slice(0, 10).map(({ text, n }) => ({ text, n }))
	};
}
export type BackValidation = Extract<Awaited<ReturnType<typeof backValidation>>, { ok: true }>;
