import { sql, type Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import { scopeOf } from '#lib/access/scope.ts';
import { withinJurisdiction } from '#lib/access/scope.server.ts';
import { verdictsByIndicator } from '#lib/indicators/precision.server.ts';
import type { Compared } from '#lib/sampling/effect/arms.ts';
import { effectBurden } from '#lib/sampling/effect/burden.server.ts';
import { backValidation } from '#lib/sampling/effect/classes.server.ts';
import type { EffectFilter } from '#lib/sampling/effect/filter.ts';
import { armLabel, referenceLabel } from '#lib/sampling/effect/labels.ts';
import { effectRates } from '#lib/sampling/effect/rates.server.ts';
import type { Validation } from '#lib/sampling/effect/order.ts';
import type { EffectMaterial, Material, RateRow } from './material.ts';
import type { Period } from './period.ts';

const filterFor = (reader: Actor, { from, to }: Pick<Period, 'from' | 'to'>): EffectFilter => ({
	period: 'custom', year: Number(to.slice(0, 4)), from, to, region: reader.regionCode, itemId: null, own: false, reference: null, fault: null
});

const classNames: Readonly<Record<string, string>> = { none: '无分类' };
const levelNames: Readonly<Record<string, string>> = { red: '红色', orange: '橙色', yellow: '黄色', blue: '蓝色', none: '无预警' };

const rate = (name: (key: string) => string) => ({ key, cell }: Compared): RateRow => ({ name: name(key), n: cell.n, problems: cell.problems });

/** Inspections of a period and what they found. */
export async function visitFigures(db: Kysely<DB>, reader: Actor, period: Pick<Period, 'from' | 'to'>): Promise<Material['visits']> {
	const rates = await effectRates(db, reader, filterFor(reader, period));
	if (!rates.ok) throw new Error(`The results of inspections cannot be read: ${rates.reason}`);
	return { ...rates.all, undecided: rates.undecided, unknown: rates.unknown, arms: rates.byArm.map(rate(armLabel)) };
}

/** What an evaluation is made of. Months that are not over yet count to their newest day. */
export async function effectFigures(db: Kysely<DB>, reader: Actor, period: Period): Promise<EffectMaterial> {
	const filter = filterFor(reader, period);
	// One after the other: each reads all visits of the time.
	const rates = await effectRates(db, reader, filter);
	const classes = await backValidation(db, reader, filter, { kind: 'class' }, { names: [], places: [] });
	const burden = await effectBurden(db, reader, filter);
	if (!rates.ok || !classes.ok || !burden.ok) throw new Error('The effect of inspections cannot be read');
	const names = new Map(rates.indicators.map(({ id, name }) => [id, name]));
	return {
		classes: await classesOf(db, reader, period.to),
		byClass: rates.byClass.map(rate((key) => classNames[key] ?? `${key}类`)),
		byLevel: rates.byLevel.map(rate((key) => levelNames[key] ?? key)),
		byIndicator: rates.byIndicator.map(rate((key) => names.get(key) ?? key)),
		reference: { name: referenceLabel(rates.reference), ...rates.referenceCell },
		precision: await precisionFigures(db, reader),
		backValidation: {
			verdict: classes.random.result.verdict.kind, pairs: pairsIn(classes.random.result),
			classes: classes.random.result.values.map(({ name, cell }) => ({ name: `${name}类`, n: cell.n, problems: cell.problems }))
		},
		burden: {
			planned: burden.planned, lead: burden.lead, enterprises: burden.enterprises, draws: burden.draws, recognised: burden.recognised, avoided: burden.avoided,
			sparedEnterprises: burden.spared.enterprises, sparedVisits: burden.spared.visits, joined: burden.joint.joined, saved: burden.joint.saved
		}
	};
}

/** The pairs that a verdict speaks about, by their names. */
function pairsIn({ verdict, values }: Validation): EffectMaterial['backValidation']['pairs'] {
	const pairs = verdict.kind === 'reversed' ? verdict.pairs : verdict.kind === 'too-few' ? [] : [verdict.ends];
	return pairs.map(({ low, high }) => ({ low: `${values[low]!.name}类`, high: `${values[high]!.name}类` }));
}

async function precisionFigures(db: Kysely<DB>, reader: Actor): Promise<EffectMaterial['precision']> {
	const verdicts = await verdictsByIndicator(db, reader);
	const indicators = await db.selectFrom('indicator').select(['id', 'name']).where('id', 'in', ['', ...verdicts.keys()]).orderBy('name').execute();
	return indicators.map(({ id, name }) => {
		const { confirmed, refuted, data, open } = verdicts.get(id)!;
		return { name, confirmed, refuted, data, open };
	});
}

/** Enterprises by class in the newest month up to the period's end, as they were counted then; null where none was counted. */
async function classesOf(db: Kysely<DB>, reader: Actor, to: string): Promise<EffectMaterial['classes']> {
	const within = withinJurisdiction(scopeOf(reader), { region: 'c.region_code', industry: 'c.industry_key' });
	const { rows } = await sql<{ month: string; class: string; n: number }>`
		select c.month, k.class, sum(k.n)::int as n from class_month c cross join lateral (values ('A', c.a), ('B', c.b), ('C', c.c), ('D', c.d)) as k (class, n)
		where ${within} and k.n > 0 and c.month = (select max(c.month) from class_month c where c.month <= ${to}::date and ${within})
		group by 1, 2 order by 2
	`.execute(db);
	return rows[0] === undefined ? null : { month: rows[0].month, counts: rows.map(({ class: name, n }) => ({ name, n })) };
}
