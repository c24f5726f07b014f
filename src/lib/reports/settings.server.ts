import { sql, type Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import { audit } from '#lib/access/audit.server.ts';
import { check, may } from '#lib/access/permissions.ts';
import { notAllowed, notFound, refuse, type NotAllowed, type NotFound, type OwnWork, type Refusal } from '#lib/access/refuse.ts';
import { regionPrefix, regionsHolding, scopeOf } from '#lib/access/scope.ts';
import { regionWithin } from '#lib/access/scope.server.ts';
import { isDueDay, type DueDay } from './auto.ts';
import { reportKinds, type ReportKind } from './period.ts';

export type UnitSetting = { readonly id: string; readonly name: string; readonly region: string; readonly kinds: readonly ReportKind[]; readonly mayChange: boolean };
export type DueSetting = DueDay & { readonly regionCode: string; readonly region: string };

/** Units of the jurisdiction with the drafts they get by themselves, and the due days that hold there. */
export async function reportSettings(db: Kysely<DB>, actor: Actor) {
	if (!may(actor, 'report.see')) return { units: [], due: [], regions: [] };
	const own = regionWithin(scopeOf(actor).regionPrefix, 'd.region_code');
	const units = await db
		.selectFrom('department as d').leftJoin('report_unit as s', 's.department_id', 'd.id').leftJoin('region as g', 'g.code', 'd.region_code')
		.select(['d.id', 'd.name', 'd.region_code', 'd.industries', 's.kinds', 'g.name as region']).where(own).orderBy('d.region_code').orderBy('d.name').execute();
	const due = await db
		.selectFrom('report_due as u').innerJoin('region as g', 'g.code', 'u.region_code').select(['u.region_code as regionCode', 'g.name as region', 'u.month', 'u.day'])
		// Those set above bind the own units as well.
		.where((eb) => eb.or([regionWithin(scopeOf(actor).regionPrefix, 'u.region_code'), eb('u.region_code', 'in', [...regionsHolding(actor.regionCode)])]))
		.orderBy('u.region_code').execute();
	const mayDue = check(actor, 'report.set', { scope: { regionPrefix: regionPrefix(actor.regionCode), industries: null } }) === null;
	const regions = mayDue
		? await db.selectFrom('region as g').select(['g.code', 'g.name']).where(regionWithin(scopeOf(actor).regionPrefix, 'g.code')).where('g.kind', '<>', 'placeholder').where('g.level', 'in', ['nation', 'province', 'city', 'county']).orderBy('g.code').limit(400).execute()
		: [];
	return {
		units: units.map((unit): UnitSetting => ({
			id: unit.id, name: unit.name, region: unit.region ?? unit.region_code, kinds: reportKinds.filter((kind) => unit.kinds?.includes(kind)),
			mayChange: check(actor, 'report.set', { scope: { regionPrefix: regionPrefix(unit.region_code), industries: unit.industries } }) === null
		})),
		due: due satisfies readonly DueSetting[], regions
	};
}

/** Says which drafts a unit gets by itself. */
export async function setUnitKinds(db: Kysely<DB>, actor: Actor, departmentId: string, wanted: readonly string[]): Promise<{ readonly ok: true } | NotAllowed | NotFound | OwnWork> {
	if (!may(actor, 'report.set')) return notAllowed;
	const kinds = reportKinds.filter((kind) => wanted.includes(kind));
	return db.transaction().execute(async (trx) => {
		const unit = await trx.selectFrom('department as d').select(['d.id', 'd.name', 'd.region_code', 'd.industries']).where('d.id', '=', departmentId).where(regionWithin(scopeOf(actor).regionPrefix, 'd.region_code')).executeTakeFirst();
		if (unit === undefined) return notFound;
		const refused = check(actor, 'report.set', { scope: { regionPrefix: regionPrefix(unit.region_code), industries: unit.industries } });
		if (refused) return refused;
		const values = { kinds: [...kinds], changed_by: actor.id, changed_at: sql<Date>`clock_timestamp()` };
		const before = await trx.selectFrom('report_unit').select('kinds').where('department_id', '=', departmentId).forUpdate().executeTakeFirst();
		await trx.insertInto('report_unit').values({ department_id: departmentId, ...values }).onConflict((at) => at.column('department_id').doUpdateSet(values)).execute();
		await audit(trx, actor, { action: 'report.set-unit', objectKind: 'department', objectId: departmentId, detail: { from: before?.kinds ?? [], to: kinds } });
		return { ok: true };
	});
}

/** Sets the day by which yearly summaries of a region are due; null unsets it. */
export async function setDueDay(
	db: Kysely<DB>, actor: Actor, regionCode: string, due: DueDay | null
): Promise<{ readonly ok: true } | NotAllowed | NotFound | OwnWork | Refusal<'bad-due'>> {
	if (!may(actor, 'report.set')) return notAllowed;
	if (due !== null && !isDueDay(due)) return refuse('bad-due');
	return db.transaction().execute(async (trx) => {
		const region = await trx.selectFrom('region as g').select('g.code').where('g.code', '=', regionCode).where(regionWithin(scopeOf(actor).regionPrefix, 'g.code')).executeTakeFirst();
		if (region === undefined) return notFound;
		const refused = check(actor, 'report.set', { scope: { regionPrefix: regionPrefix(regionCode), industries: null } });
		if (refused) return refused;
		const before = await trx.selectFrom('report_due').select(['month', 'day']).where('region_code', '=', regionCode).forUpdate().executeTakeFirst();
		if (due === null) await trx.deleteFrom('report_due').where('region_code', '=', regionCode).execute();
		else {
			const values = { month: due.month, day: due.day, changed_by: actor.id, changed_at: sql<Date>`clock_timestamp()` };
			await trx.insertInto('report_due').values({ region_code: regionCode, ...values }).onConflict((at) => at.column('region_code').doUpdateSet(values)).execute();
		}
		await audit(trx, actor, { action: 'report.set-due', objectKind: 'region', objectId: regionCode, detail: { from: before ?? null, to: due } });
		return { ok: true };
	});
}

/** The due day that binds a region's units: that of the smallest region holding it that has one. */
export function dueFor(settings: readonly (DueDay & { readonly regionCode: string })[], regionCode: string): DueDay | null {
	const holding = [...regionsHolding(regionCode)].reverse();
	for (const code of holding) {
		const found = settings.find((one) => one.regionCode === code);
		if (found) return { month: found.month, day: found.day };
	}
	return null;
}
