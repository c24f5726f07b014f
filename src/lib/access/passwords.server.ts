import { randomBytes } from 'node:crypto';
import { hash, verify } from '@node-rs/argon2';

/** Argon2id (the library's default) at OWASP's recommended cost of 2024: 19 MiB, two passes, one lane. */
const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

/** Hashes a password for `app_user.password_hash`. Takes some 30 ms: hash once where several accounts share a password. */
export function hashPassword(password: string): Promise<string> {
	return hash(password.normalize('NFKC'), cost);
}

let nobodysHash: Promise<string> | undefined;

/**
 * Is this the password? With `null` for an account that does not exist a hash is compared all the same, so that the time taken
 * does not tell which names exist.
 */
export async function verifyPassword(stored: string | null, password: string): Promise<boolean> {
	nobodysHash ??= hashPassword(randomBytes(24).toString('base64'));
	const right = await verify(stored ?? (await nobodysHash), password.normalize('NFKC'));
	return right && stored !== null;
}

/** A password to hand over on paper: four groups without look-alikes, e.g. `Kp7w-x3Nh-Tq9c-M4vd`; some 92 bits. */
export function temporaryPassword(): string {
	const letters = 'abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789';
	for (;;) {
		const characters = [...randomBytes(64)].filter((byte) => byte < letters.length * 4).map((byte) => letters[byte % letters.length]!);
		const groups = [0, 4, 8, 12].map((start) => characters.slice(start, start + 4).join(''));
		const password = groups.join('-');
		if (password.length === 19 && /\d/.test(password) && /[a-z]/.test(password) && /[A-Z]/.test(password)) return password;
	}
}
