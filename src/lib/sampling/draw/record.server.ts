import type { Kysely, Selectable } from 'kysely';
import type { DB, SamplingDraw } from '#db/types.ts';
import type { Candidate } from './inspectors.ts';
import type { Terms } from '../pool/eligibility.ts';
import type { PoolStratum, ReasonCount } from '../pool/pool.server.ts';
import type { Task } from '../tasks/access.server.ts';
import type { TaskScope, TaskSettings } from '../tasks/scope.ts';

/** A stratum of a frozen pool with what it gives. */
export type FrozenStratum = PoolStratum & { readonly code: string; readonly quota: number; readonly control: number };

/** All that a draw depends on beside its pool, as it was at the commitment. */
export type Frozen = {
	/** In order of their codes. */
	readonly strata: readonly FrozenStratum[];
	readonly reasons: readonly ReasonCount[];
	readonly oldestMonth: string | null;
	readonly newestMonth: string | null;
	readonly preset: { readonly id: string; readonly version: number };
	readonly itemId: string;
	readonly scope: TaskScope;
	readonly settings: TaskSettings;
	readonly terms: Terms;
	/** Inspectors in each team. */
	readonly teamSize: number;
	readonly inspectors: readonly Candidate[];
	readonly experts: readonly Candidate[];
};

export type DrawRecord = Omit<Selectable<SamplingDraw>, 'frozen'> & { readonly frozen: Frozen };

const recordOf = (row: Selectable<SamplingDraw>): DrawRecord => ({ ...row, frozen: row.frozen as unknown as Frozen });

/** The draw of a task that counts; null before the first commitment, or while it is back at its settings. The caller has checked access. */
export async function currentDraw(db: Kysely<DB>, task: Pick<Task, 'id' | 'draw_n'>): Promise<DrawRecord | null> {
	if (task.draw_n === null) return null;
	const row = await db
		.selectFrom('sampling_draw').selectAll()
		.where('task_id', '=', task.id).where('n', '=', task.draw_n).where('state', 'in', ['committed', 'drawn'])
		.executeTakeFirst();
	return row ? recordOf(row) : null;
}

/** All draws of a task, newest first: those that were void or replaced are kept, with the reason. The caller has checked access. */
export async function drawsOf(db: Kysely<DB>, taskId: string): Promise<DrawRecord[]> {
	const rows = await db.selectFrom('sampling_draw').selectAll().where('task_id', '=', taskId).orderBy('n', 'desc').execute();
	return rows.map(recordOf);
}

/** A value as text in which names are sorted: what a database gives back has the same text as what was put in. */
export function sortedJson(value: unknown): string {
	return JSON.stringify(value, (_name, part: unknown) =>
		part !== null && typeof part === 'object' && !Array.isArray(part)
			? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
			: part
	);
}

/** The text of what a commitment binds inside. */
export const insideText = (frozen: Frozen): string => sortedJson(frozen);
