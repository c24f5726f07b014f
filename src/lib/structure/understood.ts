import { isDay } from '#lib/calendar/days.ts';

/** Which parameters of an address are read, and what each may be. */
export type AddressRules = Readonly<Record<string, (given: string) => boolean>>;

export const isRegion = (given: string): boolean => /^(\d\d){1,3}$/.test(given);
export const isMonth = (given: string): boolean => isDay(`${given}-01`);
export const isOne = (given: string): boolean => given === '1';
/** One of a list, as addresses write it. */
export const isAmong = (allowed: readonly (string | number)[]) => (given: string): boolean => allowed.some((one) => String(one) === given);

/**
 * What an address of rows asks that is not understood, as it is written there: `steps=99`. A filter that is not understood is no filter left
 * out: the rows would be others than those asked for.
 */
export const notUnderstood = (params: URLSearchParams, rules: AddressRules): readonly string[] =>
	Object.entries(rules).flatMap(([name, isRight]) => {
		const given = params.get(name) ?? '';
		return given === '' || isRight(given) ? [] : [`${name}=${given.length > 40 ? `${given.slice(0, 40)}…` : given}`];
	});
