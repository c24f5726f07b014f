import type { Kysely } from 'kysely';
import type { DB } from '#db/types.ts';
import { refusalOf, type Candidate } from '../draw/inspectors.ts';
import type { Task } from '../tasks/access.server.ts';
import { teamSize } from '../draw/teams.ts';

type Asked = Pick<Task, 'department_id' | 'item_id' | 'due_on'>;

/**
 * Inspectors and experts of the task's department who may be drawn: certificate valid to the task's last day (or today, for a list that is
 * drawn late), item in scope; and how many inspectors a team of the item has.
 */
export async function availableTeam(db: Kysely<DB>, task: Asked, today: string) {
	const [rows, item] = await Promise.all([
		db.selectFrom('inspector').selectAll().where('department_id', '=', task.department_id).orderBy('id').execute(),
		db.selectFrom('inspection_item').select(['id', 'department_id as departmentId', 'staff_needed']).where('id', '=', task.item_id).executeTakeFirst()
	]);
	if (!item) return { inspectors: [], experts: [], size: teamSize };
	const until = task.due_on !== null && task.due_on > today ? task.due_on : today;
	const may = ({ id, state, ...r }: (typeof rows)[number]): boolean => {
		const facts = { departmentId: r.department_id, certificateUntil: r.certificate_until, itemIds: r.item_ids, recused: r.recused_uscc };
		// Experts are asked whether they could come along, not whether they are inspectors.
		return refusalOf({ id, state, expert: false, ...facts }, item, until) === null;
	};
	const allowed = rows.filter(may);
	return { inspectors: allowed.filter((i) => !i.expert), experts: allowed.filter((i) => i.expert), size: Math.max(teamSize, item.staff_needed) };
}

/** Inspectors who may be drawn or named; without experts. */
export const availableInspectors = async (db: Kysely<DB>, task: Asked, today: string) => (await availableTeam(db, task, today)).inspectors;

/** What a commitment freezes of people, the same for the same register. */
export const candidates = (people: readonly { readonly id: string; readonly recused_uscc: readonly string[] }[]): Candidate[] =>
	people.map((i) => ({ id: i.id, recused: [...i.recused_uscc].sort() }));
