import { isDay } from '#lib/calendar/days.ts';

/** Which parameters of an address are read, and what each may be. */
export type AddressRules = Readonly<Record<string, (given: string) => boolean>>;

export const isRegion = (given: string): boolean => /^(\d\d){1,3}$/.test(given);
/** No register of these reaches further back. */
export const firstMonth = '2000-01-01';
export const isMonth = (given: string): boolean => isDay(`${given}-01`) && `${given}-01` >= firstMonth;
export const isOne = (given: string): boolean => given === '1';
/** One of a list, as addresses write it. */
export const isAmong = (allowed: readonly (string | number)[]) => (given: string): boolean => allowed.some((one) => String(one) === given);

/** So much of a value is repeated to who sent it. */
const longestSaid = 40;

/** A parameter as it is written in the address: `steps=99`. */
export function asWritten(params: URLSearchParams, name: string): string {
	const given = params.get(name) ?? '';
	return `${name}=${given.length > longestSaid ? `${given.slice(0, longestSaid)}…` : given}`;
}

/**
 * What an address asks that is not understood, as it is written there. A filter that is not understood is no filter left out: what is shown
 * would be other than what was asked for.
 */
export const notUnderstood = (params: URLSearchParams, rules: AddressRules): readonly string[] =>
	Object.entries(rules).flatMap(([name, isRight]) => {
		const given = params.get(name) ?? '';
		return given === '' || isRight(given) ? [] : [asWritten(params, name)];
	});
