/** Node's codes for a server that cannot be reached. ENOENT: its socket file is gone. */
const networkCodes = new Set([
	'ECONNREFUSED',
	'ECONNRESET',
	'EPIPE',
	'ETIMEDOUT',
	'EHOSTUNREACH',
	'ENETUNREACH',
	'ENOTFOUND',
	'EAI_AGAIN'
]);

/** SQLSTATEs of a server that stops, starts, or takes nobody more: 57P01–57P05 and 53300; class 08 is "connection exception". */
const serverCodes = new Set(['57P01', '57P02', '57P03', '57P05', '53300']);

/** What `pg` says without a code. */
const messages = [
	/^Connection terminated/,
	/timeout exceeded when trying to connect/,
	/^Client has encountered a connection error/,
	/^Client was closed and is not queryable/,
	/^Cannot use a pool after calling end/
];

/** True when the database could not be reached (worth trying again), as opposed to having refused a statement. */
export function isDatabaseDown(error: unknown): boolean {
	if (!(error instanceof Error)) return false;
	const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
	if (networkCodes.has(code) || serverCodes.has(code) || /^08...$/.test(code)) return true;
	if (code === 'ENOENT' && 'syscall' in error && error.syscall === 'connect') return true;
	if (code === '' && messages.some((pattern) => pattern.test(error.message))) return true;
	// Node tries all addresses of a name and throws what each of them said.
	if (error instanceof AggregateError && error.errors.some(isDatabaseDown)) return true;
	return error.cause !== undefined && isDatabaseDown(error.cause);
}
