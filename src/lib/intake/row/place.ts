import { registeringRegion } from '#lib/enterprises/uscc.ts';
import { unknownIndustry, type IndustryFinder } from '#lib/industries/industry-key.ts';
import type { KindFacts } from '#lib/intake/kinds/kinds.ts';
import type { StagedRow } from '#lib/intake/merge/stage.ts';
import { subjectMissing } from '#lib/intake/reject-reasons.ts';
import type { Crosswalk } from '#lib/regions/crosswalk.ts';
import type { RegionFinder } from '#lib/regions/region-finder.ts';
import type { RowCells } from './cells.ts';
import { memo } from './memo.ts';
import { Refused } from './refused.ts';

type PlaceContext = { readonly kind: KindFacts; readonly crosswalk: Crosswalk; readonly findRegion: RegionFinder; readonly findIndustry: IndustryFinder };

/** Reads where a row belongs: its region, and its industry. A row without a code needs a region of its own. */
export function makePlace({ kind, crosswalk, findRegion, findIndustry }: PlaceContext, cells: RowCells): (out: StagedRow, uscc: string | null) => string {
	const regions = memo(findRegion);
	const isRegister = kind.effect === 'register' || kind.effect === 'registration';
	return (out, uscc) => {
		const given = cells.cell('region');
		const found = given === '' ? null : regions(given);
		if (uscc === null && found === null) throw new Refused(subjectMissing(cells.at('region'), given));
		// A place is the same one however it is written; what only the crosswalk knows may come to be known better.
		if (given !== '') cells.say('region', found?.basis === 'given' ? found.code : cells.written('region'));
		const registering = uscc === null ? null : registeringRegion(uscc);
		const { code, basis } = found ?? crosswalk(registering!);
		out.region_code = code;
		out.region_basis = basis;
		out.region_own = found !== null;
		// What nobody recognises is no statement of a place.
		out.region_given = found !== null ? given : registering;
		if (given !== '' && found === null) cells.note('region-unknown', given);
		else if (found === null && isRegister) cells.note('region-from-uscc', registering!);
		else if (found !== null && found.basis !== 'given') cells.note('region-fallback', given);
		out.industry_key = industry();
		return code;
	};

	function industry(): string {
		const value = cells.cell('industry');
		if (value === '') return unknownIndustry;
		cells.say('industry', cells.written('industry'));
		const found = findIndustry(value);
		if (found.basis === 'unknown') cells.note('industry-unknown', value);
		if (found.basis === 'parent') cells.note('industry-parent', value);
		return found.key;
	}
}
