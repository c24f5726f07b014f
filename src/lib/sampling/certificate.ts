import { canonical, commitment, drawFormat, drawObjects, poolHash, type DrawStratum } from './draw.ts';

/**
 * The outer certificate: all that leaves the system about a draw, and enough to repeat it (C11).
 * It names no enterprise: object ids are salted hashes, stratum codes are random-looking, the salt stays inside.
 */
export type OuterCertificate = {
	readonly format: typeof drawFormat;
	readonly task: string;
	/** ISO instants. */
	readonly committedAt: string;
	readonly drawnAt: string;
	readonly poolHash: string;
	readonly commitment: string;
	readonly seed: string;
	readonly strata: readonly DrawStratum[];
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

/** Puts together what may leave. Built field by field, so that nothing can slip in with a spread. */
export function outerCertificate(of: {
	readonly task: string;
	readonly committedAt: Date;
	readonly drawnAt: Date;
	readonly seed: string;
	readonly strata: readonly DrawStratum[];
	readonly drawn: readonly string[];
}): OuterCertificate {
	const strata = canonical(of.strata);
	const pool = poolHash(strata);
	const committedAt = of.committedAt.toISOString();
	return {
		format: drawFormat,
		task: of.task,
		committedAt,
		drawnAt: of.drawnAt.toISOString(),
		poolHash: pool,
		commitment: commitment({ task: of.task, committedAt, seed: of.seed, pool }),
		seed: of.seed,
		strata,
		drawn: of.drawn
	};
}

const hex = (value: unknown, digits: RegExp): value is string => typeof value === 'string' && digits.test(value);
const sha256Form = /^[0-9a-f]{64}$/;
const objectForm = /^[0-9a-f]{32}$/;
const codeForm = /^[0-9a-f]{8}$/;
const instantForm = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
const members: readonly string[] = ['format', 'task', 'committedAt', 'drawnAt', 'poolHash', 'commitment', 'seed', 'strata', 'drawn'];

/** A text that is an instant as certificates write them. */
const isInstant = (value: unknown): value is string => hex(value, instantForm) && !Number.isNaN(Date.parse(value));

function stratumOf(value: unknown): DrawStratum | null {
	if (typeof value !== 'object' || value === null) return null;
	const { code, quota, objects } = value as Record<string, unknown>;
	if (!hex(code, codeForm) || !Number.isSafeInteger(quota) || !Array.isArray(objects)) return null;
	if (!objects.every((o) => hex(o, objectForm))) return null;
	return { code, quota: quota as number, objects: objects as string[] };
}

/** Repeats a draw from its outer certificate alone; needs no database. */
export function verifyOuter(value: unknown): Verification {
	const no = (reason: VerifyReason): Verification => ({ valid: false, reason });
	if (typeof value !== 'object' || value === null || Array.isArray(value)) return no('not-a-certificate');
	const certificate = value as Record<string, unknown>;
	if (typeof certificate.format !== 'string') return no('not-a-certificate');
	if (certificate.format !== drawFormat) return no('unknown-format');
	// What nobody checks must not stand in a file that says it was checked.
	if (Object.keys(certificate).some((name) => !members.includes(name))) return no('not-a-certificate');
	const { seed, drawn, task, committedAt, drawnAt } = certificate;
	if (typeof task !== 'string' || !isInstant(committedAt) || !isInstant(drawnAt) || drawnAt < committedAt) return no('not-a-certificate');
	if (!hex(seed, sha256Form) || !Array.isArray(certificate.strata) || !Array.isArray(drawn)) return no('not-a-certificate');
	const strata: DrawStratum[] = [];
	for (const entry of certificate.strata) {
		const stratum = stratumOf(entry);
		if (!stratum) return no('not-a-certificate');
		strata.push(stratum);
	}
	if (strata.some((s) => s.quota < 0 || s.quota > s.objects.length)) return no('quota-out-of-range');
	const seen = new Set<string>();
	const codes = new Set(strata.map((s) => s.code));
	for (const stratum of strata) for (const object of stratum.objects) seen.add(object);
	if (codes.size < strata.length || seen.size < strata.reduce((n, s) => n + s.objects.length, 0)) {
		return no('duplicate-object');
	}
	const pool = poolHash(strata);
	if (pool !== certificate.poolHash) return no('pool-hash-differs');
	if (commitment({ task, committedAt, seed, pool }) !== certificate.commitment) return no('commitment-differs');
	const again = drawObjects(strata, seed);
	if (again.length !== drawn.length || again.some((id, i) => id !== drawn[i])) return no('result-differs');
	return { valid: true, reason: 'valid' };
}
