/** Longitude and latitude, degrees. */
export type Position = readonly [number, number];
/** Rings of a polygon, the outer one first; closed: the last position is the first. */
export type Polygon = readonly (readonly Position[])[];
export type RegionShape = { readonly code: string; readonly polygons: readonly Polygon[] };

export type BoundaryFault =
	| { readonly fault: 'not-json' | 'not-a-collection' | 'empty' }
	| { readonly fault: 'too-many-features' | 'too-many-points'; readonly most: number; readonly count: number }
	| { readonly fault: 'no-code' | 'not-a-polygon' | 'bad-ring' | 'outside' | 'twice'; readonly feature: number; readonly name: string };

/** Bytes of a file. Counties of a province at survey scale are some ten million. */
export const mostBytes = 32 * 1024 * 1024;
/** Counties of the whole country are fewer than this. */
export const mostFeatures = 4_000;
/** Finer than any screen draws; a file with more is a survey, not a map. */
export const mostPoints = 1_000_000;
/** China with its seas, degrees: what lies outside is in another projection or another order. */
const bounds = { west: 73, east: 136, south: 3, north: 54 };

type Feature = { readonly properties?: Readonly<Record<string, unknown>> | null; readonly id?: unknown; readonly geometry?: { readonly type?: unknown; readonly coordinates?: unknown } | null };

/** Properties in which offices keep a GB/T 2260 code; `156` before it is the country's (GB/T 2659), zeros after it are those of towns. */
const codeNames = ['code', 'adcode', 'gb', 'xzqdm', 'XZQDM', 'PAC', 'pac', 'region_code', '区划代码', 'id'];

/** The six digits of a feature; null where none of its properties is a code. */
export function codeOf(feature: Feature): string | null {
	for (const name of codeNames) {
		const value = name === 'id' ? (feature.properties?.['id'] ?? feature.id) : feature.properties?.[name];
		const digits = /^(?:156)?(\d{6})(?:0{3}|0{6})?$/.exec(String(value ?? ''));
		if (digits) return digits[1]!;
	}
	return null;
}

/**
 * Reads a GeoJSON feature collection (RFC 7946) of regions by their GB/T 2260 code. Everything is checked before anything is kept; what
 * is wrong is named by the feature it is wrong with.
 */
export function readBoundaries(text: string): { readonly ok: true; readonly regions: readonly RegionShape[] } | ({ readonly ok: false } & BoundaryFault) {
	let parsed: { readonly type?: unknown; readonly features?: unknown };
	try {
		parsed = JSON.parse(text) as typeof parsed;
	} catch {
		return { ok: false, fault: 'not-json' };
	}
	if (parsed?.type !== 'FeatureCollection' || !Array.isArray(parsed.features)) return { ok: false, fault: 'not-a-collection' };
	const features = parsed.features as readonly Feature[];
	if (features.length === 0) return { ok: false, fault: 'empty' };
	if (features.length > mostFeatures) return { ok: false, fault: 'too-many-features', most: mostFeatures, count: features.length };
	const regions = new Map<string, RegionShape>();
	let points = 0;
	for (const [i, feature] of features.entries()) {
		const at = { feature: i + 1, name: String(feature?.properties?.['name'] ?? feature?.properties?.['NAME'] ?? '') };
		const code = feature === null || typeof feature !== 'object' ? null : codeOf(feature);
		if (code === null) return { ok: false, fault: 'no-code', ...at };
		if (regions.has(code)) return { ok: false, fault: 'twice', ...at };
		const { type, coordinates } = feature.geometry ?? {};
		const polygons = type === 'Polygon' ? [coordinates] : type === 'MultiPolygon' ? coordinates : null;
		if (!Array.isArray(polygons) || polygons.length === 0) return { ok: false, fault: 'not-a-polygon', ...at };
		const read: Polygon[] = [];
		for (const polygon of polygons) {
			if (!Array.isArray(polygon) || polygon.length === 0) return { ok: false, fault: 'not-a-polygon', ...at };
			const rings: Position[][] = [];
			for (const ring of polygon) {
				if (!Array.isArray(ring) || ring.length < 4) return { ok: false, fault: 'bad-ring', ...at };
				points += ring.length;
				if (points > mostPoints) return { ok: false, fault: 'too-many-points', most: mostPoints, count: points };
				const positions = ring.map((position: unknown) => (Array.isArray(position) ? ([Number(position[0]), Number(position[1])] as const) : ([NaN, NaN] as const)));
				if (positions.some(([x, y]) => !Number.isFinite(x) || !Number.isFinite(y))) return { ok: false, fault: 'bad-ring', ...at };
				const [first, last] = [positions[0]!, positions[positions.length - 1]!];
				if (first[0] !== last[0] || first[1] !== last[1]) return { ok: false, fault: 'bad-ring', ...at };
				if (positions.some(([x, y]) => x < bounds.west || x > bounds.east || y < bounds.south || y > bounds.north)) return { ok: false, fault: 'outside', ...at };
				rings.push(positions as Position[]);
			}
			read.push(rings);
		}
		regions.set(code, { code, polygons: read });
	}
	return { ok: true, regions: [...regions.values()] };
}

/** `GS(2024)0650号`, `苏S（2024）12号`: what the survey authority prints on an approved map. */
export const mapNumberForm = /^(GS|[\u4e00-\u9fff]{1,3}S)[（(]\d{4}[)）]\s*\d{1,6}号$/u;
