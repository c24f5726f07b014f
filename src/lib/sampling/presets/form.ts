import { checkMethods, classKeys, limitWindows, warningLevels } from '../classes.ts';
import { number, text, texts } from '../forms.ts';
import type { Limit, PresetRules } from './presets.ts';
import type { Professional } from './professional.ts';

/** Rows a list in the form may have; more are not read. */
const mostRows = 40;
/** Figures that are missing are told apart from 0: the rules' schema refuses them. */
const figure = (form: FormData, name: string): number => number(form, name) ?? Number.NaN;
const percent = (form: FormData, name: string): number => Number((figure(form, name) / 100).toFixed(6));
const oneOf = <T extends string>(values: readonly T[], value: string, old: T): T => values.find((x) => x === value) ?? old;

/** Limits of one set: rows without a maximum are left out, and that is how one is removed or a new one left empty. */
function limitsFrom(form: FormData, prefix: string): Limit[] {
	const limits: Limit[] = [];
	for (let i = 0; i < mostRows && form.has(`${prefix}-limit-${i}-max`); i++) {
		const at = `${prefix}-limit-${i}`;
		const max = number(form, `${at}-max`);
		if (max === null) continue;
		limits.push({
			max,
			window: oneOf(limitWindows, text(form, `${at}-window`), 'year'),
			counting: oneOf(['authority', 'all'] as const, text(form, `${at}-counting`), 'authority'),
			visits: oneOf(['random', 'planned'] as const, text(form, `${at}-visits`), 'planned'),
			basis: oneOf(['clause', 'cap'] as const, text(form, `${at}-basis`), 'clause')
		});
	}
	return limits;
}

/** Grades of one field, in the order of the form, with what stands beside each; rows without a name are left out. */
function gradesFrom<T>(form: FormData, at: string, read: (row: string) => T): (T & { grade: string })[] {
	const found: (T & { grade: string })[] = [];
	for (let i = 0; i < mostRows && form.has(`${at}-grade-${i}`); i++) {
		const grade = text(form, `${at}-grade-${i}`);
		if (grade !== '') found.push({ grade, ...read(`${at}-grade-${i}`) });
	}
	return found;
}

function professionalFrom(form: FormData): Professional[] {
	const rules: Professional[] = [];
	for (let i = 0; i < mostRows && form.has(`prof-${i}-mode`); i++) {
		const at = `prof-${i}`;
		const field = text(form, `${at}-field`);
		// A field without a name is one taken out.
		if (field === '') continue;
		const quote = text(form, `${at}-quote`);
		if (text(form, `${at}-mode`) === 'overlay') {
			const tiers = (row: string) => ({ tiers: Object.fromEntries(classKeys.map((key) => [key, text(form, `${row}-${key}`)])) as never });
			rules.push({ field, mode: 'overlay', matrix: gradesFrom(form, at, tiers), quote });
		} else {
			rules.push({
				field, mode: 'weights', general: percent(form, `${at}-general`), professional: percent(form, `${at}-professional`),
				grades: gradesFrom(form, at, (row) => ({ points: figure(form, `${row}-points`) })),
				classes: Object.fromEntries(classKeys.map((key) => [key, figure(form, `${at}-class-${key}`)])) as never,
				cuts: { B: figure(form, `${at}-cut-B`), C: figure(form, `${at}-cut-C`), D: figure(form, `${at}-cut-D`) }, quote
			});
		}
	}
	return rules;
}

/**
 * The editor's form as rules, not yet judged: what is missing or wrong stands in them as it was typed, so that the form can show it again.
 * Quotations and what the form does not ask stay those of the rules it was made from.
 */
export function rulesFrom(form: FormData, old: PresetRules): PresetRules {
	const ratio = old.ratioOf === 'share' ? percent : figure;
	const levels = (name: string) => Object.fromEntries(warningLevels.map((level) => [level, figure(form, `${name}-${level}`)])) as PresetRules['warning']['factors'];
	return {
		...old,
		baselineRatio: percent(form, 'baseline'),
		sample: { floor: figure(form, 'floor'), cap: figure(form, 'cap') },
		classes: Object.fromEntries(
			classKeys.map((key) => {
				const rule = old.classes[key];
				return [
					key,
					{
						...rule,
						inPool: oneOf(['yes', 'no', 'joint-only'] as const, text(form, `${key}-pool`), rule.inPool),
						campaign: oneOf(['yes', 'no'] as const, text(form, `${key}-campaign`), rule.campaign),
						onSite: oneOf(['as-usual', 'discretion'] as const, text(form, `${key}-onsite`), rule.onSite),
						methods: checkMethods.filter((method) => texts(form, `${key}-method`).includes(method)),
						ratio: { min: ratio(form, `${key}-min`), usual: ratio(form, `${key}-usual`), max: ratio(form, `${key}-max`) },
						limits: limitsFrom(form, key)
					}
				];
			})
		) as PresetRules['classes'],
		keyClass: { ...old.keyClass, limits: limitsFrom(form, 'key') },
		warning: { ...old.warning, factors: levels('factor'), weights: levels('weight') },
		recognition: { ...old.recognition, on: form.has('recognition') },
		observation: {
			...old.observation,
			mode: oneOf(['off', 'period', 'trigger'] as const, text(form, 'obs-mode'), old.observation.mode),
			classes: (['A', 'B'] as const).filter((key) => texts(form, 'obs-class').includes(key)),
			months: figure(form, 'obs-months')
		},
		professional: professionalFrom(form),
		note: text(form, 'note')
	};
}

/** A new rule for a field, with figures of ours to begin with: two grades that leave a class as it is and raise it. */
export function newProfessional(mode: Professional['mode'], field: string, names: { readonly low: string; readonly high: string }): Professional {
	if (mode === 'overlay') {
		return {
			field, mode,
			matrix: [
				{ grade: names.low, tiers: { A: 'A', B: 'B', C: 'C', D: 'D', none: 'B' } },
				{ grade: names.high, tiers: { A: 'B', B: 'C', C: 'D', D: 'D', none: 'C' } }
			],
			quote: ''
		};
	}
	return {
		field, mode, general: 0.4, professional: 0.6, grades: [{ grade: names.low, points: 10 }, { grade: names.high, points: 90 }],
		classes: { A: 10, B: 30, C: 60, D: 90, none: 30 }, cuts: { B: 25, C: 50, D: 75 }, quote: ''
	};
}
