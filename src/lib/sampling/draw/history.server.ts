import { sql, type Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import type { Task } from '../tasks/access.server.ts';

/** A commitment of a task and what became of it. The seed is told only once it was drawn. */
export type DrawHistory = {
	readonly n: number;
	readonly state: 'committed' | 'drawn' | 'void' | 'superseded';
	readonly commitment: string;
	readonly poolHash: string;
	readonly seed: string | null;
	readonly weighted: boolean;
	readonly entropySource: string | null;
	readonly entropyValue: string | null;
	readonly committedAt: Date;
	readonly committedBy: string;
	readonly drawnAt: Date | null;
	readonly drawnBy: string | null;
	readonly reason: string | null;
	readonly drawn: number;
	readonly passed: number;
};

/** All commitments of a task, newest first: also those that were given up or replaced. The caller has checked access. */
export async function drawHistory(db: Kysely<DB>, task: Pick<Task, 'id'>): Promise<DrawHistory[]> {
	const { rows } = await sql<DrawHistory>`
		select d.n, d.state, d.commitment, d.pool_hash as "poolHash", case when d.drawn_at is not null then d.seed end as seed, d.weighted,
			d.entropy_source as "entropySource", d.entropy_value as "entropyValue", d.committed_at as "committedAt",
			coalesce(c.display_name, d.committed_by) as "committedBy", d.drawn_at as "drawnAt", coalesce(w.display_name, d.drawn_by) as "drawnBy",
			d.void_reason as reason,
			(select count(*)::int from sampling_object o where o.task_id = d.task_id and o.draw_n = d.n) as drawn,
			(select count(*)::int from sampling_passed p where p.task_id = d.task_id and p.draw_n = d.n) as passed
		from sampling_draw d left join app_user c on c.id = d.committed_by left join app_user w on w.id = d.drawn_by
		where d.task_id = ${task.id} order by d.n desc
	`.execute(db);
	return rows;
}
