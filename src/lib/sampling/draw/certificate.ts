import { byCode, commitment, drawFormat, drawKey, drawStratum, finalOrder, idAt, idsIn, poolHash, type PoolStratumObjects } from './draw.ts';

/**
 * The outer certificate: all that leaves the system about a draw, and enough to repeat it (C11).
 * It names no enterprise: object ids are salted hashes, stratum codes are random-looking, the salt stays inside.
 */
export type OuterCertificate = {
	readonly format: typeof drawFormat;
	readonly task: string;
	readonly draw: number;
	readonly previous: string | null;
	/** ISO instants. */
	readonly committedAt: string;
	readonly drawnAt: string;
	readonly poolHash: string;
	readonly insideHash: string;
	readonly commitment: string;
	readonly seed: string;
	readonly entropy: { readonly source: string; readonly value: string } | null;
	readonly strata: readonly { readonly code: string; readonly quota: number; readonly objects: readonly string[] }[];
	readonly passed: readonly string[];
	readonly drawn: readonly string[];
};

export const verifyReasons = [
	'valid',
	'not-a-certificate',
	'unknown-format',
	'quota-out-of-range',
	'duplicate-object',
	'pool-hash-differs',
	'commitment-differs',
	'result-differs'
] as const;
export type VerifyReason = (typeof verifyReasons)[number];
export type Verification = { readonly valid: boolean; readonly reason: VerifyReason };

const sha256Form = /^[0-9a-f]{64}$/;
const objectForm = /^[0-9a-f]{32}$/;
const codeForm = /^[0-9a-f]{8}$/;
const instantForm = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
const members = [
	'format', 'task', 'draw', 'previous', 'committedAt', 'drawnAt', 'poolHash', 'insideHash', 'commitment', 'seed', 'entropy', 'strata', 'passed', 'drawn'
];

const is = (value: unknown, form: RegExp): value is string => typeof value === 'string' && form.test(value);
/** One line of text: a line feed inside would let one text be read as two. */
const isLine = (value: unknown): value is string => typeof value === 'string' && value.length > 0 && value.isWellFormed() && !/[\r\n]/.test(value);
const isInstant = (value: unknown): value is string => is(value, instantForm) && !Number.isNaN(Date.parse(value)) && new Date(value).toISOString() === value;
const areIds = (value: unknown): value is string[] => Array.isArray(value) && value.every((id) => is(id, objectForm));

function only(value: unknown, names: readonly string[]): Record<string, unknown> | null {
	if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
	const given = Object.keys(value);
	return given.length === names.length && given.every((name) => names.includes(name)) ? (value as Record<string, unknown>) : null;
}

function entropyOf(value: unknown): OuterCertificate['entropy'] | undefined {
	if (value === null) return null;
	const entropy = only(value, ['source', 'value']);
	return entropy && isLine(entropy['source']) && isLine(entropy['value']) ? { source: entropy['source'], value: entropy['value'] } : undefined;
}

function strataOf(value: unknown): OuterCertificate['strata'] | null {
	if (!Array.isArray(value)) return null;
	const strata = value.map((one: unknown) => {
		const s = only(one, ['code', 'quota', 'objects']);
		if (!s || !is(s['code'], codeForm) || !Number.isSafeInteger(s['quota']) || !areIds(s['objects'])) return null;
		return { code: s['code'], quota: s['quota'] as number, objects: s['objects'] };
	});
	return strata.every((s) => s !== null) ? strata : null;
}

/** A certificate as it was read from a file; null when it is none. */
function certificateOf(value: unknown): OuterCertificate | null {
	const c = only(value, members);
	if (!c) return null;
	const entropy = entropyOf(c['entropy']);
	const strata = strataOf(c['strata']);
	const hashes = [c['poolHash'], c['insideHash'], c['commitment'], c['seed']].every((hash) => is(hash, sha256Form));
	const isFirst = c['draw'] === 1 && c['previous'] === null;
	const isFurther = Number.isSafeInteger(c['draw']) && (c['draw'] as number) > 1 && is(c['previous'], sha256Form);
	if (!hashes || !(isFirst || isFurther) || entropy === undefined || !strata || !areIds(c['passed']) || !areIds(c['drawn'])) return null;
	if (!isLine(c['task']) || !isInstant(c['committedAt']) || !isInstant(c['drawnAt']) || c['drawnAt'] < c['committedAt']) return null;
	return c as unknown as OuterCertificate;
}

const packed = (ids: readonly string[]): Uint8Array => Buffer.from([...ids].sort().join(''), 'hex');

/** Repeats a draw from its outer certificate alone; needs no database. */
export function verifyOuter(value: unknown): Verification {
	const no = (reason: VerifyReason): Verification => ({ valid: false, reason });
	if (typeof value !== 'object' || value === null) return no('not-a-certificate');
	if ((value as { format?: unknown }).format !== drawFormat) return no(typeof (value as { format?: unknown }).format === 'string' ? 'unknown-format' : 'not-a-certificate');
	const given = certificateOf(value);
	if (!given) return no('not-a-certificate');
	if (given.strata.some((s) => s.quota < 0 || s.quota > s.objects.length)) return no('quota-out-of-range');
	const strata = given.strata.map((s) => ({ code: s.code, quota: s.quota, objects: packed(s.objects) })).sort(byCode);
	const seen = new Set(given.strata.flatMap((s) => s.objects));
	const codes = new Set(strata.map((s) => s.code));
	if (codes.size < strata.length || seen.size < strata.reduce((n, s) => n + idsIn(s.objects), 0)) return no('duplicate-object');
	if (poolHash(strata) !== given.poolHash) return no('pool-hash-differs');
	const { task, draw, previous, committedAt, seed, insideHash, entropy } = given;
	const bound = { task, draw, previous, committedAt, seed, poolHash: given.poolHash, insideHash, entropySource: entropy?.source ?? null };
	if (commitment(bound) !== given.commitment) return no('commitment-differs');
	return sameResult(strata, drawKey(seed, entropy?.value ?? null), given) ? { valid: true, reason: 'valid' } : no('result-differs');
}

/** Does the key name exactly these, and pass over exactly those? Without weights. */
function sameResult(strata: readonly PoolStratumObjects[], key: string, given: Pick<OuterCertificate, 'passed' | 'drawn'>): boolean {
	const allowed = new Set(given.passed);
	const results = strata.map(({ code, quota, objects }) => {
		const { taken, passed } = drawStratum({ code, quota, size: idsIn(objects) }, key, (place) => allowed.has(idAt(objects, place)));
		return { short: taken.length < quota, taken: taken.map(({ place }) => ({ objectId: idAt(objects, place) })), passed: passed.map((place) => idAt(objects, place)) };
	});
	if (results.some((r) => r.short)) return false;
	const drawn = finalOrder(results.flatMap((r) => r.taken), key).map((t) => t.objectId);
	// Somebody passed over whom the seed never named would be a choice.
	return isSame(results.flatMap((r) => r.passed).sort(), given.passed) && isSame(drawn, given.drawn);
}

export const isSame = (a: readonly string[], b: readonly string[]): boolean => a.length === b.length && a.every((x, i) => x === b[i]);
