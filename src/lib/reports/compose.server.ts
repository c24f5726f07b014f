import type { Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import { leadSpans, leadTimes } from '#lib/warnings/lead-times.server.ts';
import { effectFigures, visitFigures } from './effect-figures.server.ts';
import { mapFigures } from './map-figures.server.ts';
import type { Material } from './material.ts';
import { periodBefore, type Period } from './period.ts';
import { readerOf, type Unit } from './unit.server.ts';
import { aheadOf, byIndicator, leadIndicators } from './warning-figures.server.ts';

/**
 * Gathers the figures of a report from the verbs of the pages, as a leader of exactly this unit would see them.
 *
 * @param step told how far it is, 0 to 1.
 */
export async function gather(db: Kysely<DB>, unit: Unit, period: Period, today: string, step: (part: number) => void = () => undefined): Promise<Material> {
	const reader = readerOf(unit);
	const before = periodBefore(period);
	const map = await mapFigures(db, reader, unit, period, before, today, (part) => step(part * 0.7));
	const indicators = await byIndicator(db, reader, period);
	const behind = await leadIndicators(db, reader, period);
	const desks = await leadTimes(db, reader, period.from, period.to);
	const leads = await leadSpans(db, reader, period.from, period.to);
	step(0.75);
	const visits = await visitFigures(db, reader, period);
	step(0.85);
	const effect = period.kind === 'yearly' || period.kind === 'effect' ? await effectFigures(db, reader, period) : null;
	step(0.95);
	return {
		unit: { id: unit.id, name: unit.name, place: placeOf(unit), regionCode: unit.regionCode, level: unit.level, industries: unit.industries },
		period, before, today, ...map,
		regions: map.regions.map((row) => ({ ...row, lead: behind.regions.get(row.code) ?? null })),
		industries: map.industries.map((row) => ({ ...row, lead: behind.industries.get(row.code) ?? null })),
		indicators, desks, leads, visits, effect, ahead: await aheadOf(db, reader, period, today)
	};
}

/** A department of some industries only speaks for these: its name says so, the region's would not. */
const placeOf = (unit: Unit): string => (unit.industries === null ? unit.regionName : `${unit.name}监管领域`);
