import { sql, type Transaction } from 'kysely';
import type { DB } from '#db/types.ts';
import { deadlinesFrom, type AddWorkingDays, type DeadlineRules } from './deadlines.ts';
import type { FeedEntry } from './feed.server.ts';
import { writeEntries, type Entry } from './history-writes.server.ts';
import { parentsOf, type OpenCell } from './parents.ts';
import { currentColumns, fromRow } from './rows.ts';

export type SettleContext = {
	readonly asOf: string;
	/** ISO instant. */
	readonly at: string;
	readonly rules: { readonly deadlines: DeadlineRules; readonly addWorkingDays: AddWorkingDays };
};

/**
 * Puts open episodes under the wider ones that hold them, and gives back those whose parent was closed or has subsided: with new
 * deadlines, because nobody was asked to look at them meanwhile. Call it under `lockMachine`.
 */
export async function settleParents(trx: Transaction<DB>, { asOf, at, rules }: SettleContext): Promise<FeedEntry[]> {
	const { rows: open } = await sql<OpenCell & { readonly parentId: string | null }>`
		select id, indicator_id as "indicatorId", region_code as "regionCode", industry_key as "industryKey",
			explanation #> '{evidence,cells}' as cells, evaluation, raised_on as "raisedOn", parent_id as "parentId"
		from warning where scope_kind = 'cell' and work <> 'closed'
			-- Two warnings of a platform are two matters, however wide one of them is.
			and indicator_id not in (select id from indicator where kind = 'outside')
	`.execute(trx);
	const wanted = parentsOf(open);
	const moved = open.filter((cell) => cell.parentId !== wanted.get(cell.id));
	if (moved.length === 0) return [];
	const locked = await trx
		.selectFrom('warning')
		.select(['id', 'region_code', 'industry_key', ...currentColumns])
		.where(sql<boolean>`id = any(${moved.map((cell) => cell.id)})`)
		// Somebody may have closed one meanwhile: that ends its place among the others.
		.where('work', '<>', 'closed')
		.orderBy('id')
		.forUpdate()
		.execute();
	const entries = locked.map((row): Entry => {
		const current = fromRow(row);
		const parentId = wanted.get(row.id) ?? null;
		const waits = current.work === 'new' || current.work === 'reopened';
		const given = parentId === null && waits ? deadlinesFrom(rules.deadlines, current.level, asOf, rules.addWorkingDays) : {};
		return {
			warningId: row.id, current, axis: 'evaluation', action: parentId === null ? 'release' : 'absorb', set: { parentId, ...given },
			detail: { parentId: parentId ?? current.parentId }, actor: null
		};
	});
	await writeEntries(trx, { at: new Date(at), asOf }, entries);
	return locked.map((row, i) => ({
		warningId: row.id, regionCode: row.region_code, industryKey: row.industry_key, departmentId: row.department_id, what: entries[i]!.action
	}));
}
