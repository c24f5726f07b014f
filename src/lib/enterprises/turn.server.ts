import { sql, type RawBuilder } from 'kysely';
import { perPage, type Turn } from './turn.ts';

/**
 * The end of a query for a page of enterprises `e`, and one more: of those after or before a credit code, away from it.
 *
 * @param joined another table's column that is the same code: the planner carries no range from one side of a join to the other.
 */
export function ofPage({ after, before }: Turn, joined: string | null = null): RawBuilder<unknown> {
	const beyond = (column: string) => (before !== null ? sql`${sql.ref(column)} < ${before}` : after !== null ? sql`${sql.ref(column)} > ${after}` : sql`true`);
	return sql`and ${beyond('e.uscc')} ${joined === null ? sql`` : sql`and ${beyond(joined)}`} order by e.uscc ${before === null ? sql`asc` : sql`desc`} limit ${perPage + 1}`;
}
