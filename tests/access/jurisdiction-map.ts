import type { Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Actor } from '#lib/access/actor.ts';
import { situationOf } from '#lib/risk-map/situation.server.ts';
import { keepSnapshot } from '#lib/risk-map/snapshots.server.ts';

/** Ids of snapshots are twelve signs of base 32. */
export const snapshotOf = (code: string): string => `SNAPSH${code}`;

/** Figures of each place that were shown and kept, with its mark among them, and boundaries it loaded. */
export async function writeMap(db: Kysely<DB>, code: string, mark: string): Promise<void> {
	const leader: Actor = {
		id: `user-leader-${mark}`, name: mark, displayName: mark, role: 'leader', grants: [], departmentId: `department-${mark}`, regionCode: code, industries: null, inspectorId: null, address: null
	};
	const outcome = await situationOf(db, leader, { region: code, month: '2026-11-01', measure: 'warnings', kind: 'complaint', view: 'map', industry: null, detail: null }, '2026-11-21');
	if (!outcome.ok) throw new Error(outcome.reason);
	const { content } = outcome;
	const id = await keepSnapshot(db, { ...content, map: { ...content.map, units: content.map.units.map((unit, i) => (i === 0 ? { ...unit, name: mark } : unit)) } });
	await db.updateTable('figure_snapshot').set({ id: snapshotOf(code) }).where('id', '=', id).execute();
	await db.insertInto('boundary_set').values({ id: `set-${mark}`, region_code: code, map_number: 'GS(2024)1号', source: `来源${mark}`, sha256: mark, bytes: 1, regions: 0, loaded_by: `user-sysadmin-${mark}` }).execute();
}
