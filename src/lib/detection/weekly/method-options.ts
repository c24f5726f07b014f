import { earsDefaults, type EarsMethod, type EarsOptions } from './ears.ts';
import { farringtonDefaults, parities, powers, thresholdMethods, type FarringtonOptions } from './options.ts';

/** Methods that judge one series by itself. */
export const methods = ['farrington-flexible', 'ears-c1', 'ears-c2', 'ears-c3', 'auto'] as const;
export type Method = (typeof methods)[number];

/** A method with its options; `auto` reads `alpha` and `populationOffset` only. */
export type Chosen =
	| { readonly method: 'farrington-flexible'; readonly options: FarringtonOptions }
	| { readonly method: 'auto'; readonly options: FarringtonOptions }
	| { readonly method: EarsMethod; readonly options: EarsOptions };

type Rule = { readonly holds: (value: unknown) => boolean; readonly must: string };

const whole = (least: number, most: number): Rule => ({
	holds: (value) => Number.isInteger(value) && (value as number) >= least && (value as number) <= most,
	must: `a whole number from ${least} to ${most}`
});
const within = (test: (value: number) => boolean, must: string): Rule => ({
	holds: (value) => typeof value === 'number' && Number.isFinite(value) && test(value),
	must
});
const oneOf = (values: readonly string[]): Rule => ({ holds: (value) => values.includes(value as string), must: `one of ${values.join(', ')}` });
const yesOrNo: Rule = { holds: (value) => typeof value === 'boolean', must: 'true or false' };
const level = within((value) => value >= 1e-12 && value < 0.5, 'a number from 1e-12 and below 0.5');

const farringtonRules: Readonly<Record<keyof FarringtonOptions, Rule>> = {
	b: whole(1, 50),
	w: whole(0, 180),
	reweight: yesOrNo,
	weightsThreshold: within((value) => value >= 0, 'a number from 0'),
	alpha: level,
	trend: yesOrNo,
	pThresholdTrend: within((value) => value >= 0 && value <= 1, 'a number from 0 to 1'),
	limit54: {
		holds: (value) => Array.isArray(value) && value.length === 2 && typeof value[0] === 'number' && value[0] >= 0 && Number.isInteger(value[1]) && value[1] > 0,
		must: '[cases, periods], as [5, 4]'
	},
	powertrans: oneOf(powers),
	populationOffset: yesOrNo,
	noPeriods: whole(1, 300),
	pastWeeksNotIncluded: whole(0, 3650),
	thresholdMethod: oneOf(thresholdMethods),
	parity: oneOf(parities)
};

const earsRules: Readonly<Record<keyof EarsOptions, Rule>> = {
	baseline: whole(3, 3650),
	minSigma: within((value) => value >= 0, 'a number from 0'),
	alpha: level
};

/** Options of the reference that change no result. */
const withoutEffect = ['glmWarnings', 'verbose'];

/**
 * Reads options given by the reference's names over the defaults of a method.
 *
 * @param year periods in a year: all levels of a season must find room in it.
 */
export function chooseMethod(
	method: Method, given: unknown, year: number
): { readonly ok: true; readonly chosen: Chosen } | { readonly ok: false; readonly reason: string } {
	if (typeof given !== 'object' || given === null || Array.isArray(given)) return { ok: false, reason: 'options must be a JSON object, as {"alpha":0.01}' };
	const isEars = method !== 'farrington-flexible' && method !== 'auto';
	const rules: Readonly<Record<string, Rule>> = isEars ? earsRules : farringtonRules;
	for (const [name, value] of Object.entries(given)) {
		if (withoutEffect.includes(name)) continue;
		if (!Object.hasOwn(rules, name)) return { ok: false, reason: `option "${name}" is unknown to ${method}; it takes ${Object.keys(rules).join(', ')}` };
		if (!rules[name]!.holds(value)) return { ok: false, reason: `option "${name}" must be ${rules[name]!.must}, not ${JSON.stringify(value)}` };
	}
	if (isEars) return { ok: true, chosen: { method, options: { ...earsDefaults[method], ...given } } };
	const options: FarringtonOptions = { ...farringtonDefaults, ...given };
	const room = Math.floor(year) - 2 * options.w;
	if (method === 'farrington-flexible' && options.noPeriods > 1 && options.noPeriods > room) {
		return { ok: false, reason: `${options.noPeriods} seasonal levels find no room in a year of ${Math.floor(year)} periods beside windows of ${2 * options.w + 1}: lower noPeriods or w` };
	}
	return { ok: true, chosen: { method, options } };
}
