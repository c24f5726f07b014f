import type { Frame } from './frame.ts';
import { labelSeed, mix } from './random.ts';

/** The keys under which the register finds what enterprises share. */
export type SharedKeys = { readonly person: string; readonly address: string | null; readonly phone: string | null };

let cached: { readonly of: number; readonly seed: number } | null = null;

/** Persons have keys of their own (two people of one name stay two); addresses and phones are normalised like any other input. */
export function normaliseKeys(frame: Frame, person: number, address: string, phone: string): SharedKeys {
	if (cached?.of !== frame.seed) cached = { of: frame.seed, seed: labelSeed(frame.seed, 'person key') };
	return {
		person: `demo${mix(cached.seed, person).toString(36)}${person.toString(36)}`,
		address: address === '' ? null : address.replace(/^江苏省/, ''),
		phone: phone === '' ? null : phone.replace(/\D/g, '')
	};
}
