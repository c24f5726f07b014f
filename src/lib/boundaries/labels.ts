import type { NotAllowed, NotFound, OwnWork } from '#lib/access/refuse.ts';
import { m } from '#lib/messages/messages.js';
import type { LoadRefusal } from './boundaries.server.ts';
import { mostBytes, type BoundaryFault } from './geojson.ts';

/** What is wrong with a file of boundaries, with which feature, and what to do. */
export function faultText(fault: BoundaryFault): string {
	switch (fault.fault) {
		case 'not-json':
			return m.boundaries_not_json();
		case 'not-a-collection':
			return m.boundaries_not_a_collection();
		case 'empty':
			return m.boundaries_empty_file();
		case 'too-many-features':
			return m.boundaries_too_many_features({ count: fault.count, most: fault.most });
		case 'too-many-points':
			return m.boundaries_too_many_points({ most: fault.most });
		default: {
			const at = { feature: fault.feature, name: fault.name === '' ? '–' : fault.name };
			return { 'no-code': m.boundaries_no_code, 'not-a-polygon': m.boundaries_not_a_polygon, 'bad-ring': m.boundaries_bad_ring, outside: m.boundaries_outside, twice: m.boundaries_twice }[fault.fault](at);
		}
	}
}

/** Why boundaries were not loaded or not taken back. */
export function boundaryRefusal(refusal: LoadRefusal | NotAllowed | NotFound | OwnWork): string {
	switch (refusal.reason) {
		case 'map-number':
			return m.boundaries_bad_number();
		case 'no-source':
			return m.boundaries_no_source();
		case 'too-large':
			return m.boundaries_too_large({ most: mostBytes / 1024 / 1024 });
		case 'file':
			return faultText(refusal.fault);
		case 'unknown-regions':
			return m.boundaries_unknown_regions({ codes: refusal.codes.join(m.riskmap_and()), count: refusal.count });
		case 'outside':
			return m.boundaries_not_yours({ codes: refusal.codes.join(m.riskmap_and()), count: refusal.count });
		case 'loaded-already':
			return m.boundaries_loaded_already();
		case 'not-found':
			return m.boundaries_gone();
		default:
			return m.access_refused_title();
	}
}
