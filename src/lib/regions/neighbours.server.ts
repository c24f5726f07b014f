import type { Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import { gabrielEdges } from './neighbours.ts';

/** Counties that lie beside each other, as pairs of codes; within a province, by centroids (no boundaries are kept). */
export async function neighbouringCounties(db: Kysely<DB>, codes: ReadonlySet<string>): Promise<(readonly [string, string])[]> {
	const rows = await db
		.selectFrom('region')
		.select(['code', 'longitude', 'latitude'])
		.where('level', '=', 'county')
		.where('longitude', 'is not', null)
		.where('latitude', 'is not', null)
		.execute();
	const provinces = Map.groupBy(rows.filter((row) => codes.has(row.code)), (row) => row.code.slice(0, 2));
	return [...provinces.values()].flatMap((own) => {
		// Degrees of longitude are shorter than those of latitude.
		const narrow = Math.cos((own[0]!.latitude! * Math.PI) / 180);
		const points = own.map((row) => ({ x: row.longitude! * narrow, y: row.latitude! }));
		return gabrielEdges(points).map(([a, b]) => [own[a]!.code, own[b]!.code] as const);
	});
}
