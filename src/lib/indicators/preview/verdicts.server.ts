import { sql, type Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import { addDays } from '#lib/calendar/days.ts';
import { closingReasons, type ClosingReason } from '#lib/warnings/closing-reasons.ts';
import type { ScopeKind } from '#lib/warnings/evaluation.ts';
import type { PreviewVerdict } from './result.ts';

/** A warning that was really raised, as far as a preview compares with it. */
export type RealWarning = {
	readonly id: string;
	readonly indicatorId: string;
	readonly scopeKind: ScopeKind;
	/** What an entity's series is about; of a cell nothing. */
	readonly key: string;
	readonly regions: readonly string[];
	readonly industries: readonly string[];
	readonly members: readonly string[];
	readonly departmentId: string;
	readonly from: string;
	readonly to: string;
	readonly verdict: Exclude<PreviewVerdict, 'unknown'>;
};

/** Days by which a preview's episode may miss a real one and still be it: a cell's longest window of days. */
const near = 21;

/** The real warnings of an item between two days, with what people found them to be. */
export async function realWarnings(db: Kysely<DB>, item: string, from: string, to: string): Promise<RealWarning[]> {
	const { rows } = await sql<{
		id: string; indicatorId: string; scopeKind: ScopeKind; key: string; regionCode: string; industryKey: string; departmentId: string; from: string; to: string;
		work: string; reason: ClosingReason | null; cells: { regions: string[]; industries: string[] } | null; members: string[] | null;
	}>`
		select w.id, w.indicator_id as "indicatorId", w.scope_kind as "scopeKind", split_part(w.series_key, '|', 3) as key, w.region_code as "regionCode", w.industry_key as "industryKey",
			w.department_id as "departmentId", w.raised_on::text as from, greatest(w.last_breach_on, w.raised_on)::text as to, w.work, w.close_reason as reason,
			w.explanation -> 'evidence' -> 'cells' as cells,
			case when w.scope_kind = 'group' then (select array_agg(s.uscc) from warning_subject s where s.warning_id = w.id and s.role = 'member') end as members
		from warning w
		where w.item = ${item} and w.raised_on <= ${addDays(to, near)}::date and w.last_breach_on >= ${addDays(from, -near)}::date
		order by w.raised_on, w.id
	`.execute(db);
	return rows.map(({ work, reason, cells, regionCode, industryKey, members, ...row }) => ({
		...row,
		regions: cells?.regions ?? [regionCode], industries: cells?.industries ?? [industryKey], members: members ?? [],
		verdict: work !== 'closed' || reason === null ? 'open' : ({ true: 'confirmed', false: 'refuted', data: 'data' } as const)[closingReasons[reason].verdict]
	}));
}
