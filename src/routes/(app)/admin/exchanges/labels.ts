import type { ExchangeProblem } from '#lib/intake/exchange/exchange.ts';
import { m } from '#lib/messages/messages.js';

const problems: Readonly<Record<ExchangeProblem, () => string>> = {
	'no-connection': m.api_exchange_problem_no_connection,
	'file-open': m.api_exchange_problem_file_open,
	unreachable: m.api_exchange_problem_unreachable,
	'login-refused': m.api_exchange_problem_login_refused,
	'table-missing': m.api_exchange_problem_table_missing,
	'no-privilege': m.api_exchange_problem_no_privilege,
	'columns-changed': m.api_exchange_problem_columns_changed,
	'high-missing': m.api_exchange_problem_high_missing,
	'high-type': m.api_exchange_problem_high_type,
	refused: m.api_exchange_problem_refused,
	'disk-full': m.api_exchange_problem_disk_full,
	'read-failed': m.api_exchange_problem_read_failed
};

/** What keeps a table from being read, what to do, and what the other side said. */
export function problemText(problem: string, detail: string | null): string {
	const words = problem in problems ? problems[problem as ExchangeProblem]() : problem;
	return detail ? `${words}（${detail}）` : words;
}
